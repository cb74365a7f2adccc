import type { JournalEntry } from './journal.ts';

/** What became of the messages of one subscription so far. A message that is published again counts again. */
export interface PublishCounts {
  /** Publications that came to an end: those that the mock itself refuses to begin are not among them. */
  published: number;
  acknowledged: number;
  /** Those that the mock itself refuses to hand on are among them. */
  failed: number;
  last_error?: { at: string; reason: string; message: string };
}

const none: PublishCounts = { published: 0, acknowledged: 0, failed: 0 };

/** Counts the publications of Pub/Sub and Kafka subscriptions; of others it knows what was refused, and nobody asks. Forgets a subscription when it is deleted. */
export class PublishCountsBySubscription {
  readonly #counts = new Map<string, PublishCounts>();

  /** Reads them off a journal: to be subscribed to it. */
  readonly take = (entry: JournalEntry): void => {
    if (entry.type === 'attempt.finished') this.#finished(entry);
    else if (entry.type === 'subscription.deleted') this.#counts.delete(entry.subscriptionId);
    else if (entry.type === 'mock.reset') this.#counts.clear();
  };

  of(subscriptionId: string): PublishCounts {
    return this.#counts.get(subscriptionId) ?? none;
  }

  #finished({ subscriptionId, outcome, at }: Extract<JournalEntry, { type: 'attempt.finished' }>): void {
    if (outcome.kind !== 'published' && outcome.kind !== 'publishFailed' && outcome.kind !== 'refused') return;
    let counts = this.#counts.get(subscriptionId);
    if (!counts) {
      counts = { ...none };
      this.#counts.set(subscriptionId, counts);
    }
    if (outcome.kind !== 'refused') counts.published++;
    if (outcome.kind === 'published') counts.acknowledged++;
    else {
      counts.failed++;
      counts.last_error = { at: new Date(at).toISOString(), reason: outcome.reason, message: outcome.message };
    }
  }
}
