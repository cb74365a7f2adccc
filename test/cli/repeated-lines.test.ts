import { expect, it } from 'vitest';
import { RepeatedLines } from '../../src/cli/repeated-lines.ts';

/** Repeated lines whose seconds pass when the test says so. */
function repeatedLines() {
  const told: [string, number][] = [];
  const timers = new Set<() => void>();
  const lines = new RepeatedLines({
    print: (what, times) => told.push([what, times]),
    after: (_ms, fn) => {
      timers.add(fn);
      return () => timers.delete(fn);
    },
  });
  const second = (): void => {
    const due = [...timers];
    timers.clear();
    for (const fire of due) fire();
  };
  return { lines, told, timers, second };
}

it('tells the first at once, and the count once a second while it goes on', () => {
  const { lines, told, second } = repeatedLines();
  expect(['a', 'a', 'b', 'a'].map((what) => lines.isFirst(what))).toEqual([true, false, true, false]);
  expect(told).toEqual([]);
  second();
  expect(told).toEqual([['a', 3]]);
  lines.isFirst('a');
  second();
  expect(told).toEqual([
    ['a', 3],
    ['a', 4],
  ]);
});

it('begins anew after a second without', () => {
  const { lines, told, second } = repeatedLines();
  lines.isFirst('a');
  second();
  expect(lines.isFirst('a')).toBe(true);
  expect(told).toEqual([]);
});

it('tells at the end what it has not told, and leaves no timer', () => {
  const { lines, told, timers } = repeatedLines();
  for (let n = 0; n < 3; n++) lines.isFirst('a');
  lines.isFirst('b');
  lines.close();
  expect(told).toEqual([['a', 3]]);
  expect(timers.size).toBe(0);
});
