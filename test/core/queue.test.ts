import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resolvePolicy } from '../../src/core/profile.ts';
import { emptyFifo, openLane, sizeOf, take } from '../../src/core/queue.ts';
import { initialState } from '../../src/core/state.ts';
import { addTimer, nextDueAt, takeDueTimer } from '../../src/core/timers.ts';
import type { ScheduledDelivery } from '../../src/core/types.ts';

it('a queue gives back what was put in, in order, however it is interleaved', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 3_000, minLength: 1_000 }), (story) => {
      const queue = emptyFifo<number>();
      const model: number[] = [];
      story.forEach((put, n) => {
        if (put) model.push(n);
        if (put) queue.items.push(n);
        else expect(take(queue)).toBe(model.shift());
        expect(sizeOf(queue)).toBe(model.length);
      });
    }),
    { numRuns: 50 },
  );
});

it('a queue that is drained as fast as it fills does not grow', () => {
  const queue = emptyFifo<number>();
  for (let n = 0; n < 100_000; n++) {
    queue.items.push(n);
    take(queue);
  }
  expect(queue.items.length).toBeLessThan(2_000);
});

it('a queue that is empty keeps nothing alive', () => {
  const queue = emptyFifo<number>();
  for (let n = 0; n < 100; n++) queue.items.push(n);
  for (let n = 0; n < 100; n++) take(queue);
  expect(queue.items).toEqual([]);
});

it('timers of what has ended are given up', () => {
  const state = initialState();
  const lane = openLane(state, 's', resolvePolicy('2024-09'));
  for (const [id, dueAt] of [
    ['ended', 1],
    ['alive', 2],
  ] as const) {
    if (id === 'alive') lane.live.set(id, { state: 'scheduled', dueAt } as ScheduledDelivery);
    addTimer(state, { at: dueAt, kind: 'delivery', subscriptionId: 's', deliveryId: id });
  }
  expect(nextDueAt(state)).toBe(2);
  expect(state.timers).toHaveLength(1);
});

it('timers come up in the order of their due times, equal ones in the order in which they were set', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 0, max: 50 }), (dueTimes, now) => {
      const state = initialState();
      const lane = openLane(state, 's', resolvePolicy('2024-09'));
      dueTimes.forEach((dueAt, n) => {
        lane.live.set(`d${n}`, { state: 'scheduled', dueAt } as ScheduledDelivery);
        addTimer(state, { at: dueAt, kind: 'delivery', subscriptionId: 's', deliveryId: `d${n}` });
      });
      const order: string[] = [];
      for (let timer = takeDueTimer(state, now); timer; timer = takeDueTimer(state, now)) order.push(timer.deliveryId);
      const expected = dueTimes
        .map((dueAt, n) => ({ dueAt, n }))
        .filter(({ dueAt }) => dueAt <= now)
        .sort((a, b) => a.dueAt - b.dueAt || a.n - b.n);
      expect(order).toEqual(expected.map(({ n }) => `d${n}`));
      expect(state.timers.length).toBe(dueTimes.length - expected.length);
    }),
  );
});
