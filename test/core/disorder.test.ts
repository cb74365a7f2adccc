import { describe, expect, it } from 'vitest';
import { duplicateWithinMs, shuffleWaitMs } from '../../src/core/disorder.ts';
import { nextDueAt } from '../../src/core/timers.ts';
import { answered, World } from './world.ts';

/** Publishes, answers everything with 200 and lets all timers fire; the event ids in the order of their attempts. */
function run(world: World, ids: readonly string[]): string[] {
  for (const id of ids) world.publish(id);
  for (;;) {
    while (world.inFlight.length > 0) world.answer(answered(200));
    const dueAt = nextDueAt(world.state);
    if (dueAt === undefined) break;
    world.advance(Math.max(0, dueAt - world.now));
  }
  return world.of('attempt.started').map(({ eventId }) => eventId);
}

function worldWith(disorder: ConstructorParameters<typeof World>[2]): World {
  const world = new World({}, '2024-09', disorder);
  world.subscribe('sub');
  return world;
}

const ids = Array.from({ length: 400 }, (_, n) => `e${n}`);

describe('duplicates', () => {
  it('deliver the share that is asked for a second time, later, as counted duplicates of the first', () => {
    const world = worldWith({ duplicates: 0.25 });
    run(world, ids);
    const repeats = world.of('attempt.started').filter(({ duplicateOf }) => duplicateOf);
    expect(repeats.length).toBe(world.state.counters.duplicates);
    expect(repeats.length).toBeGreaterThan(70);
    expect(repeats.length).toBeLessThan(130);
    for (const { eventId, duplicateOf } of repeats) {
      expect(world.of('attempt.started').find(({ deliveryId }) => deliveryId === duplicateOf)?.eventId).toBe(eventId);
    }
    expect(world.now).toBeLessThan(duplicateWithinMs);
    expect(world.of('event.published').every(({ deliveries }) => deliveries === 1)).toBe(true);
  });

  it('are decided by the event: one more in the middle leaves the fate of the others', () => {
    const repeated = (list: readonly string[]): string[] => {
      const world = worldWith({ duplicates: 0.25 });
      run(world, list);
      const repeats = world.of('attempt.started').filter(({ duplicateOf }) => duplicateOf);
      return repeats
        .map(({ eventId }) => eventId)
        .filter((id) => id !== 'new')
        .sort();
    };
    expect(repeated([...ids.slice(0, 200), 'new', ...ids.slice(200)])).toEqual(repeated(ids));
  });

  it('are discarded with the rest when the subscription stops', () => {
    const world = worldWith({ duplicates: 1 });
    world.publish('e');
    world.answer(answered(200));
    world.give({ type: 'suspend', subscriptionId: 'sub', by: 'user', reason: 'requested' });
    expect(world.of('delivery.discarded')).toHaveLength(1);
  });
});

describe('shuffling', () => {
  it('changes the order, and lets nothing be overtaken by more than the window', () => {
    const order = run(worldWith({ shuffle: 20 }), ids);
    expect([...order].sort()).toEqual([...ids].sort());
    expect(order).not.toEqual(ids);
    order.forEach((id, at) => {
      const own = Number(id.slice(1));
      expect(order.slice(0, at).filter((other) => Number(other.slice(1)) > own).length).toBeLessThanOrEqual(20);
    });
  });

  it('also reorders a trickle: each waits a little for those that may overtake it', () => {
    const world = worldWith({ shuffle: 5 });
    world.publish('alone');
    expect(world.inFlight).toEqual([]);
    world.advance(shuffleWaitMs);
    expect(world.inFlight).toHaveLength(1);
  });

  it('is the same for the same seed, and one more event leaves the order of the others', () => {
    const shuffled = (list: readonly string[]) => run(worldWith({ shuffle: 20 }), list);
    expect(shuffled(ids)).toEqual(shuffled(ids));
    const withOneMore = shuffled([...ids.slice(0, 200), 'new', ...ids.slice(200)]).filter((id) => id !== 'new');
    const moved = withOneMore.filter((id, at) => id !== shuffled(ids)[at]);
    expect(moved.length).toBeLessThan(60);
  });
});

describe('fifo', () => {
  it('delivers one at a time, in the order of publication', () => {
    const world = worldWith({ order: 'fifo' });
    for (const id of ids) world.publish(id);
    expect(world.inFlight).toHaveLength(1);
    expect(run(world, [])).toEqual(ids);
  });
});

it('a subscription takes no event before it is activated', () => {
  const world = new World({ activationDelayMs: 60_000 });
  world.subscribe('sub');
  world.publish('too early');
  world.advance(60_000);
  world.publish('in time');
  expect(world.inFlight.map(({ event }) => event.id)).toEqual(['in time']);
  world.give({ type: 'updateSubscription', subscriptionId: 'sub', patch: { sendProductIdentifier: true } });
  world.publish('too early again');
  expect(world.inFlight).toHaveLength(1);
});
