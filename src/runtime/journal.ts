import type { JournalFact } from '../core/types.ts';

/** One line of the journal: a fact with its place and the mock's time (milliseconds since the epoch). */
export type JournalEntry = JournalFact & { seq: number; at: number };
export type JournalListener = (entry: JournalEntry) => void;

/**
 * The ordered, bounded record of what happened. It is a tool for the developer: the platform keeps nothing that could be asked for
 * afterwards (R2). Holds no secret, because no fact does.
 */
export class Journal {
  readonly #capacity: number;
  readonly #now: () => number;
  readonly #entries: JournalEntry[] = [];
  readonly #listeners = new Set<JournalListener>();
  #seq = 0;

  constructor(now: () => number, capacity = 50_000) {
    this.#now = now;
    this.#capacity = capacity;
  }

  append(fact: JournalFact): void {
    const entry = fact as JournalEntry;
    entry.seq = ++this.#seq;
    entry.at = this.#now();
    // A ring: the entry with number n sits at (n - 1) % capacity, so that a long run moves nothing.
    this.#entries[(entry.seq - 1) % this.#capacity] = entry;
    for (const listener of this.#listeners) listener(entry);
  }

  /** The last entry's number; 0 when there is none. */
  get lastSeq(): number {
    return this.#seq;
  }

  /** The entries that are still kept, oldest first, from number `after + 1`. */
  *entries(after = 0): Generator<JournalEntry> {
    for (let seq = Math.max(after, this.#seq - this.#capacity) + 1; seq <= this.#seq; seq++) {
      const entry = this.#entries[(seq - 1) % this.#capacity];
      if (entry) yield entry;
    }
  }

  /** Calls `listener` with every new entry. Returns the end of the subscription. */
  subscribe(listener: JournalListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets the entries; numbers go on, so that a reader can tell. */
  clear(): void {
    this.#entries.length = 0;
  }
}
