import { describe, expect, it } from 'vitest';
import { ReplayBatches } from '../../src/cli/replay-batches.ts';
import type { ReplayEvent } from '../../src/recordings/replay-events.ts';

const event = (n: number, { text = '{}', afterMs }: { text?: string; afterMs?: number } = {}): ReplayEvent => ({
  event: { specversion: '1.0', id: `e${n}`, source: 'pim', type: 'any' },
  text,
  file: 'events.ndjson',
  line: n + 1,
  at: undefined,
  ...(afterMs !== undefined && { afterMs }),
});
const events = (count: number, from = 0): ReplayEvent[] => Array.from({ length: count }, (_, n) => event(from + n));
const always = Number.POSITIVE_INFINITY;

/** How many events each part has, until nothing is left. */
function sizes(batches: ReplayBatches): number[] {
  const parts: number[] = [];
  while (!batches.isEmpty) parts.push(batches.take().length);
  return parts;
}

describe('the batches of a replay', () => {
  it('hold what was read in any number of pieces, in order', () => {
    const batches = new ReplayBatches(always);
    batches.add(events(2));
    batches.add(events(3, 2));
    expect(batches.take().map(({ event: { id } }) => id)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4']);
    expect(batches.isEmpty).toBe(true);
    expect(batches.take()).toEqual([]);
  });

  it('have a thousand events at most', () => {
    const batches = new ReplayBatches(always);
    batches.add(events(999));
    expect(batches.isFull).toBe(false);
    batches.add(events(1_502, 999));
    expect(batches.isFull).toBe(true);
    expect(sizes(batches)).toEqual([1_000, 1_000, 501]);
  });

  it('have a mebibyte of text at most, but one event however large', () => {
    const batches = new ReplayBatches(always);
    const large = 'x'.repeat(600 * 1024);
    batches.add([event(0, { text: large })]);
    expect(batches.isFull).toBe(false);
    batches.add([event(1, { text: large }), event(2, { text: large.repeat(3) }), event(3), event(4)]);
    expect(batches.isFull).toBe(true);
    expect(sizes(batches)).toEqual([1, 1, 1, 2]);
  });

  it('span so much time at most: what comes later is sent later, however long nothing happens', () => {
    const batches = new ReplayBatches(1_000);
    batches.add([0, 400, 1_000, 1_001, 1_500, 3_600_000].map((afterMs, n) => event(n, { afterMs })));
    expect(batches.isFull).toBe(true);
    expect(sizes(batches)).toEqual([3, 2, 1]);
  });
});
