import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { Pool } from '../../src/events/pool.ts';

describe('a pool', () => {
  it('forgets what is removed, and leaves the rest', () => {
    const pool = new Pool<number>(10);
    for (const n of [1, 2, 3]) pool.add(n);
    pool.remove(1);
    pool.remove(1);
    expect([...pool.values()].sort()).toEqual([2, 3]);
    expect(pool.has(1)).toBe(false);
  });

  it('lets old items go in turn when it is full', () => {
    const pool = new Pool<number>(3);
    for (let n = 1; n <= 6; n++) pool.add(n);
    expect([...pool.values()].sort()).toEqual([4, 5, 6]);
  });

  it('picks nothing when it is empty', () => {
    expect(new Pool(1).pick(createRng(1))).toBeUndefined();
  });
});
