import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFaultRules } from '../../src/core/check-fault-rules.ts';
import { type AttemptFacts, activateFaults, apiFault, chooseFault, faultsAtPublish } from '../../src/core/fault.ts';
import type { FaultInput } from '../../src/core/fault-input.ts';
import { createRng } from '../../src/core/rng.ts';
import { resolveTypes } from '../../src/events/catalog.ts';
import { answered, productUpdated, subscription, World } from './world.ts';

const rulesOf = (...inputs: (FaultInput | string)[]) =>
  checkFaultRules(inputs, { resolveTypes, mostAttempts: 4, order: 'natural' });
const active = (...inputs: (FaultInput | string)[]) => activateFaults(rulesOf(...inputs));
const attempt = (n: number, changes: Partial<AttemptFacts> = {}): AttemptFacts => ({
  eventId: `e${n}`,
  eventType: productUpdated,
  subscriptionId: 'sub',
  attempt: 1,
  ...changes,
});
const hundred = Array.from({ length: 100 }, (_, n) => attempt(n));
const rng = createRng(1);

describe('the fault of an attempt', () => {
  it('is that of the first rule that fires', () => {
    const faults = active('status=503 first=2', 'timeout every=2', 'reset attempt=2', 'delay=1s probability=0.999999');
    const met = [1, 2, 3, 4].map((n) => chooseFault(faults, attempt(n), rng)?.kind);
    expect(met).toEqual(['status', 'status', 'delay', 'timeout']);
    expect(chooseFault(faults, attempt(5, { attempt: 2 }), rng)).toEqual({
      rule: 'reset',
      kind: 'reset',
      reached: false,
    });
    expect(faults.map(({ matched, fired }) => [matched, fired])).toEqual([
      [5, 2],
      [3, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it.each([
    ['another type', 'status=503 type=product.deleted'],
    ['another subscription', 'status=503 subscription=other'],
    ['another attempt', 'status=503 attempt=2'],
    ['another stage', 'duplicate'],
    ['the management API', 'apiStatus'],
    ['a signature, where nothing is signed', 'corruptSignature'],
  ])('is none of a rule for %s', (_name, rule) => {
    const faults = active(rule);
    expect(chooseFault(faults, attempt(1, { isUnsigned: true }), rng)).toBeUndefined();
    expect(faults[0]).toMatchObject({ matched: 0, fired: 0 });
  });

  it('of a duplicate is decided apart from that of its original', () => {
    const faults = active('status=503 probability=0.5');
    const both = hundred.map((facts) => [
      chooseFault(faults, facts, rng)?.kind,
      chooseFault(faults, { ...facts, again: 'duplicate' }, rng)?.kind,
    ]);
    expect(both.some(([original, duplicate]) => original !== duplicate)).toBe(true);
  });
});

describe('chance', () => {
  const hostile = ['status=503 probability=0.2', 'timeout reached probability=0.2', 'corruptSignature probability=0.1'];
  const fates = (events: readonly AttemptFacts[], seed: number) => {
    const faults = active(...hostile, 'duplicate probability=0.3', 'reorder=2 probability=0.3');
    const chances = createRng(seed);
    return new Map(
      events.map((facts) => [
        facts.eventId,
        { fault: chooseFault(faults, facts, chances), ...faultsAtPublish(faults, facts, chances) },
      ]),
    );
  };

  it('gives one seed the same faults, and another seed other ones', () => {
    expect(fates(hundred, 7)).toEqual(fates(hundred, 7));
    expect(fates(hundred, 7)).not.toEqual(fates(hundred, 8));
  });

  it('leaves the fate of the others as it was when an event comes in between', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 100 }), (seed, at) => {
        const before = fates(hundred, seed);
        const after = fates([...hundred.slice(0, at), attempt(1000), ...hundred.slice(at)], seed);
        after.delete('e1000');
        expect(after).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  it('takes about the share that was asked for', () => {
    const faults = active('status=503 probability=0.2');
    for (let n = 0; n < 5_000; n++) chooseFault(faults, attempt(n), rng);
    expect(faults[0]?.fired).toBeGreaterThan(850);
    expect(faults[0]?.fired).toBeLessThan(1_150);
  });
});

describe('rules that act when a delivery comes to be', () => {
  const world = (...rules: string[]): World => {
    const made = new World({ concurrency: 1 });
    made.subscribe('sub');
    made.give({ type: 'setFaults', rules: rulesOf(...rules) });
    return made;
  };
  const sent = (made: World): string[] => made.of('attempt.started').map(({ eventId }) => eventId);

  it('make a duplicate of it, with the same event id, so much later', () => {
    const made = world('duplicate=2s first=1');
    for (const id of ['a', 'b']) {
      made.publish(id);
      made.answer(answered(200));
    }
    made.advance(1_999);
    expect(sent(made)).toEqual(['a', 'b']);
    made.advance(1);
    expect(sent(made)).toEqual(['a', 'b', 'a']);
    expect(made.of('attempt.started').at(-1)?.duplicateOf).toBe('d1');
    expect(made.state.counters.duplicates).toBe(1);
  });

  it('let as many later ones of the subscription go first as the rule says, however many others there are', () => {
    const made = world('reorder=2 first=1 subscription=sub');
    made.subscribe('other');
    for (const id of ['a', 'b', 'c', 'd']) made.publish(id);
    while (made.inFlight.length > 0) made.answer(answered(200));
    const order = (id: string) => made.of('attempt.started').filter(({ subscriptionId }) => subscriptionId === id);
    expect(order('sub').map(({ eventId }) => eventId)).toEqual(['b', 'c', 'a', 'd']);
    expect(order('other').map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('let it go after a while when no later ones come', () => {
    const made = world('reorder=2');
    made.publish('a');
    expect(sent(made)).toEqual([]);
    made.advance(250);
    expect(sent(made)).toEqual(['a']);
  });
});

describe('a rule that acts on activation', () => {
  it('keeps a created subscription from events for so long, and an updated one', () => {
    const world = new World();
    world.give({ type: 'setFaults', rules: rulesOf('activationDelay=1m first=2') });
    world.subscribe('sub');
    world.advance(59_999);
    world.publish('lost');
    world.advance(1);
    world.publish('a');
    world.give({ type: 'updateSubscription', subscriptionId: 'sub', patch: {} });
    world.publish('lost too');
    world.advance(60_000);
    world.publish('b');
    world.give({ type: 'updateSubscription', subscriptionId: 'sub', patch: {} });
    world.publish('c');
    expect(world.of('attempt.started').map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c']);
  });

  it('passes over other subscriptions', () => {
    const world = new World();
    world.give({ type: 'setFaults', rules: rulesOf('activationDelay=1m subscription=other') });
    world.give({ type: 'createSubscription', subscription: subscription('sub') });
    world.publish('a');
    expect(world.inFlight).toHaveLength(1);
  });
});

describe('a call of the management API', () => {
  const call = (path: string, method = 'GET') => ({ method, path });

  it('can be slow and refused at once', () => {
    const faults = active('apiDelay=2s', 'apiStatus=500 first=1');
    expect(apiFault(faults, call('/api/v1/logs'), rng)).toEqual({
      delayMs: 2_000,
      refusal: { rule: 'apiStatus-500', status: 500 },
    });
    expect(apiFault(faults, call('/api/v1/logs'), rng)).toEqual({ delayMs: 2_000 });
  });

  it('is matched by its method and the beginning of its path, in whole segments', () => {
    const faults = active('apiStatus method=POST path=/api/v1/subscribers');
    expect(apiFault(faults, call('/api/v1/subscribers/1/subscriptions', 'POST'), rng)).toHaveProperty('refusal');
    expect(apiFault(faults, call('/api/v1/subscribers'), rng)).toEqual({});
    expect(apiFault(faults, call('/api/v1/subscribersome', 'POST'), rng)).toEqual({});
  });

  it('is refused by chance in the same places with the same seed', () => {
    const refused = (seed: number) => {
      const faults = active('apiStatus probability=0.5');
      return hundred.map(() => 'refusal' in apiFault(faults, call('/api/v1/logs'), createRng(seed)));
    };
    expect(refused(3)).toEqual(refused(3));
    expect(new Set(refused(3)).size).toBe(2);
  });
});

it('an attempt that did not happen, because nobody listened, uses up no fault', () => {
  const world = new World();
  world.subscribe('sub');
  world.give({ type: 'setFaults', rules: rulesOf('status=503 reached first=1') });
  world.publish('a');
  world.answer({ kind: 'held' });
  world.give({ type: 'openGate', subscriptionId: 'sub' });
  expect(world.inFlight).toMatchObject([{ fault: { rule: 'status-503' } }]);
  expect(world.state.faults).toMatchObject([{ matched: 1, fired: 1 }]);
});

it('added rules leave the counts of those in force', () => {
  const world = new World();
  world.subscribe('sub');
  world.give({ type: 'setFaults', rules: rulesOf('status=503 first=2') });
  world.publish('a');
  world.give({ type: 'addFaults', rules: rulesOf('timeout first=1') });
  expect(world.state.faults).toMatchObject([
    { rule: { name: 'status-503' }, matched: 1, fired: 1 },
    { rule: { name: 'timeout' }, matched: 0, fired: 0 },
  ]);
});
