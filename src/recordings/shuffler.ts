import type { Rng } from '../core/rng.ts';

/** Puts a stream into disorder with bounded memory: what goes out next is drawn from the latest few that came in. */
export class Shuffler<T> {
  readonly #rng: Rng;
  readonly #size: number;
  #held: T[] = [];

  /** `size`: how many are held to draw from. */
  constructor(rng: Rng, size: number) {
    this.#rng = rng;
    this.#size = size;
  }

  /** Takes them in and gives out as many as are too many to be held. */
  through(items: readonly T[]): T[] {
    const out: T[] = [];
    for (const item of items) {
      this.#held.push(item);
      if (this.#held.length > this.#size) out.push(...this.#draw());
    }
    return out;
  }

  /** Gives out what is left. */
  rest(): T[] {
    const out: T[] = [];
    while (this.#held.length > 0) out.push(...this.#draw());
    return out;
  }

  #draw(): T[] {
    const last = this.#held.length - 1;
    const at = this.#rng.int(0, last);
    const drawn = this.#held.slice(at, at + 1);
    this.#held[at] = this.#held[last] as T;
    this.#held.length = last;
    return drawn;
  }
}
