/** The entries of a journal, as the control API shows them and as the terminal does. */
import { isObject } from '../core/is-object.ts';
import type { Entry } from './read-entries.ts';

/** A part of a journal: what `GET /_mock/journal` answers. */
export interface JournalPage {
  items: unknown[];
  last_seq?: unknown;
  missed?: unknown;
  next_after?: unknown;
}

export const isJournalPage = (value: unknown): value is JournalPage & Record<string, unknown> =>
  isObject(value) && Array.isArray(value.items);

/** Where and when an entry was written, and how long something took, is another thing in every run. */
const incidental = new Set(['seq', 'at', 'time', 'durationMs', 'duration_ms', 'health', 'deliveryId', 'delivery_id']);

/** What an entry says about an event; nothing when it is about none. The API and the terminal name fields differently: `event_id` and `eventId`. */
export function journalEntry(value: unknown, line: number): Entry[] {
  if (!isObject(value) || typeof value.type !== 'string') return [];
  const read = (snake: string, camel: string): string => String(value[snake] ?? value[camel] ?? '');
  const eventId = read('event_id', 'eventId');
  if (eventId === '') return [];
  const { type } = value;
  const key = [eventId, type, read('subscription_id', 'subscriptionId'), String(value.attempt ?? '')]
    .join(' ')
    .trimEnd();
  return [{ key, eventId, type, line, value: withoutIncidental(value) as Record<string, unknown> }];
}

function withoutIncidental(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIncidental);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !incidental.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [camelCase(name), withoutIncidental(inner)]));
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
