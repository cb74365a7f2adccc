import type { JournalEntryView } from '../../src/http/journal-api.ts';

type EntryOf<Type extends JournalEntryView['type']> = Extract<JournalEntryView, { type: Type }>;

/** Entries as the stream tells them, numbered in the order in which they are made. */
export class Entries {
  #seq = 0;

  #place(): { seq: number; at: string } {
    const seq = ++this.#seq;
    return { seq, at: new Date(Date.UTC(2026, 0, 5, 8) + seq).toISOString() };
  }

  started(delivery: number, attempt = 1, more: Partial<EntryOf<'attempt.started'>> = {}): JournalEntryView {
    return { type: 'attempt.started', ...this.#place(), ...attemptOf(delivery, attempt), ...more };
  }

  finished(delivery: number, attempt = 1, more: Partial<EntryOf<'attempt.finished'>> = {}): JournalEntryView {
    return {
      type: 'attempt.finished',
      ...this.#place(),
      ...attemptOf(delivery, attempt),
      outcome: { kind: 'answered', status: 200, duration_ms: 12 },
      verdict: { do: 'deliver' },
      ...more,
    };
  }

  /** An attempt that was answered with 503 and is tried again in five minutes. */
  failed(delivery: number, attempt = 1, more: Partial<EntryOf<'attempt.finished'>> = {}): JournalEntryView {
    return this.finished(delivery, attempt, {
      outcome: { kind: 'answered', status: 503, duration_ms: 12 },
      verdict: { do: 'retry', attempt, of: 3, delay_ms: 300_000, due_at: '2026-01-05T08:05:00.000Z' },
      ...more,
    });
  }

  late(delivery: number, attempt = 1): JournalEntryView {
    return { type: 'attempt.late', ...this.#place(), ...attemptOf(delivery, attempt), status: 200, duration_ms: 4_200 };
  }

  discarded(delivery: number): JournalEntryView {
    const { attempt: _attempt, destination: _destination, ...of } = attemptOf(delivery, 1);
    return { type: 'delivery.discarded', ...this.#place(), ...of, reason: 'suspended' };
  }

  published(event: string, deliveries: number): JournalEntryView {
    return { type: 'event.published', ...this.#place(), event_id: event, event_type: productUpdated, deliveries };
  }

  filtered(event: string, because: string): JournalEntryView {
    const about = { event_id: event, event_type: productUpdated, subscription_id: 'sub-1' };
    return { type: 'event.filtered', ...this.#place(), ...about, because };
  }

  suspended(): JournalEntryView {
    const stop = { subscription_id: 'sub-1', by: 'system', reason: 'failure_share', lost: 3 } as const;
    return { type: 'subscription.suspended', ...this.#place(), ...stop };
  }

  reset(): JournalEntryView {
    return { type: 'mock.reset', ...this.#place() };
  }

  warning(message: string): JournalEntryView {
    return { type: 'mock.warning', ...this.#place(), message };
  }
}

const productUpdated = 'com.akeneo.pim.v1.product.updated';

const attemptOf = (delivery: number, attempt: number) => ({
  delivery_id: `d${delivery}`,
  event_id: `event-${delivery}`,
  event_type: productUpdated,
  subscription_id: 'sub-1',
  destination: 'https://shop.example/hook',
  attempt,
});
