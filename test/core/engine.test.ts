import { describe, expect, it } from 'vitest';
import { heldLimit } from '../../src/core/queue.ts';
import { nextDueAt } from '../../src/core/timers.ts';
import type { Outcome } from '../../src/core/types.ts';
import { answered, productUpdated, World } from './world.ts';

const minute = 60_000;
const timeout: Outcome = { kind: 'timeout', durationMs: 3_000 };
const refused: Outcome = { kind: 'transportError', reason: 'connection_refused', message: 'refused', durationMs: 1 };

function worldWithOne(...options: ConstructorParameters<typeof World>): World {
  const world = new World(...options);
  world.subscribe('sub');
  return world;
}

describe('publishing', () => {
  it('owes the event to every active subscription to its type, and to no other', () => {
    const world = new World();
    world.subscribe('takes-it');
    world.subscribe('takes-it-too');
    world.subscribe('other-type', { events: ['com.akeneo.pim.v1.product.deleted'] });
    world.subscribe('benchmark-only', { source: 'benchmark' });
    world.subscribe('suspended');
    world.give({ type: 'suspend', subscriptionId: 'suspended', by: 'user', reason: 'requested' });
    world.publish('e1');
    expect(world.inFlight.map(({ subscriptionId }) => subscriptionId)).toEqual(['takes-it', 'takes-it-too']);
    expect(world.of('event.published')).toMatchObject([{ eventId: 'e1', eventType: productUpdated, deliveries: 2 }]);
  });

  it('keeps no more in flight than the policy allows, and goes on as answers come in', () => {
    const world = worldWithOne({ concurrency: 2 });
    for (const id of ['e1', 'e2', 'e3']) world.publish(id);
    expect(world.inFlight.map(({ event }) => event.id)).toEqual(['e1', 'e2']);
    world.answer(answered(200), 'd2');
    expect(world.inFlight.map(({ event }) => event.id)).toEqual(['e1', 'e3']);
  });
});

describe('outcomes, by the 2024-09 profile', () => {
  it.each([
    ['200', answered(200), { do: 'deliver' }],
    ['503', answered(503), { do: 'retry', attempt: 1, of: 3, delayMs: 5 * minute }],
    ['429', answered(429), { do: 'retry' }],
    ['a timeout', timeout, { do: 'retry' }],
    ['a refused connection', refused, { do: 'retry' }],
    ['400', answered(400), { do: 'drop', reason: 'not_retryable' }],
    ['204', answered(204), { do: 'drop', reason: 'not_retryable', message: expect.stringContaining('204') }],
    ['404', answered(404), { do: 'revoke', reason: 'not_found' }],
    ['302', answered(302), { do: 'suspend', reason: 'redirected' }],
    [
      'a refusal of the mock itself',
      { kind: 'refused', reason: 'broker_not_named', message: 'not here' } as const,
      { do: 'drop', reason: 'broker_not_named', message: 'not here' },
    ],
  ])('%s', (_name, outcome, verdict) => {
    const world = worldWithOne();
    world.publish('e1');
    world.answer(outcome);
    expect(world.of('attempt.finished')[0]?.verdict).toMatchObject(verdict);
  });

  it('suspends at a 404 in 2026-09', () => {
    const world = worldWithOne({}, '2026-09');
    world.publish('e1');
    world.answer(answered(404));
    expect(world.state.subscriptions.get('sub')?.status).toBe('suspended');
  });

  it('takes other acknowledging statuses when the policy names them', () => {
    const world = worldWithOne({ ackStatuses: [200, 204, 404] });
    for (const id of ['e1', 'e2']) world.publish(id);
    world.answer(answered(204));
    world.answer(answered(404));
    expect(world.state.counters.delivered).toBe(2);
  });
});

describe('retries', () => {
  it('come 5, 10 and 20 minutes after the attempt before, and then the event is dropped', () => {
    const world = worldWithOne();
    world.publish('e1');
    const at: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      at.push(world.now / minute);
      expect(world.inFlight).toMatchObject([{ id: 'd1', attempt }]);
      world.answer(answered(503));
      const dueAt = nextDueAt(world.state);
      if (dueAt !== undefined) world.advance(dueAt - world.now);
    }
    expect(at).toEqual([0, 5, 15, 35]);
    expect(world.of('delivery.dropped')).toMatchObject([{ deliveryId: 'd1', reason: 'retries_exhausted' }]);
    expect(world.state.lanes.get('sub')?.live.size).toBe(0);
    expect(world.state.counters).toMatchObject({ attempts: 4, dropped: 1, delivered: 0 });
  });

  it('stop when the event would be older than the age limit, which 2026-09 does not have', () => {
    const policy = { retryDelaysMs: [9 * 60 * minute] };
    for (const [profile, verdict] of [
      ['2024-09', { do: 'drop', reason: 'too_old' }],
      ['2026-09', { do: 'retry' }],
    ] as const) {
      const world = worldWithOne(policy, profile);
      world.publish('e1');
      world.answer(timeout);
      expect(world.of('attempt.finished')[0]?.verdict).toMatchObject(verdict);
    }
  });

  it('wait for a free slot like every other delivery', () => {
    const world = worldWithOne({ concurrency: 1 });
    world.publish('e1');
    world.answer(answered(500));
    world.publish('e2');
    world.advance(5 * minute);
    expect(world.inFlight.map(({ id }) => id)).toEqual(['d2']);
    world.answer(answered(200));
    expect(world.inFlight).toMatchObject([{ id: 'd1', attempt: 2 }]);
  });
});

describe('a subscription that stops being active', () => {
  it.each([
    ['suspended', { type: 'suspend', subscriptionId: 'sub', by: 'user', reason: 'requested' }],
    ['revoked', { type: 'revoke', subscriptionId: 'sub', by: 'system', reason: 'not_found' }],
    ['deleted', { type: 'deleteSubscription', subscriptionId: 'sub', by: 'user' }],
  ] as const)('%s: loses what is queued and scheduled, and hears what is in flight out', (reason, input) => {
    const world = worldWithOne({ concurrency: 2 });
    for (const id of ['e1', 'e2', 'e3', 'e4']) world.publish(id);
    world.answer(answered(503), 'd1');
    expect(world.inFlight.map(({ id }) => id)).toEqual(['d2', 'd3']);
    world.give(input);
    expect(world.of('delivery.discarded').map(({ deliveryId }) => deliveryId)).toEqual(['d4', 'd1']);
    world.answer(answered(200), 'd2');
    world.answer(answered(503), 'd3');
    expect(world.state.counters).toMatchObject({ delivered: 1, discarded: 3 });
    expect(world.of('delivery.discarded').at(-1)).toMatchObject({ deliveryId: 'd3', reason });
    world.advance(60 * minute);
    expect(world.inFlight).toEqual([]);
    expect(world.state.lanes.size).toBe(0);
  });

  it('counts the delivery that ended it among the lost', () => {
    const world = worldWithOne({ concurrency: 1 });
    for (const id of ['e1', 'e2']) world.publish(id);
    world.answer(answered(404));
    expect(world.of('subscription.revoked')).toMatchObject([
      { subscriptionId: 'sub', by: 'system', reason: 'not_found', lost: 2 },
    ]);
  });

  it('starts afresh when resumed: what was published meanwhile is lost', () => {
    const world = worldWithOne();
    world.give({ type: 'suspend', subscriptionId: 'sub', by: 'user', reason: 'requested' });
    world.publish('lost');
    world.give({ type: 'resume', subscriptionId: 'sub', by: 'user' });
    world.publish('delivered');
    expect(world.inFlight.map(({ event }) => event.id)).toEqual(['delivered']);
  });
});

describe('a subscription that was resumed', () => {
  const resumed = (): World => {
    const world = worldWithOne();
    world.publish('from before');
    world.give({ type: 'suspend', subscriptionId: 'sub', by: 'user', reason: 'requested' });
    world.give({ type: 'resume', subscriptionId: 'sub', by: 'user' });
    return world;
  };

  it('does not retry what it sent before', () => {
    const world = resumed();
    world.answer(answered(503));
    expect(world.of('delivery.discarded')).toMatchObject([{ eventId: 'from before', reason: 'suspended' }]);
    world.advance(60 * minute);
    expect(world.inFlight).toEqual([]);
  });

  it('is not ended by an answer to what it sent before', () => {
    const world = resumed();
    world.answer(answered(404));
    expect(world.state.subscriptions.get('sub')?.status).toBe('active');
  });
});

describe('a relay that nobody listens to', () => {
  it('holds deliveries in their order and sends them when the gate opens, as if nothing had been tried', () => {
    const world = worldWithOne({ concurrency: 3 });
    for (const id of ['e1', 'e2', 'e3', 'e4']) world.publish(id);
    for (const id of ['d2', 'd1', 'd3']) world.answer({ kind: 'held' }, id);
    expect(world.inFlight).toEqual([]);
    expect(world.of('relay.held')).toHaveLength(1);
    expect(world.state.counters.attempts).toBe(0);
    world.publish('e5');
    world.give({ type: 'openGate', subscriptionId: 'sub' });
    for (let n = 0; n < 5; n++) world.answer(answered(200));
    const sent = world.of('attempt.started').slice(3);
    expect(sent.map(({ eventId, attempt }) => `${eventId}/${attempt}`)).toEqual([
      'e1/1',
      'e2/1',
      'e3/1',
      'e4/1',
      'e5/1',
    ]);
  });

  it('holds a bounded number: the oldest goes, and says so', () => {
    const world = worldWithOne({ concurrency: 1 });
    world.publish('first');
    world.answer({ kind: 'held' });
    for (let n = 0; n < heldLimit; n++) world.publish(`e${n}`);
    expect(world.of('delivery.dropped')).toMatchObject([{ eventId: 'first', reason: 'held_overflow' }]);
  });
});

it('an answer to an earlier attempt of a delivery changes nothing', () => {
  const world = worldWithOne();
  world.publish('e1');
  world.answer(answered(503));
  world.advance(5 * minute);
  const stale = { subscriptionId: 'sub', deliveryId: 'd1', attempt: 1, outcome: answered(200) };
  world.give({ type: 'attemptFinished', ...stale });
  expect(world.inFlight).toMatchObject([{ attempt: 2 }]);
  expect(world.state.counters.delivered).toBe(0);
});

it('a mock that closes starts nothing new', () => {
  const world = worldWithOne({ concurrency: 1 });
  for (const id of ['e1', 'e2']) world.publish(id);
  world.give({ type: 'setDraining', draining: true });
  world.answer(answered(200));
  expect(world.inFlight).toEqual([]);
  expect(world.of('attempt.started')).toHaveLength(1);
});

it('what is held while nothing new is started goes on afterwards', () => {
  const world = worldWithOne();
  world.give({ type: 'setDraining', draining: true });
  for (const id of ['e1', 'e2']) world.publish(id);
  expect(world.inFlight).toEqual([]);
  world.give({ type: 'setDraining', draining: false });
  expect(world.inFlight).toMatchObject([{ event: { id: 'e1' } }, { event: { id: 'e2' } }]);
});

it('an answer to a delivery that is not in flight changes nothing', () => {
  const world = worldWithOne();
  world.publish('e1');
  world.answer(answered(200));
  const before = structuredClone(world.state);
  world.give({ type: 'attemptFinished', subscriptionId: 'sub', deliveryId: 'd1', attempt: 1, outcome: answered(503) });
  world.give({
    type: 'attemptFinished',
    subscriptionId: 'nobody',
    deliveryId: 'd1',
    attempt: 1,
    outcome: answered(503),
  });
  expect(world.state).toEqual(before);
});
