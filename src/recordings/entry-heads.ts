import type { Entry } from './read-entries.ts';

/** What is told of the entries of an input that can be read once only. In columns: an object for each would take more than twice the memory. */
export class EntryHeads {
  readonly #eventIds: string[] = [];
  readonly #types: string[] = [];
  readonly #lines: number[] = [];
  /** One text for all that have the same type. */
  readonly #known = new Map<string, string>();

  add({ eventId, type, line }: Entry): void {
    this.#eventIds.push(eventId);
    const known = this.#known.get(type) ?? type;
    if (known === type) this.#known.set(type, type);
    this.#types.push(known);
    this.#lines.push(line);
  }

  /** The entries without their values; `keys` are theirs, in the same order. */
  *entries(keys: Iterable<string>): Generator<Entry[]> {
    let n = 0;
    for (const key of keys) {
      const eventId = this.#eventIds[n] ?? '';
      yield [{ key, eventId, type: this.#types[n] ?? '', line: this.#lines[n] ?? 0, value: {} }];
      n++;
    }
  }
}
