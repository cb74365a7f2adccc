import type { Readable } from 'node:stream';
import { standardInput } from './byte-reader.ts';
import { comparable, type FieldChange, fieldChanges, fingerprint } from './compare-values.ts';
import { outOfOrder } from './out-of-order.ts';
import { type Entry, readEntries } from './read-entries.ts';
import type { JsonPath } from './redact-json.ts';

export interface CompareOptions {
  a: string;
  b: string;
  ignore: readonly JsonPath[];
  /** Whether the order is compared, too. */
  ordered: boolean;
  /** Differences of each kind that are shown; of the others there is the number. */
  limit: number;
  input?: Readable | undefined;
}

/** Something that is not the same, in words that a person can look for. `line` is that of A; of something extra that of B. */
export interface Difference {
  kind: 'missing' | 'extra' | 'changed' | 'reordered';
  key: string;
  eventId: string;
  eventType: string;
  line: number;
  /** Of what has changed; empty where the input could not be read a second time. */
  fields: FieldChange[];
}

export interface Comparison {
  same: number;
  counts: Record<Difference['kind'], number>;
  differences: Difference[];
}

/** Compares two recordings or journals by event. Holds the ids of A and a fingerprint of each of its events, never the events. */
export async function compareRecordings(options: CompareOptions): Promise<Comparison> {
  const { a, b, ignore, ordered, limit, input } = options;
  const places = new Map<string, number>();
  const prints: number[] = [];
  for await (const entries of readEntries(a, input)) {
    for (const { key, value } of entries) {
      places.set(key, prints.length);
      prints.push(fingerprint(comparable(value, ignore)));
    }
  }
  const result: Comparison = { same: 0, counts: { missing: 0, extra: 0, changed: 0, reordered: 0 }, differences: [] };
  const note = (kind: Difference['kind'], { key, eventId, type: eventType, line }: Entry): void => {
    if (++result.counts[kind] <= limit) result.differences.push({ kind, key, eventId, eventType, line, fields: [] });
  };
  const changed = new Map<string, Difference>();
  /** For each event of B that A has, its place in A. */
  const order: number[] = [];
  for await (const entries of readEntries(b, input)) {
    for (const entry of entries) {
      const place = places.get(entry.key);
      if (place === undefined) {
        note('extra', entry);
        continue;
      }
      places.delete(entry.key);
      order.push(place);
      if (prints[place] === fingerprint(comparable(entry.value, ignore))) result.same++;
      else {
        note('changed', entry);
        const difference = result.differences.at(-1);
        if (difference?.key === entry.key) changed.set(entry.key, difference);
      }
    }
  }
  const moved = ordered ? outOfOrder(order) : new Set<number>();
  await lookAgain(options, { places, moved, changed, note });
  return result;
}

interface Open {
  /** What B does not have. */
  places: ReadonlyMap<string, number>;
  /** Places in A of what has moved. */
  moved: ReadonlySet<number>;
  changed: ReadonlyMap<string, Difference>;
  note(kind: Difference['kind'], entry: Entry): void;
}

/** A second time through the files, for those that are told of: what they are, and which of their fields differ. */
async function lookAgain(
  { a, b, ignore, input }: CompareOptions,
  { places, moved, changed, note }: Open,
): Promise<void> {
  const before = new Map<string, unknown>();
  if (places.size + moved.size + changed.size > 0 && a !== standardInput) {
    let place = 0;
    for await (const entries of readEntries(a, input)) {
      for (const entry of entries) {
        if (places.has(entry.key)) note('missing', entry);
        else if (moved.has(place)) note('reordered', entry);
        if (changed.has(entry.key)) before.set(entry.key, comparable(entry.value, ignore));
        place++;
      }
    }
  } else {
    for (const [key, place] of places)
      note('missing', { key, eventId: key.split(' ')[0] ?? key, type: '', line: place + 1, value: {} });
  }
  if (changed.size === 0 || a === standardInput || b === standardInput) return;
  for await (const entries of readEntries(b, input)) {
    for (const { key, value } of entries) {
      const difference = changed.get(key);
      if (difference) difference.fields = [...fieldChanges(before.get(key), comparable(value, ignore))];
    }
  }
}
