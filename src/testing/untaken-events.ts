import { count, shortId, shortType } from '../narration/text.ts';
import type { JournalEntry } from '../runtime/journal.ts';
import type { EventExplanation } from '../runtime/why.ts';

type Publication = Extract<JournalEntry, { type: 'event.published' }>;

/**
 * The publications that made no delivery, though no filter kept them back: the platform keeps nothing, so they are lost (R2). A filter
 * that holds an event back does what it is there for.
 */
export function untakenEvents(entries: Iterable<JournalEntry>): Publication[] {
  const untaken: Publication[] = [];
  let latest: Publication | undefined;
  for (const entry of entries) {
    if (entry.type === 'event.published') {
      latest = entry;
      if (entry.deliveries === 0) untaken.push(entry);
    }
    // It follows its publication at once.
    else if (entry.type === 'event.filtered' && latest && untaken.at(-1) === latest) untaken.pop();
  }
  return untaken;
}

/** Most subscriptions that are named for one event. */
const mostNamed = 3;

/** An event that nobody took, and why, in one line. */
export function untakenText({ eventId, eventType }: Publication, why: EventExplanation | undefined): string {
  const what = `${shortType(eventType)}  ${shortId(eventId)}`;
  const reasons = (why?.explanations ?? []).map(
    ({ subscriptionId, message }) => `sub ${shortId(subscriptionId)}: ${message}`,
  );
  if (reasons.length === 0) return `${what}  there is no subscription`;
  const more = reasons.length - mostNamed;
  const named = reasons.slice(0, mostNamed).join('; ');
  return `${what}  ${named}${more > 0 ? `; and ${count(more, 'more subscription')}` : ''}`;
}
