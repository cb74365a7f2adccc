import type { Capturable } from '../core/capturable.ts';
import type { Rng } from '../core/rng.ts';

export interface PoolContents<T> {
  items: T[];
  turn: number;
}

/**
 * Entities that come and go, with O(1) random choice. Bounded: past the limit the next one in turn leaves quietly and nothing is
 * heard of it again, so that generating for days does not grow memory.
 */
export class Pool<T> implements Capturable<PoolContents<T>> {
  readonly #limit: number;
  readonly #items: T[] = [];
  readonly #indexes = new Map<T, number>();
  #turn = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#items.length;
  }

  values(): readonly T[] {
    return this.#items;
  }

  has(item: T): boolean {
    return this.#indexes.has(item);
  }

  add(item: T): void {
    const index = this.#items.length < this.#limit ? this.#items.length : this.#turn++ % this.#limit;
    const leaving = this.#items[index];
    if (leaving !== undefined) this.#indexes.delete(leaving);
    this.#items[index] = item;
    this.#indexes.set(item, index);
  }

  remove(item: T): void {
    const index = this.#indexes.get(item);
    if (index === undefined) return;
    const last = this.#items.pop();
    this.#indexes.delete(item);
    if (last === undefined || last === item) return;
    this.#items[index] = last;
    this.#indexes.set(last, index);
  }

  pick(rng: Rng): T | undefined {
    return this.#items.length === 0 ? undefined : rng.pick(this.#items);
  }

  /** One that fits, found in a few draws. Undefined does not prove that there is none. */
  find(rng: Rng, fits: (item: T) => boolean): T | undefined {
    for (let draws = 0; draws < 8; draws++) {
      const item = this.pick(rng);
      if (item !== undefined && fits(item)) return item;
    }
    return undefined;
  }

  /** The entities themselves, not copies: others refer to them, and all are copied together. */
  capture(): PoolContents<T> {
    return { items: [...this.#items], turn: this.#turn };
  }

  restore({ items, turn }: PoolContents<T>): void {
    this.#items.length = 0;
    this.#indexes.clear();
    for (const item of items) this.add(item);
    this.#turn = turn;
  }
}
