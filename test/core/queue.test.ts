import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addTimer, emptyFifo, push, sizeOf, take, takeDueTimer } from '../../src/core/queue.ts';
import { initialState } from '../../src/core/state.ts';
import type { ScheduledDelivery } from '../../src/core/types.ts';

it('a queue gives back what was put in, in order, however it is interleaved', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 3_000, minLength: 1_000 }), (story) => {
      const queue = emptyFifo<number>();
      const model: number[] = [];
      story.forEach((put, n) => {
        if (put) model.push(n);
        if (put) push(queue, n);
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
    push(queue, n);
    take(queue);
  }
  expect(queue.items.length).toBeLessThan(2_000);
});

it('timers come up in the order of their due times, equal ones in the order in which they were set', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 0, max: 50 }), (dueTimes, now) => {
      const state = initialState();
      dueTimes.forEach((dueAt, n) => {
        addTimer(state, { dueAt, id: `d${n}`, subscriptionId: 's' } as ScheduledDelivery);
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
