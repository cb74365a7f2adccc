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
  /** Two halves, of which the older one goes as a whole: forgetting event by event would cost every publication something. */
  #latest = new Half();
  #older = new Half();
  #characters = 0;

  constructor(limits = defaultLimits) {
    this.#limits = limits;
  }

  add(event: SealedEvent): void {
    const { events, characters } = this.#limits;
    const size = sizeOf(event);
    if (this.#latest.size >= events / 2 || this.#characters + size > characters / 2) {
      this.#older = this.#latest;
      this.#latest = new Half();
      this.#characters = 0;
    }
    this.#latest.add(event);
    this.#characters += size;
  }

  get(id: string): SealedEvent | undefined {
    return this.#latest.get(id) ?? this.#older.get(id);
  }

  /** Forgets all but what is still owed to somebody. */
  startOver(state: State): void {
    this.#latest = new Half();
    this.#older = new Half();
    this.#characters = 0;
    for (const { live, queue } of state.lanes.values()) {
      for (const { event } of live.values()) this.add(event);
      for (const { event } of queue.items.slice(queue.head)) this.add(event);
    }
  }
}

/** Events in the order in which they came. They are put in order by id when somebody asks for one, which hardly ever happens. */
class Half {
  readonly #events: SealedEvent[] = [];
  readonly #byId = new Map<string, SealedEvent>();
  /** How many of them are in the index. */
  #indexed = 0;

  get size(): number {
    return this.#events.length;
  }

  add(event: SealedEvent): void {
    this.#events.push(event);
  }

  get(id: string): SealedEvent | undefined {
    for (const event of this.#events.slice(this.#indexed)) this.#byId.set(event.id, event);
    this.#indexed = this.#events.length;
    return this.#byId.get(id);
  }
}

const sizeOf = (event: SealedEvent): number => event.size ?? event.text.length + (event.identifiedText?.length ?? 0);
