import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sealEvent } from '../../src/core/envelope.ts';
import type { FaultRule } from '../../src/core/fault.ts';
import { profileNames } from '../../src/core/profile.ts';
import { resendModes } from '../../src/core/resend.ts';
import { nextDueAt } from '../../src/core/timers.ts';
import type { Outcome } from '../../src/core/types.ts';
import { answered, cloudEvent, World } from './world.ts';

const subscriptions = ['sub-a', 'sub-b'];

/** What can be done to the engine, as data, so that a failing run shrinks to a short story. */
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      pick: fc.nat(),
      outcome: fc.oneof(
        fc.constantFrom(200, 200, 200, 204, 400, 429, 500, 503).map(answered),
        fc.constantFrom(301, 404).map(answered),
        fc.constant<Outcome>({ kind: 'timeout', durationMs: 3_000 }),
        fc.constant<Outcome>({ kind: 'held' }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('resend' as const),
      id: fc.constantFrom(...subscriptions),
      as: fc.constantFrom(...resendModes),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('advance' as const), minutes: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'suspend' as const,
        'resume' as const,
        'openGate' as const,
        'delete' as const,
        'revoke' as const,
      ),
      id: fc.constantFrom(...subscriptions),
    }),
  },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

function run(world: World, commands: readonly Command[], after: () => void): void {
  let events = 0;
  for (const c of commands) {
    switch (c.do) {
      case 'publish':
        world.publish(`e${++events}`);
        break;
      case 'resend': {
        const event = sealEvent(cloudEvent(c.as === 'new_event' ? `e${++events}` : 'e1'), world.now, 'correlation');
        world.give({ type: 'resend', event, subscriptionId: c.id, resendOf: 'd1', as: c.as });
        break;
      }
      case 'answer':
        if (world.inFlight.length > 0) world.answer(c.outcome, world.inFlight[c.pick % world.inFlight.length]?.id);
        break;
      case 'advance':
        world.advance(c.minutes * 60_000);
        break;
      case 'suspend':
      case 'revoke':
        world.give({ type: c.do, subscriptionId: c.id, by: 'user', reason: 'requested' });
        break;
      case 'resume':
        world.give({ type: 'resume', subscriptionId: c.id, by: 'user' });
        break;
      case 'openGate':
        world.give({ type: 'openGate', subscriptionId: c.id });
        break;
      case 'delete':
        world.give({ type: 'deleteSubscription', subscriptionId: c.id, by: 'user' });
        break;
    }
    after();
  }
}

/** The conduct of the platform that a story plays under. */
const conduct = fc.record({
  profile: fc.constantFrom(...profileNames),
  rateMax: fc.constantFrom(null, 100),
  windowLeastRequests: fc.constantFrom(3, 1_000),
  duplicates: fc.constantFrom(0, 0.5),
  shuffle: fc.constantFrom(0, 4),
  order: fc.constantFrom('natural' as const, 'natural' as const, 'fifo' as const),
  hasFaults: fc.boolean(),
});
type Conduct = typeof conduct extends fc.Arbitrary<infer T> ? T : never;

const faults: FaultRule[] = [
  { name: 'late', match: {}, every: 3, inject: { kind: 'delay', delayMs: 90_000 } },
  { name: 'broken', match: { attempt: 2 }, probability: 0.5, inject: { kind: 'corruptSignature' } },
];

function newWorld({ profile, rateMax, windowLeastRequests, hasFaults, ...disorder }: Conduct): World {
  const world = new World({ concurrency: 3, rateMax, windowLeastRequests }, profile, disorder);
  for (const id of subscriptions) world.subscribe(id);
  if (hasFaults) world.give({ type: 'setFaults', rules: faults });
  return world;
}

const commands = fc.array(command, { maxLength: 120 });

it('every delivery is queued, in flight or scheduled, or has ended exactly once and says how', () => {
  fc.assert(
    fc.property(commands, conduct, (story, how) => {
      const world = newWorld(how);
      run(world, story, () => {});
      const published = world.of('event.published');
      const addressed = published.filter(({ addressedTo }) => addressedTo !== undefined).length;
      // One that goes out as a new event is owed for that, one that is an injected duplicate counts among those.
      const resent = world.of('delivery.resent').filter(({ duplicateOf }) => duplicateOf === undefined).length;
      const owed = published.reduce((sum, { deliveries }) => sum + deliveries, resent - addressed);
      const ends = [
        ...world.of('attempt.finished').filter(({ verdict }) => verdict.do === 'deliver'),
        ...world.of('delivery.dropped'),
        ...world.of('delivery.discarded'),
      ].map(({ deliveryId }) => deliveryId);
      expect(new Set(ends).size).toBe(ends.length);
      const lanes = [...world.state.lanes.values()];
      const live = lanes.reduce((sum, { queue, live }) => sum + queue.items.length - queue.head + live.size, 0);
      const { delivered, dropped, discarded, duplicates } = world.state.counters;
      expect(ends.length + live).toBe(owed + duplicates);
      expect(delivered + dropped + discarded).toBe(ends.length);
    }),
    { numRuns: 400 },
  );
});

it('never has more in flight than allowed, nor starts anything for a subscription that is not active', () => {
  fc.assert(
    fc.property(commands, conduct, (story, how) => {
      const world = newWorld(how);
      run(world, story, () => {
        for (const id of subscriptions) {
          const mine = world.inFlight.filter(({ subscriptionId }) => subscriptionId === id).length;
          expect(mine).toBeLessThanOrEqual(3);
          expect(world.state.lanes.get(id)?.inFlight ?? 0).toBe(mine);
        }
      });
      const active = new Map(subscriptions.map((id) => [id, true]));
      for (const fact of world.facts) {
        if (
          fact.type === 'subscription.suspended' ||
          fact.type === 'subscription.revoked' ||
          fact.type === 'subscription.deleted'
        )
          active.set(fact.subscriptionId, false);
        if (fact.type === 'subscription.resumed') active.set(fact.subscriptionId, true);
        if (fact.type === 'attempt.started') expect(active.get(fact.subscriptionId)).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

it('keeps what has ended ended: nothing revoked or deleted is resumed, attempted or ended again', () => {
  fc.assert(
    fc.property(commands, conduct, (story, how) => {
      const world = newWorld(how);
      run(world, story, () => {});
      const revoked = new Set<string>();
      const deleted = new Set<string>();
      for (const fact of world.facts) {
        if (!('subscriptionId' in fact)) continue;
        const { subscriptionId: id } = fact;
        const starts = ['subscription.resumed', 'subscription.suspended', 'attempt.started'].includes(fact.type);
        if (starts) expect(revoked.has(id) || deleted.has(id), fact.type).toBe(false);
        if (fact.type === 'subscription.revoked') {
          expect(revoked.has(id) || deleted.has(id)).toBe(false);
          revoked.add(id);
        }
        if (fact.type === 'subscription.deleted') {
          expect(deleted.has(id)).toBe(false);
          deleted.add(id);
        }
      }
    }),
    { numRuns: 400 },
  );
});

it('never attempts an acknowledged delivery again, and numbers attempts without a gap', () => {
  fc.assert(
    fc.property(commands, conduct, (story, how) => {
      const world = newWorld(how);
      run(world, story, () => {});
      const next = new Map<string, number>();
      for (const fact of world.facts) {
        if (fact.type === 'attempt.started') expect(fact.attempt).toBe(next.get(fact.deliveryId) ?? 1);
        if (fact.type !== 'attempt.finished') continue;
        const ended =
          fact.verdict.do === 'retry' ? fact.attempt + 1 : fact.verdict.do === 'hold' ? fact.attempt : Number.NaN;
        next.set(fact.deliveryId, ended);
      }
    }),
    { numRuns: 400 },
  );
});

it('a snapshot in the middle changes nothing that comes after', () => {
  fc.assert(
    fc.property(commands, commands, conduct, (before, after, how) => {
      const world = newWorld(how);
      run(world, before, () => {});
      const copy = newWorld(how);
      Object.assign(copy.state, structuredClone(world.state));
      copy.now = world.now;
      copy.inFlight = [...world.inFlight];
      const from = world.facts.length;
      copy.facts.length = 0;
      run(world, after, () => {});
      run(copy, after, () => {});
      expect(copy.facts).toEqual(world.facts.slice(from));
      expect(copy.state).toEqual(world.state);
    }),
    { numRuns: 200 },
  );
});

it('once everything is answered and due, nothing is left', () => {
  fc.assert(
    fc.property(commands, fc.constantFrom(200, 503, 400), conduct, (story, status, how) => {
      const world = newWorld(how);
      run(world, story, () => {});
      for (let n = 0; n < 20_000; n++) {
        for (const id of subscriptions) world.give({ type: 'openGate', subscriptionId: id });
        if (world.inFlight.length > 0) world.answer(answered(status));
        else if (world.state.timers.length > 0) world.advance((nextDueAt(world.state) ?? world.now) - world.now);
        else break;
      }
      expect(world.inFlight).toEqual([]);
      for (const lane of world.state.lanes.values())
        expect(lane.live.size + lane.queue.items.length - lane.queue.head).toBe(0);
    }),
    { numRuns: 200 },
  );
});
