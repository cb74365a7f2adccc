import type { Capturable } from './capturable.ts';

/** How far a generator has come, and those that were forked from it, in the order in which they were. */
export interface RngPosition {
  words: readonly [a: number, b: number, c: number, d: number];
  forks: RngPosition[];
}

/**
 * The only source of chance. A generator is named: `fork('payload')` gives a stream of its own, so that a draw added in one place
 * never shifts the draws of another, and `keyed('duplicates', eventId)` is a decision that depends on nothing but its key.
 */
export interface Rng extends Capturable<RngPosition> {
  /** The next number, 0 <= n < 1, with 32 random bits. */
  next(): number;
  /** The next integer, 0 <= n < 2^32. */
  uint32(): number;
  /** An integer, min <= n <= max. */
  int(min: number, max: number): number;
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T;
  chance(probability: number): boolean;
  bytes(length: number): Uint8Array;
  /**
   * A generator of its own for one purpose. The same name of the same seed always gives the same stream. It is kept as long as this
   * one is: for what comes with every event there is `keyed`.
   */
  fork(name: string): Rng;
  /** A number, 0 <= n < 1, that depends on the seed, the purpose and the key alone. */
  keyed(purpose: string, key: string): number;
  /** The positions of this generator and of all its forks. */
  capture(): RngPosition;
  /** Puts it and its forks back to where they were, or to their beginnings; forks that were made since begin anew. */
  restore(position?: RngPosition): void;
}

/** FNV-1a over UTF-16 code units, finished with murmur's avalanche so that close keys land far apart. */
function hash(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** `seed` is any safe integer. The stream is sfc32, which passes the usual statistical suites and needs four integers. */
export function createRng(seed: number, path = ''): Rng {
  const base = hash(String(seed), 0);
  let a = hash(path, base);
  let b = hash(path, base ^ 0x9e3779b9);
  let c = hash(path, base ^ 0x85ebca6b);
  let d = 1;

  function uint32(): number {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  }
  // The first draws of sfc32 still show its seed.
  for (let i = 0; i < 12; i++) uint32();

  const start: RngPosition = { words: [a, b, c, d], forks: [] };
  const forks: Rng[] = [];

  const next = (): number => uint32() / 4_294_967_296;
  return {
    next,
    uint32,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (items) => {
      if (items.length === 0) throw new RangeError('pick() needs at least one item');
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
    chance: (probability) => next() < probability,
    bytes: (length) => Uint8Array.from({ length }, () => uint32() >>> 24),
    fork: (name) => {
      const fork = createRng(seed, `${path}/${name}`);
      forks.push(fork);
      return fork;
    },
    keyed: (purpose, key) => hash(`${path}/${purpose}:${key}`, base) / 4_294_967_296,
    capture: () => ({ words: [a, b, c, d], forks: forks.map((fork) => fork.capture()) }),
    restore: (position = start) => {
      [a, b, c, d] = position.words;
      for (const [n, fork] of forks.entries()) fork.restore(position.forks[n]);
    },
  };
}
