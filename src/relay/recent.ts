/**
 * Remembers the latest things until they are asked for: `limit` of them at least and twice as many at most. What nobody asks for is
 * forgotten, the older half at once: to look for the oldest each time would cost more than all the rest.
 */
export class Recent<K, V> {
  readonly #limit: number;
  #latest = new Map<K, V>();
  #older = new Map<K, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  remember(key: K, value: V): void {
    if (this.#latest.size >= this.#limit) {
      this.#older = this.#latest;
      this.#latest = new Map();
    }
    this.#latest.set(key, value);
  }

  /** Gives the value and forgets it. */
  take(key: K): V | undefined {
    const value = this.#latest.get(key);
    if (value === undefined) return this.#takeOlder(key);
    this.#latest.delete(key);
    if (this.#older.size > 0) this.#older.delete(key);
    return value;
  }

  clear(): void {
    this.#latest.clear();
    this.#older.clear();
  }

  #takeOlder(key: K): V | undefined {
    const value = this.#older.get(key);
    if (value !== undefined) this.#older.delete(key);
    return value;
  }
}
