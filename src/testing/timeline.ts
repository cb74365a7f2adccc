import { shortName } from '../events/catalog.ts';
import { journalLine } from '../narration/journal-line.ts';
import { createStyle } from '../narration/style.ts';
import { count, duration, shortId, shortType } from '../narration/text.ts';
import type { DeliveryRecord } from '../runtime/delivery-records.ts';
import type { JournalEntry } from '../runtime/journal.ts';

/** The mock that a timeline is about. */
export interface TimelineFacts {
  entries: Iterable<JournalEntry>;
  deliveries: readonly DeliveryRecord[];
  /** When the mock was started; times are told from here. */
  startedAt: number;
  now: number;
  ackDeadlineMs: number;
  /** A clock that stands still measures no answers. */
  isTimeless: boolean;
  /** One line about the mock: seed, scenario, profile. */
  about: string;
  /** How to have the same run again. */
  repeat: string;
}

/** Longer ones are of no use to anybody: what went well is left out first. */
const mostLines = 80;
const plain = createStyle(false);

interface Line {
  text: string;
  /** The event that it is about. */
  eventId: string | undefined;
}

/** What happened, line by line, in the words of the terminal. */
export function timelineText(facts: TimelineFacts): string {
  const { startedAt, now, about, repeat } = facts;
  const since = (at: number): string => `+${duration(at - startedAt)}`;
  const shown = shorten(linesOf(facts, since), facts.entries);
  const pending = pendingLines(facts.deliveries, since);
  return [
    `aep-mock, ${about}; it is ${new Date(now).toISOString()} (${since(now)})`,
    ...(shown.length > 0 ? shown : ['nothing has happened']),
    ...pending,
    `repeat: ${repeat}`,
  ]
    .map((line, i) => (i === 0 ? line : `  ${line}`))
    .join('\n');
}

function linesOf({ entries, ackDeadlineMs, isTimeless }: TimelineFacts, since: (at: number) => string): Line[] {
  const options = { ackDeadlineMs, isTimeless, style: plain };
  const lines: Line[] = [];
  for (const entry of entries) {
    const eventId = 'eventId' in entry ? entry.eventId : undefined;
    // An attempt is told when it has ended; what has not is told at the end.
    if (entry.type === 'attempt.started') continue;
    const deliveryId = 'deliveryId' in entry ? entry.deliveryId : '';
    // With the delivery, so that a duplicate can be told from what it repeats.
    const timeText = (at: number): string => `${since(at).padEnd(9)} ${deliveryId.padEnd(3)}`;
    const text =
      entry.type === 'event.published' ? publishedLine(entry, timeText) : journalLine(entry, { ...options, timeText });
    if (text !== undefined) lines.push({ text, eventId });
  }
  return lines;
}

function publishedLine(
  { at, eventType, eventId, deliveries }: Extract<JournalEntry, { type: 'event.published' }>,
  timeText: (at: number) => string,
): string {
  const taken = deliveries === 0 ? 'no subscription takes it' : count(deliveries, 'delivery', 'deliveries');
  return `${timeText(at)}  ==  published ${shortType(eventType)}  ${eventId}  ${taken}`;
}

function pendingLines(deliveries: readonly DeliveryRecord[], since: (at: number) => string): string[] {
  const pending = deliveries.filter(({ state }) => state in pendingWords);
  const lines = pending.slice(0, 20).map((delivery) => `pending    ${deliveryText(delivery, since)}`);
  return pending.length > lines.length ? [...lines, `… and ${pending.length - lines.length} more pending`] : lines;
}

const pendingWords: Partial<Record<DeliveryRecord['state'], string>> = {
  queued: 'waits for its turn',
  inFlight: 'is under way',
  scheduled: 'is scheduled',
};

/** A delivery and where it is, in one line. */
export function deliveryText(delivery: DeliveryRecord, since: (at: number) => string): string {
  const { id, eventType, eventId, subscriptionId, state, reason, dueAt, attempts, duplicateOf } = delivery;
  const what = `${id}  ${shortName(eventType as never)}  ${shortId(eventId)}  sub ${shortId(subscriptionId)}`;
  const where = [
    pendingWords[state] ?? state,
    dueAt === undefined ? '' : ` for ${since(dueAt)}`,
    reason === undefined ? '' : ` (${reason.replaceAll('_', ' ')})`,
    `, ${count(attempts.length, 'attempt')} so far`,
    duplicateOf === undefined ? '' : `, a duplicate of ${duplicateOf}`,
  ];
  return `${what}  ${where.join('')}`;
}

/** What went well at once is left out first, then the middle. */
function shorten(lines: readonly Line[], entries: Iterable<JournalEntry>): string[] {
  if (lines.length <= mostLines) return lines.map(({ text }) => text);
  const remarkable = remarkableEvents(entries);
  const kept = lines.filter(({ eventId }) => eventId === undefined || remarkable.has(eventId));
  const uneventful = new Set(lines.flatMap(({ eventId }) => (eventId && !remarkable.has(eventId) ? eventId : [])));
  const texts = kept.map(({ text }) => text);
  const leftOut = texts.length - mostLines;
  if (leftOut > 0) texts.splice(mostLines / 4, leftOut, `… ${count(leftOut, 'line')} left out …`);
  if (uneventful.size > 0)
    texts.push(
      `(${count(uneventful.size, 'event')} delivered at the first attempt ${uneventful.size === 1 ? 'is' : 'are'} left out)`,
    );
  return texts;
}

/** The events that did not simply arrive. */
function remarkableEvents(entries: Iterable<JournalEntry>): Set<string> {
  const ids = new Set<string>();
  for (const entry of entries) {
    if (!('eventId' in entry)) continue;
    if (entry.type === 'attempt.started') continue;
    const isSmooth =
      entry.type === 'event.published'
        ? entry.deliveries > 0
        : entry.type === 'attempt.finished' &&
          entry.verdict.do === 'deliver' &&
          entry.attempt === 1 &&
          entry.duplicateOf === undefined &&
          !entry.fault;
    if (!isSmooth) ids.add(entry.eventId);
  }
  return ids;
}
