import type { Capturable } from '../core/capturable.ts';
import { benchmarkEventType } from '../core/envelope.ts';
import type { Subscription } from '../core/types.ts';
import type { JournalEntry } from './journal.ts';

/**
 * Counts what suspended subscriptions do not get, by the types that they subscribe to: nobody looks at their filters any more. It is
 * lost for good, because the platform keeps nothing (R2). A later resume tells it, so it belongs to what a snapshot holds.
 */
export class MissedEvents implements Capturable<[string, number][]> {
  readonly #find: (subscriptionId: string) => Subscription | undefined;
  readonly #missed = new Map<string, number>();

  constructor(find: (subscriptionId: string) => Subscription | undefined) {
    this.#find = find;
  }

  /** Reads them off a journal: to be subscribed to it. */
  readonly take = (entry: JournalEntry): void => {
    switch (entry.type) {
      case 'subscription.suspended':
        this.#missed.set(entry.subscriptionId, 0);
        break;
      case 'subscription.resumed':
      case 'subscription.revoked':
      case 'subscription.deleted':
        this.#missed.delete(entry.subscriptionId);
        break;
      case 'event.published':
        // What is sent again to one subscription is not the others' to miss.
        if (entry.addressedTo !== undefined) break;
        for (const [id, missed] of this.#missed)
          if (takes(this.#find(id), entry.eventType)) this.#missed.set(id, missed + 1);
        break;
    }
  };

  /** 0 for a subscription that is not suspended. */
  of(subscriptionId: string): number {
    return this.#missed.get(subscriptionId) ?? 0;
  }

  capture(): [string, number][] {
    return [...this.#missed];
  }

  restore(missed: readonly [string, number][]): void {
    this.#missed.clear();
    for (const [subscriptionId, events] of missed) this.#missed.set(subscriptionId, events);
  }
}

const takes = (subscription: Subscription | undefined, eventType: string): boolean =>
  subscription?.events.includes(eventType) === true &&
  subscription.source === (eventType === benchmarkEventType ? 'benchmark' : 'pim');
