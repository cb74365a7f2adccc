import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noDisorder } from '../../src/core/disorder.ts';
import { step } from '../../src/core/engine.ts';
import { sealEvent } from '../../src/core/envelope.ts';
import { resolvePolicy } from '../../src/core/profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { initialState } from '../../src/core/state.ts';
import type { InFlightDelivery, Input, Outcome } from '../../src/core/types.ts';
import { DeliveryLedger } from '../../src/runtime/delivery-ledger.ts';
import { EventArchive } from '../../src/runtime/event-archive.ts';
import { Journal } from '../../src/runtime/journal.ts';
import { answered, cloudEvent, subscriber, subscription } from '../core/world.ts';

const minute = 60_000;
const outcomes: Outcome[] = [answered(200), answered(503), answered(400), { kind: 'held' }];

type Happening =
  | { do: 'publish' | 'ask' | 'suspend' | 'resume' | 'restore'; n?: never }
  | { do: 'answer' | 'late' | 'wait'; n: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'publish' } as const) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), n: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), n: fc.integer({ min: 1, max: 20 }) }) },
  fc.record({ do: fc.constant('late' as const), n: fc.nat(3) }),
  ...(['ask', 'suspend', 'resume', 'restore'] as const).map((name) => fc.constant({ do: name })),
);

/** The engine and its journal, with attempts that are answered by hand. */
function world(capacity?: number) {
  let now = 0;
  let events = 0;
  let state = initialState();
  let inFlight: InFlightDelivery[] = [];
  const journal = new Journal(() => now, capacity);
  const archive = new EventArchive();
  const rules = { policy: resolvePolicy('2024-09', { concurrency: 2 }), disorder: noDisorder, rng: createRng(1) };
  const take = (input: Input): void => {
    for (const effect of step(state, input, now, rules).effects) {
      if (effect.type !== 'attempt') journal.append(effect);
      else inFlight.push(effect.delivery);
    }
  };
  take({ type: 'createSubscriber', subscriber: subscriber('subscriber') });
  take({ type: 'createSubscription', subscription: subscription('sub') });
  const start = structuredClone(state);
  const sources = { state: () => state, journal, archive };
  const answer = (outcome: Outcome): void => {
    const delivery = inFlight.shift();
    if (!delivery) return;
    const { subscriptionId, id: deliveryId, attempt } = delivery;
    take({ type: 'attemptFinished', subscriptionId, deliveryId, attempt, outcome });
    take({ type: 'openGate', subscriptionId });
  };
  const publish = (): void => {
    const event = cloudEvent(`e${++events}`);
    const sealed = sealEvent(event, now, 'request');
    archive.add(sealed);
    take({ type: 'publish', event: sealed, data: event.data });
  };
  const happen = (what: Happening): void => {
    const subscriptionId = 'sub';
    if (what.do === 'publish') publish();
    else if (what.do === 'answer') answer(outcomes[what.n] ?? answered(200));
    else if (what.do === 'wait') {
      now += what.n * minute;
      take({ type: 'tick' });
    } else if (what.do === 'suspend') take({ type: 'suspend', subscriptionId, by: 'user', reason: 'requested' });
    else if (what.do === 'resume') take({ type: 'resume', subscriptionId, by: 'user' });
    else if (what.do === 'late') {
      const ref = { deliveryId: `d${what.n + 1}`, eventId: 'e1', eventType: 'product.updated', subscriptionId };
      // Only what was attempted can be answered late.
      if (
        [...journal.entries()].some((entry) => entry.type === 'attempt.started' && entry.deliveryId === ref.deliveryId)
      )
        journal.append({ type: 'attempt.late', ...ref, attempt: 1, destination: '', status: 200, durationMs: 5_000 });
    } else if (what.do === 'restore') {
      state = structuredClone(start);
      inFlight = [];
      journal.clear();
      archive.startOver(state);
      journal.append({ type: 'mock.reset' });
    }
  };
  return { happen, journal, ledger: new DeliveryLedger(sources), fresh: () => new DeliveryLedger(sources) };
}

it('tells the same whether it is asked after everything that happens, now and then, or once at the end', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const { happen, ledger: always, fresh } = world();
      const nowAndThen = fresh();
      for (const each of happenings) {
        happen(each);
        const told = always.records();
        expect(told).toEqual(fresh().records());
        if (each.do === 'ask') expect(nowAndThen.records()).toEqual(told);
      }
    }),
  );
});

it('forgets with the journal what has ended, and begins anew with it', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
      const { happen, journal, ledger, fresh } = world(12);
      for (const each of happenings) {
        happen(each);
        const idsAndStates = (of: DeliveryLedger) => of.records().map(({ id, state }) => [id, state]);
        expect(idsAndStates(ledger)).toEqual(idsAndStates(fresh()));
      }
      expect(journal.lastSeq - journal.firstSeq).toBeLessThan(12);
    }),
  );
});

it('hands out records that stay as they were, and the same ones while nothing changes', () => {
  const { happen, ledger } = world();
  happen({ do: 'publish' });
  const [before] = ledger.records();
  expect(ledger.records()[0]).toBe(before);
  happen({ do: 'answer', n: 1 });
  const [after] = ledger.records();
  expect(before).toMatchObject({ state: 'inFlight', attempts: [{ attempt: 1 }] });
  expect(before?.attempts[0]).not.toHaveProperty('outcome');
  expect(after).toMatchObject({ state: 'scheduled', dueAt: 5 * minute, attempts: [{ outcome: answered(503) }] });
  happen({ do: 'wait', n: 5 });
  happen({ do: 'answer', n: 0 });
  expect(ledger.records()).toMatchObject([{ state: 'delivered', attempts: [{ attempt: 1 }, { attempt: 2 }] }]);
  expect(ledger.records()[0]).not.toHaveProperty('dueAt');
  expect(after?.attempts).toBeDefined();
  expect(() => (after?.attempts as unknown[] | undefined)?.pop()).toThrow(TypeError);
});

it('reads no journal entry twice', () => {
  const { happen, journal, ledger } = world();
  const read: number[] = [];
  const { entries } = journal;
  journal.entries = function* (after) {
    for (const entry of entries.call(journal, after)) {
      read.push(entry.seq);
      yield entry;
    }
  };
  for (let n = 0; n < 50; n++) {
    happen({ do: 'publish' });
    happen({ do: 'answer', n: 0 });
    ledger.records();
  }
  expect(read).toHaveLength(new Set(read).size);
  expect(read).toHaveLength(journal.lastSeq);
});
