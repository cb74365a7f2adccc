/** @import { PimEvent } from './catalogue.js' */

/** More ids than arrive within the platform's retries: a duplicate of an older event does no harm, it only costs. */
const mostIds = 100_000;

/**
 * Takes each event once and works it off afterwards, one after the other. This one lives in memory; a table whose primary key is the
 * event id does the same and survives a restart.
 */
export class Inbox {
  #work;
  /** @type {Set<string>} */
  #seen = new Set();
  /** @type {PimEvent[]} */
  #queue = [];
  /** @type {Promise<void> | undefined} */
  #working;
  /**
   * Events whose work failed, for a person to look at: the platform was told 200 and does not send them again.
   * @type {{ event: PimEvent, error: unknown }[]}
   */
  parked = [];

  /** @param {(event: PimEvent) => void | Promise<void>} work */
  constructor(work) {
    this.#work = work;
  }

  /**
   * Resolves when the event is kept, whether it is new or not.
   * @param {PimEvent} event
   */
  async put(event) {
    if (this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    if (this.#seen.size > mostIds) this.#seen.delete(this.#seen.values().next().value ?? '');
    this.#queue.push(event);
    this.#working ??= this.#workOff();
  }

  /** Resolves when everything is worked off: what a shutdown waits for. */
  async idle() {
    await this.#working;
  }

  async #workOff() {
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
}
