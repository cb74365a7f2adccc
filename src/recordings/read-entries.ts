/** What `diff` compares: the events of a recording, or the entries of a journal that are about an event. */
import { isObject } from '../core/is-object.ts';
import { fail } from '../errors.ts';
import { isCapture } from './capture-record.ts';
import type { EntrySource } from './entry-source.ts';
import type { Item } from './parse-json.ts';
import { parseBody } from './read-recording.ts';

export interface Entry {
  /** Tells it from all others: the event, of a journal also what happened to it, and how often it came before. */
  key: string;
  eventId: string;
  /** The type of the event, or of the journal's entry. */
  type: string;
  line: number;
  /** What is compared. */
  value: Record<string, unknown>;
}

const wayOut =
  'diff compares recordings (events or capture records) and journals (GET /_mock/journal, start --format json)';

/** The entries of a source, many at once. What a journal says about no event is passed over. @throws FILE_UNREADABLE, RECORDING_LINE */
export async function* readEntries({ name, items }: EntrySource): AsyncGenerator<Entry[]> {
  const times = new Map<string, number>();
  /** The second of the same is another one: a duplicate, or a retry. */
  const counted = (entry: Entry): Entry => {
    const before = times.get(entry.key) ?? 0;
    times.set(entry.key, before + 1);
    return before === 0 ? entry : { ...entry, key: `${entry.key} #${before + 1}` };
  };
  for await (const some of items()) yield some.flatMap((item) => entriesOf(name, item).map(counted));
}

function entriesOf(file: string, item: Item): Entry[] {
  const { line } = item;
  const refuse = (reason: string): Error => fail('RECORDING_LINE', { file, line, reason, hint: wayOut });
  if ('reason' in item) {
    if (item.torn === true) return [];
    throw refuse(item.reason);
  }
  const { value } = item;
  if (isCapture(value)) {
    const inside = parseBody(value);
    if ('reason' in inside) throw refuse(inside.reason);
    return [eventEntry(inside.value, line) ?? unreadable(refuse)];
  }
  if (isObject(value) && Array.isArray(value.items)) return value.items.flatMap((each) => journalEntry(each, line));
  const event = eventEntry(value, line);
  if (event) return [event];
  if (isObject(value) && typeof value.type === 'string') return journalEntry(value, line);
  return unreadable(refuse);
}

function unreadable(refuse: (reason: string) => Error): never {
  throw refuse('it is neither an event nor an entry of a journal');
}

function eventEntry(value: unknown, line: number): Entry | undefined {
  if (!isObject(value) || !('specversion' in value)) return undefined;
  const { id, type } = value;
  return typeof id === 'string' && typeof type === 'string' ? { key: id, eventId: id, type, line, value } : undefined;
}

/** Where and when an entry was written, and how long something took, is another thing in every run. */
const incidental = new Set(['seq', 'at', 'time', 'durationMs', 'duration_ms', 'health', 'deliveryId', 'delivery_id']);

/** The API and the terminal name fields differently: `event_id` and `eventId`. */
function journalEntry(value: unknown, line: number): Entry[] {
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
