import type { JournalFact } from '../core/types.ts';
import type { Stamp } from '../core/work.ts';

/** One line of the journal: a fact with its place and its time. */
export type JournalEntry = JournalFact & Stamp;
export type JournalListener = (entry: JournalEntry) => void;

/** The journal for those who read it. */
export interface JournalReader {
  /** The number of the first entry that is still kept; of the next one when there is none. */
  readonly firstSeq: number;
  /** The last entry's number; 0 when there is none. */
  readonly lastSeq: number;
  /** The entries that are still kept, oldest first, from number `after + 1`. */
  entries(after?: number): Generator<JournalEntry>;
  /** Calls `listener` with every new entry. Returns the end of the subscription. */
  subscribe(listener: JournalListener): () => void;
}

/**
 * The ordered, bounded record of what happened. It is a tool for the developer: the platform keeps nothing that could be asked for
 * afterwards (R2). Holds no secret, because no fact does.
 */
export class Journal implements JournalReader {
  readonly #capacity: number;
  readonly #now: () => number;
  /** A ring, so that a long run moves nothing: the n-th entry since the last clear sits at (n - 1) % capacity. */
  readonly #entries: JournalEntry[] = [];
  readonly #listeners = new Set<JournalListener>();
  #seq = 0;
  #cleared = 0;

  constructor(now: () => number, capacity = 50_000) {
    this.#now = now;
    this.#capacity = capacity;
  }

  /** Takes the fact over: it becomes the entry. `at`: when it was, where that is known. */
  append(fact: JournalFact, at = this.#now()): void {
    const entry = fact as JournalEntry;
    entry.seq = ++this.#seq;
    entry.at = at;
    this.#entries[this.#slotOf(entry.seq)] = entry;
    for (const listener of this.#listeners) {
      try {
        listener(entry);
      } catch (error) {
        // Whoever listens must not break what is listened to; the error is theirs, and it is not swallowed.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  get firstSeq(): number {
    return Math.max(this.#cleared, this.#seq - this.#capacity) + 1;
  }

  get lastSeq(): number {
    return this.#seq;
  }

  /** The number of the last entry that was cleared; 0 when none was. */
  get lastClearedSeq(): number {
    return this.#cleared;
  }

  *entries(after = 0): Generator<JournalEntry> {
    for (let seq = Math.max(after + 1, this.firstSeq); seq <= this.#seq; seq++) {
      const entry = this.#entries[this.#slotOf(seq)];
      if (entry) yield entry;
    }
  }

  subscribe(listener: JournalListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets the entries; numbers go on, so that a reader can tell. */
  clear(): void {
    this.#entries.length = 0;
    this.#cleared = this.#seq;
  }

  #slotOf(seq: number): number {
    return (seq - 1 - this.#cleared) % this.#capacity;
  }
}
