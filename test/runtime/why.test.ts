import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/core/fault.ts';
import type { Outcome } from '../../src/core/types.ts';
import type { JournalEntry } from '../../src/runtime/journal.ts';
import { explainDelivery, type WhyReason } from '../../src/runtime/why.ts';
import { answered, productUpdated, World } from '../core/world.ts';

/** What the journal of a world would hold, and the explanation of one event. */
function why(world: World, eventId = 'e1', subscriptionId?: string) {
  const entries = world.facts.map((fact, i): JournalEntry => ({ ...fact, seq: i + 1, at: 0 }));
  const { state, policy, now } = world;
  return explainDelivery({ state, entries, policy, now, eventId, subscriptionId })?.explanations;
}

const after =
  (outcome: Outcome) =>
  (world: World): void => {
    world.publish('e1');
    world.answer(outcome);
  };

/** Where the event `e1` is for the subscription `a` after the story was told. */
const stories: [string, WhyReason, RegExp, (world: World) => void, Parameters<typeof World.prototype.subscribe>[1]?][] =
  [
    ['acknowledged', 'delivered', /attempt 1/, after(answered(200))],
    ['under way', 'in_flight', /attempt 1/, (w) => w.publish('e1')],
    ['to be retried', 'scheduled', /retry 1 of 3 .* answered with 503/, after(answered(503))],
    [
      'behind others',
      'queued',
      /1 in flight/,
      (w) => {
        w.publish('e0');
        w.publish('e1');
      },
    ],
    ['held', 'held', /nobody listens/, after({ kind: 'held' })],
    ['not retryable', 'dropped', /answered with 418: not retryable/, after(answered(418))],
    ['lost with a 404', 'discarded', /revoked by the platform .*not found/, after(answered(404))],
    [
      'published while it was suspended',
      'suspended',
      /suspended by its user/,
      (w) => {
        w.give({ type: 'suspend', subscriptionId: 'a', by: 'user', reason: 'requested' });
        w.publish('e1');
        w.give({ type: 'resume', subscriptionId: 'a', by: 'user' });
      },
    ],
    [
      'published after it was revoked',
      'revoked',
      /revoked by the platform/,
      (w) => {
        w.give({ type: 'revoke', subscriptionId: 'a', by: 'system', reason: 'requested' });
        w.publish('e1');
      },
    ],
    [
      'of a type that it does not name',
      'not_subscribed',
      /does not name/,
      (w) => w.publish('e1', 'com.akeneo.pim.v1.family.created'),
    ],
    ['of another source', 'other_source', /benchmark/, (w) => w.publish('e1'), { source: 'benchmark' }],
  ];

describe('where an event is', () => {
  it.each(stories)('%s', (_name, reason, message, tell, changes) => {
    const world = new World({ concurrency: 1 });
    world.subscribe('a', changes);
    tell(world);
    expect(why(world)).toMatchObject([{ subscriptionId: 'a', reason, message: expect.stringMatching(message) }]);
  });

  it('filtered, with the part of the filter that was false', () => {
    const world = new World();
    world.subscribe('a', { filter: 'user="julia"' });
    world.publish('e1');
    expect(why(world)).toMatchObject([{ reason: 'filtered', message: expect.stringContaining('user') }]);
  });

  it('waiting for its turn at the rate of its lane', () => {
    const world = new World({ rateStart: 1, rateMax: 100 });
    world.subscribe('a');
    world.publish('e0');
    world.publish('e1');
    expect(why(world)).toMatchObject([{ reason: 'throttled', message: expect.stringContaining('1 events/s') }]);
  });

  it('published before the subscription was active, or was there at all', () => {
    const world = new World({ activationDelayMs: 60_000 });
    world.subscribe('a');
    world.publish('e1');
    world.subscribe('b');
    expect(why(world)).toMatchObject([
      { subscriptionId: 'a', reason: 'not_yet_active' },
      { subscriptionId: 'b', reason: 'created_later' },
    ]);
  });

  it('published before the subscription was changed so that it would take it', () => {
    const world = new World();
    world.subscribe('a', { events: ['com.akeneo.pim.v1.family.created'] });
    world.publish('e1');
    world.give({ type: 'updateSubscription', subscriptionId: 'a', patch: { events: [productUpdated] } });
    expect(why(world)).toMatchObject([{ reason: 'updated_later' }]);
  });

  it('for a subscription that is gone, or that was never there', () => {
    const world = new World();
    world.subscribe('a');
    world.give({ type: 'deleteSubscription', subscriptionId: 'a', by: 'user' });
    world.publish('e1');
    expect(why(world)).toEqual([]);
    expect(why(world, 'e1', 'a')).toMatchObject([{ reason: 'deleted' }]);
    expect(why(world, 'e1', 'x')).toMatchObject([{ reason: 'unknown' }]);
  });

  it('with the fault that its last attempt met', () => {
    const world = new World();
    const rule: FaultRule = {
      name: 'flaky',
      match: {},
      first: 1,
      inject: { kind: 'status', status: 503, reached: false },
    };
    world.subscribe('a');
    world.give({ type: 'setFaults', rules: [rule] });
    world.publish('e1');
    world.answer(answered(503));
    expect(why(world)).toMatchObject([
      { reason: 'scheduled', fault: 'flaky', message: expect.stringContaining('the fault "flaky"') },
    ]);
  });

  it('twice, where a duplicate was injected', () => {
    const world = new World({}, '2024-09', { duplicates: 1 });
    world.subscribe('a');
    world.publish('e1');
    world.answer(answered(200));
    expect(why(world)).toMatchObject([
      { deliveryId: 'd1', reason: 'delivered' },
      { deliveryId: 'd2', duplicateOf: 'd1', reason: 'scheduled', message: expect.stringContaining('duplicate of d1') },
    ]);
  });

  it('lost with the first stop after its publication, whatever came later', () => {
    const world = new World();
    world.subscribe('a');
    world.publish('e1');
    world.answer(answered(503));
    world.give({ type: 'suspend', subscriptionId: 'a', by: 'system', reason: 'failure_share' });
    world.give({ type: 'resume', subscriptionId: 'a', by: 'user' });
    world.give({ type: 'suspend', subscriptionId: 'a', by: 'user', reason: 'requested' });
    expect(why(world)).toMatchObject([
      { reason: 'discarded', message: expect.stringMatching(/suspended by the platform .*failure share/) },
    ]);
  });

  it('not yet taken, in the tense of the time at which it is asked', () => {
    const world = new World({ activationDelayMs: 60_000 });
    world.subscribe('a');
    world.publish('e1');
    expect(why(world)?.[0]?.message).toMatch(/^the subscription becomes active at /);
    world.advance(60_000);
    expect(why(world)?.[0]?.message).toMatch(/^the subscription became active at .* only$/);
  });

  it('not published at all', () => {
    expect(why(new World())).toBeUndefined();
  });
});
