import type { JournalEntry } from './journal.ts';

/** What became of the messages of one subscription. A message that is published again counts again. */
export interface PublishCounts {
  /** Handed to the client library. */
  published: number;
  acknowledged: number;
  /** Those that the mock itself refuses to hand on are among them. */
  failed: number;
  last_error?: { at: string; reason: string; message: string };
}

/** Counts the publications of Pub/Sub and Kafka subscriptions; of others it knows what was refused, and nobody asks. Forgets a subscription when it is deleted. */
export class PublishCountsBySubscription {
  readonly #counts = new Map<string, PublishCounts>();

  /** Reads them off a journal: to be subscribed to it. */
  readonly take = (entry: JournalEntry): void => {
    if (entry.type === 'attempt.finished') this.#finished(entry);
    else if (entry.type === 'subscription.deleted') this.#counts.delete(entry.subscriptionId);
    else if (entry.type === 'mock.reset') this.#counts.clear();
  };

  /** Undefined before anything came of a publication. */
  of(subscriptionId: string): PublishCounts | undefined {
    return this.#counts.get(subscriptionId);
  }

  #finished({ subscriptionId, outcome, at }: Extract<JournalEntry, { type: 'attempt.finished' }>): void {
    if (outcome.kind !== 'published' && outcome.kind !== 'publishFailed' && outcome.kind !== 'refused') return;
    let counts = this.#counts.get(subscriptionId);
    if (!counts) {
      counts = { published: 0, acknowledged: 0, failed: 0 };
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
