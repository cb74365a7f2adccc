import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Batcher } from '../../src/runtime/destinations/batcher.ts';

/** A batcher whose batches are let go by hand, oldest first. */
function createBatcher({ mostItems = 3, mostBytes = 1_000, mostInFlight = 1 } = {}) {
  const batches: { items: number[]; finish: () => void }[] = [];
  const batcher = new Batcher<number, string>({
    send: (items) =>
      new Promise((resolve) => batches.push({ items, finish: () => resolve(items.map((item) => `done ${item}`)) })),
    sizeOf: (item) => item,
    ...{ mostItems, mostBytes, mostInFlight },
  });
  const add = (item: number) => new Promise<string>((resolve) => batcher.add(item, { settle: resolve }));
  return { add, batches };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('what one turn adds goes together, and each item gets its own result', async () => {
  const { add, batches } = createBatcher();
  const added = [1, 2].map((item) => add(item));
  expect(batches).toEqual([]);
  await turn();
  expect(batches.map(({ items }) => items)).toEqual([[1, 2]]);
  batches[0]?.finish();
  expect(await Promise.all(added)).toEqual(['done 1', 'done 2']);
});

it('what comes while a batch is on its way waits for it and goes together', async () => {
  const { add, batches } = createBatcher();
  void add(1);
  await turn();
  for (const item of [2, 3, 4, 5]) void add(item);
  await turn();
  expect(batches).toHaveLength(1);
  batches[0]?.finish();
  // The next batch begins a turn after the one that was answered.
  await turn();
  await turn();
  expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
});

it('a batch ends before it is too large, and one item is never too large for a batch', async () => {
  const { add, batches } = createBatcher({ mostBytes: 100, mostInFlight: 9, mostItems: 9 });
  for (const item of [60, 40, 1, 500, 1]) void add(item);
  await turn();
  expect(batches.map(({ items }) => items)).toEqual([[60, 40], [1], [500], [1]]);
});

it('loses nothing, doubles nothing and keeps the order, whatever is added when', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.nat({ max: 50 }))), fc.integer({ min: 1, max: 3 }), async (turns, most) => {
      const { add, batches } = createBatcher({ mostInFlight: most, mostBytes: 80 });
      const added: Promise<string>[] = [];
      let finished = 0;
      const settleNext = () => batches[finished++]?.finish();
      for (const items of turns) {
        for (const item of items) added.push(add(item));
        await turn();
        expect(batches.length - Math.min(finished, batches.length)).toBeLessThanOrEqual(most);
        if (finished < batches.length) settleNext();
      }
      while (batches.flatMap(({ items }) => items).length < turns.flat().length || finished < batches.length) {
        if (finished < batches.length) settleNext();
        await turn();
      }
      expect(await Promise.all(added)).toEqual(turns.flat().map((item) => `done ${item}`));
      expect(batches.flatMap(({ items }) => items)).toEqual(turns.flat());
    }),
    { numRuns: 30 },
  ));
