import type { JournalEntry } from '../runtime/journal.ts';

/** Whether there may be so many entries of this kind that a page cannot be told all of them. */
export const isSampled = (entry: JournalEntry): boolean =>
  'deliveryId' in entry || entry.type === 'event.published' || entry.type === 'event.filtered';

/** Chooses what a page is told of a journal that is too busy for it: a delivery whole or not at all, and what is rare always. */
export class DeliverySample {
  /** Decided at the first attempt of a delivery, and kept until it has ended: what was begun is also ended. */
  readonly #isTold = new Map<string, boolean>();
  #events = 0;

  /** Whether an entry is told when one delivery in `oneIn`, a power of two, is. To be asked about every entry, in their order. */
  takes(entry: JournalEntry, oneIn: number): boolean {
    if ('deliveryId' in entry) return this.#takesDelivery(entry, oneIn);
    if (entry.type === 'mock.reset') this.startOver();
    return !isSampled(entry) || this.#events++ % oneIn === 0;
  }

  /** Forgets what was decided: ends that are not heard of would keep it for ever. */
  startOver(): void {
    this.#isTold.clear();
  }

  #takesDelivery(entry: Extract<JournalEntry, { deliveryId: string }>, oneIn: number): boolean {
    const { deliveryId } = entry;
    const isTold = this.#isTold.get(deliveryId) ?? Number(deliveryId.slice(1)) % oneIn === 0;
    if (hasEnded(entry)) this.#isTold.delete(deliveryId);
    else if (entry.type === 'attempt.started') this.#isTold.set(deliveryId, isTold);
    return isTold;
  }
}

/** The last entry about a delivery; a late answer may still follow. */
function hasEnded(entry: JournalEntry): boolean {
  if (entry.type === 'attempt.finished') return entry.verdict.do === 'deliver';
  return entry.type === 'delivery.dropped' || entry.type === 'delivery.discarded';
}
