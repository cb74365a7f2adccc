import type { State } from '../core/state.ts';
import type { SealedEvent } from '../core/types.ts';

/** How much is kept: enough for any test and a long look back, and a bound for a day under load. */
const defaultLimits = { events: 20_000, characters: 32 * 1024 * 1024 };

/**
 * The latest published events, so that one can be shown, matched and sent again after its deliveries have ended. A tool for the
 * developer: the platform keeps nothing (R2). Bounded; the oldest make room.
 */
export class EventArchive {
  readonly #limits: typeof defaultLimits;
  readonly #events = new Map<string, SealedEvent>();
  #characters = 0;

  constructor(limits = defaultLimits) {
    this.#limits = limits;
  }

  add(event: SealedEvent): void {
    this.#remove(event.id);
    this.#events.set(event.id, event);
    this.#characters += sizeOf(event);
    while (this.#events.size > this.#limits.events || this.#characters > this.#limits.characters) {
      const [oldest] = this.#events.keys();
      if (oldest === undefined) return;
      this.#remove(oldest);
    }
  }

  get(id: string): SealedEvent | undefined {
    return this.#events.get(id);
  }

  /** Forgets all but what is still owed to somebody. */
  startOver(state: State): void {
    this.#events.clear();
    this.#characters = 0;
    for (const { live, queue } of state.lanes.values()) {
      for (const { event } of live.values()) this.add(event);
      for (const { event } of queue.items.slice(queue.head)) this.add(event);
    }
  }

  #remove(id: string): void {
    const event = this.#events.get(id);
    if (!event) return;
    this.#events.delete(id);
    this.#characters -= sizeOf(event);
  }
}

const sizeOf = ({ head, tail, identifiedTail }: SealedEvent): number =>
  head.length + tail.length + (identifiedTail?.length ?? 0);
