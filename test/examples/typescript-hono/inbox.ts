import type { PimEvent } from './pim-event.ts';

/** More ids than arrive within the platform's retries: a duplicate of an older event does no harm, it only costs. */
const mostIds = 100_000;

/**
 * Takes each event once, at once, and works it off afterwards, one after the other. This one lives in memory; a table whose primary
 * key is the event id does the same and survives a restart.
 */
export class Inbox {
  /** Events whose work failed, for a person to look at: the platform was told 200 and does not send them again. */
  readonly parked: { event: PimEvent; error: unknown }[] = [];
  readonly #work: (event: PimEvent) => void | Promise<void>;
  readonly #seen = new Set<string>();
  readonly #queue: PimEvent[] = [];
  #working: Promise<void> | undefined;

  constructor(work: (event: PimEvent) => void | Promise<void>) {
    this.#work = work;
  }

  /** Resolves when the event is kept, whether it is new or not. */
  async put(event: PimEvent): Promise<void> {
    if (this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    if (this.#seen.size > mostIds) this.#forgetOldest();
    this.#queue.push(event);
    this.#working ??= this.#workOff();
  }

  /** Resolves when everything is worked off: what a shutdown waits for. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #workOff(): Promise<void> {
    // After the answer to the platform, which does not wait for our work.
    await new Promise((resolve) => setImmediate(resolve));
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) {
      try {
        await this.#work(event);
      } catch (error) {
        this.parked.push({ event, error });
      }
    }
    this.#working = undefined;
  }

  #forgetOldest(): void {
    const [oldest] = this.#seen;
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}
