import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uuidv4, uuidv7 } from '../../src/core/ids.ts';
import { createRng } from '../../src/core/rng.ts';

const take = (n: number, draw: () => number): number[] => Array.from({ length: n }, draw);

describe('a random stream', () => {
  it('repeats from its seed and differs between seeds', () => {
    expect(take(50, createRng(7).uint32)).toEqual(take(50, createRng(7).uint32));
    expect(take(50, createRng(7).uint32)).not.toEqual(take(50, createRng(8).uint32));
  });

  it('goes back to where it was with all its forks, as often as one likes, and to its beginning', () => {
    const rng = createRng(7);
    const forks = [rng.fork('ids'), rng.fork('payload').fork('names')];
    const family = [rng, ...forks];
    const beginning = family.map((each) => take(10, each.uint32));
    const position = rng.capture();
    const later = family.map((each) => take(10, each.uint32));
    for (let n = 0; n < 2; n++) {
      rng.restore(position);
      expect(family.map((each) => take(10, each.uint32))).toEqual(later);
    }
    rng.restore();
    expect(family.map((each) => take(10, each.uint32))).toEqual(beginning);
  });

  it('lets a fork that was made since begin anew', () => {
    const rng = createRng(7);
    const position = rng.capture();
    const fork = rng.fork('late');
    const first = take(10, fork.uint32);
    rng.restore(position);
    expect(take(10, fork.uint32)).toEqual(first);
  });

  it('is not shifted by draws from another fork', () => {
    const rng = createRng(7);
    const quiet = take(10, rng.fork('ids').uint32);
    const other = rng.fork('payload');
    take(99, other.uint32);
    expect(take(10, rng.fork('ids').uint32)).toEqual(quiet);
    expect(take(10, rng.fork('payload').uint32)).not.toEqual(quiet);
  });

  it('is even: 64,000 draws fill 16 buckets alike', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (seed) => {
        const buckets = new Array<number>(16).fill(0);
        const rng = createRng(seed);
        for (let n = 0; n < 64_000; n++) {
          const bucket = rng.uint32() >>> 28;
          buckets[bucket] = (buckets[bucket] as number) + 1;
        }
        // Six standard deviations of a binomial with 64,000 draws and p = 1/16.
        for (const count of buckets) expect(Math.abs(count - 4_000)).toBeLessThan(370);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it('decides by key: the same key gets the same number however many were asked before', () => {
    const rng = createRng(7);
    const first = rng.keyed('duplicates', 'event-1');
    take(10, rng.uint32);
    rng.keyed('duplicates', 'event-2');
    expect(rng.keyed('duplicates', 'event-1')).toBe(first);
    expect(rng.keyed('shuffle', 'event-1')).not.toBe(first);
  });
});

describe('ids', () => {
  it('a UUIDv7 carries the millisecond of what it names', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.integer(), (now, seed) => {
        const id = uuidv7(createRng(seed), now);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now);
      }),
    );
  });

  it('a hundred thousand of one millisecond are distinct', () => {
    const rng = createRng(1);
    expect(new Set(Array.from({ length: 100_000 }, () => uuidv7(rng, 0))).size).toBe(100_000);
  });

  it('a UUIDv4 has its version and variant', () => {
    expect(uuidv4(createRng(1))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
