import { describe, expect, it } from 'vitest';
import { sealEvent } from '../../src/core/envelope.ts';
import type { FaultRule } from '../../src/core/fault.ts';
import { type ResendMode, resendModes } from '../../src/core/resend.ts';
import type { Rejection } from '../../src/core/types.ts';
import { answered, cloudEvent, World } from './world.ts';

/** A world whose one subscription has taken event `e1` as delivery `d1`. */
function delivered(): World {
  const world = new World();
  world.subscribe('sub');
  world.publish('e1');
  world.answer(answered(200));
  return world;
}

const resend = (world: World, as: ResendMode, id = 'e1'): Rejection | undefined =>
  world.give({
    type: 'resend',
    event: sealEvent(cloudEvent(id), 0, 'correlation'),
    subscriptionId: 'sub',
    resendOf: 'd1',
    as,
  });

describe('a delivery that is sent again', () => {
  it('as itself is a delivery of its own, owed once more', () => {
    const world = delivered();
    resend(world, 'itself');
    expect(world.of('delivery.resent')).toEqual([
      {
        type: 'delivery.resent',
        resendOf: 'd1',
        deliveryId: 'd2',
        eventId: 'e1',
        eventType: expect.any(String),
        subscriptionId: 'sub',
      },
    ]);
    expect(world.inFlight).toMatchObject([{ id: 'd2', attempt: 1, event: { id: 'e1' } }]);
    expect(world.state.counters).toMatchObject({ published: 1, duplicates: 0, attempts: 2 });
  });

  it('as a duplicate says what it repeats, and is counted with the injected ones', () => {
    const world = delivered();
    resend(world, 'duplicate');
    expect(world.of('attempt.started').at(-1)).toMatchObject({ deliveryId: 'd2', duplicateOf: 'd1' });
    expect(world.state.counters).toMatchObject({ published: 1, duplicates: 1 });
  });

  it('as a new event is published to that subscription alone', () => {
    const world = delivered();
    world.subscribe('another');
    resend(world, 'new_event', 'e2');
    expect(world.of('event.published').at(-1)).toMatchObject({ eventId: 'e2', deliveries: 1, addressedTo: 'sub' });
    expect(world.inFlight).toMatchObject([{ subscriptionId: 'sub', event: { id: 'e2' } }]);
    expect(world.state.counters).toMatchObject({ published: 2, duplicates: 0 });
  });

  it('goes out whatever types and filter the subscription has by now', () => {
    const world = delivered();
    const patch = { events: ['com.akeneo.pim.v1.family.updated'], filter: 'user="nobody"' };
    world.give({ type: 'updateSubscription', subscriptionId: 'sub', patch });
    resend(world, 'itself');
    expect(world.inFlight).toMatchObject([{ id: 'd2' }]);
  });

  it('is retried like any other', () => {
    const world = delivered();
    resend(world, 'itself');
    world.answer(answered(503));
    world.advance(5 * 60_000);
    expect(world.inFlight).toMatchObject([{ id: 'd2', attempt: 2 }]);
  });

  it('is neither shuffled nor duplicated by chance', () => {
    const world = new World({}, '2024-09', { duplicates: 1, shuffle: 5 });
    world.subscribe('sub');
    world.advance(60_000);
    resend(world, 'itself');
    expect(world.inFlight).toMatchObject([{ id: 'd1' }]);
    expect(world.state.nextDelivery).toBe(2);
  });

  it('meets the faults in force, each time with a chance of its own', () => {
    const world = delivered();
    const rule: FaultRule = { name: 'flaky', match: {}, probability: 0.5, inject: { kind: 'missingSignature' } };
    world.give({ type: 'setFaults', rules: [rule] });
    for (let n = 0; n < 40; n++) {
      resend(world, 'itself');
      world.answer(answered(200));
    }
    const met = world.of('attempt.started').filter(({ fault }) => fault?.rule === 'flaky').length;
    expect(met).toBeGreaterThan(5);
    expect(met).toBeLessThan(35);
  });

  it('waits with the others while nobody listens', () => {
    const world = delivered();
    world.publish('e2');
    world.answer({ kind: 'held' });
    resend(world, 'itself');
    expect(world.inFlight).toEqual([]);
    world.give({ type: 'openGate', subscriptionId: 'sub' });
    expect(world.inFlight.map(({ id }) => id)).toEqual(['d2', 'd3']);
  });
});

describe('nothing is sent again', () => {
  const cases = [
    ['suspended', { type: 'suspend', by: 'user', reason: 'requested' }, { code: 'SUBSCRIPTION_SUSPENDED' }],
    ['revoked', { type: 'revoke', by: 'user', reason: 'requested' }, { code: 'SUBSCRIPTION_ENDED', status: 'revoked' }],
    ['deleted', { type: 'deleteSubscription', by: 'user' }, { code: 'SUBSCRIPTION_ENDED', status: 'deleted' }],
  ] as const;

  it.each(cases)('to a subscription that is %s', (_status, input, refusal) => {
    const world = delivered();
    world.give({ ...input, subscriptionId: 'sub' });
    const before = structuredClone(world.state);
    for (const as of resendModes) expect(resend(world, as, 'e2')).toMatchObject({ ...refusal, id: 'sub' });
    expect(world.state).toEqual(before);
    expect(world.of('delivery.resent')).toEqual([]);
  });
});
