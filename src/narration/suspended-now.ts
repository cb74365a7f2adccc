import type { JournalEntry } from '../runtime/journal.ts';
import { shortId } from './text.ts';

/** Which subscriptions are suspended at present, read off a journal: what is published meanwhile is lost to them. */
export class SuspendedNow {
  readonly #ids = new Set<string>();

  take(entry: JournalEntry): void {
    switch (entry.type) {
      case 'subscription.suspended':
        this.#ids.add(entry.subscriptionId);
        break;
      case 'subscription.resumed':
      case 'subscription.revoked':
      case 'subscription.deleted':
        this.#ids.delete(entry.subscriptionId);
        break;
      case 'mock.reset':
        this.#ids.clear();
        break;
    }
  }

  get ids(): readonly string[] {
    return [...this.#ids];
  }
}

/** What happens to an event that nobody takes; where subscriptions are suspended, they are why, or may be. */
export function untakenText(suspended: readonly string[]): string {
  return suspended.length === 0
    ? 'no subscription takes it'
    : `lost: no active subscription takes it, ${suspendedText(suspended)}`;
}

/** Names the suspended subscriptions, and what brings the first of them back. */
export function suspendedText(ids: readonly string[]): string {
  const [first = ''] = ids;
  const more = ids.length > 1 ? ` (and ${ids.length - 1} more)` : '';
  return `subscription ${shortId(first)} is suspended${more}: aep-mock ctl resume ${first}`;
}
