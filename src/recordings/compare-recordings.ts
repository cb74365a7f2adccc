import { fail } from '../errors.ts';
import { comparable, type FieldChange, fieldChanges, fingerprint } from './compare-values.ts';
import { EntryHeads } from './entry-heads.ts';
import type { EntrySource } from './entry-source.ts';
import { outOfOrder } from './out-of-order.ts';
import { type Entry, type EntryNotes, EntryReader } from './read-entries.ts';
import type { JsonPath } from './redact-json.ts';

export interface CompareOptions {
  a: EntrySource;
  b: EntrySource;
  ignore: readonly JsonPath[];
  /** Whether the order is compared, too. */
  ordered: boolean;
  /** Differences of each kind that are shown; of the others there is the number. */
  limit: number;
  notes?: EntryNotes | undefined;
}

/** Something that is not the same, in words that a person can look for. `line` is that of A; of something extra or changed that of B. */
export interface Difference {
  kind: 'missing' | 'extra' | 'changed' | 'reordered';
  key: string;
  eventId: string;
  eventType: string;
  line: number;
  /** Of what has changed; empty where A could not be read a second time. */
  fields: FieldChange[];
}

export interface Comparison {
  same: number;
  counts: Record<Difference['kind'], number>;
  differences: Difference[];
}

/** What is left of A when it was read. */
interface Kept {
  /** Of each key its place, in the order of the places. */
  places: Map<string, number>;
  /** Of each place a fingerprint, until B turns out to have it. */
  prints: number[];
  heads: EntryHeads | undefined;
}

const found = Number.NaN;

/** Compares two recordings or journals by event. Holds the ids of A and a fingerprint of each of its events, never the events. */
export async function compareRecordings(options: CompareOptions): Promise<Comparison> {
  const { a, b, ignore, ordered, limit, notes } = options;
  const readerOfA = new EntryReader(a, notes);
  const kept = await keep(readerOfA, options);
  const { places, prints } = kept;
  const result: Comparison = { same: 0, counts: { missing: 0, extra: 0, changed: 0, reordered: 0 }, differences: [] };
  const { counts, differences } = result;
  const changed = new Map<string, Changed>();
  /** For each event of B that A has, its place in A. */
  const order: number[] = [];
  const readerOfB = new EntryReader(b, notes);
  for await (const entries of readerOfB.read()) {
    checkForms(readerOfA, readerOfB, options);
    for (const entry of entries) {
      const place = places.get(entry.key);
      if (place === undefined) {
        if (++counts.extra <= limit) differences.push(differenceOf('extra', entry));
        continue;
      }
      order.push(place);
      const value = comparable(entry.value, ignore);
      if (prints[place] === fingerprint(value)) result.same++;
      else if (++counts.changed <= limit) {
        const difference = differenceOf('changed', entry);
        differences.push(difference);
        changed.set(entry.key, { difference, value });
      }
      prints[place] = found;
    }
  }
  const moved = ordered ? outOfOrder(order) : new Set<number>();
  counts.missing = prints.length - order.length;
  counts.reordered = moved.size;
  if (counts.missing + counts.changed + counts.reordered > 0)
    await lookAgain(options, kept, { moved, changed }, result);
  return result;
}

async function keep(reader: EntryReader, { a, ignore }: CompareOptions): Promise<Kept> {
  const places = new Map<string, number>();
  const prints: number[] = [];
  const heads = a.isRepeatable ? undefined : new EntryHeads();
  for await (const entries of reader.read()) {
    for (const entry of entries) {
      places.set(entry.key, prints.length);
      prints.push(fingerprint(comparable(entry.value, ignore)));
      heads?.add(entry);
    }
  }
  return { places, prints, heads };
}

/** The entries of a journal are about events, and none of them is one. */
function checkForms(readerOfA: EntryReader, readerOfB: EntryReader, { a, b }: CompareOptions): void {
  const [formOfA, formOfB] = [readerOfA.form, readerOfB.form];
  if (formOfA === undefined || formOfB === undefined || formOfA === formOfB) return;
  const reason = `it is a ${formOfB}, and ${a.name} is a ${formOfA}`;
  const hint = 'a recording has the events, a journal what became of them: compare two recordings, or two journals';
  throw fail('NOT_COMPARABLE', { file: b.name, reason, hint });
}

const differenceOf = (kind: Difference['kind'], { key, eventId, type: eventType, line }: Entry): Difference => ({
  kind,
  key,
  eventId,
  eventType,
  line,
  fields: [],
});

/** One that is shown, and the value that it has in B. */
interface Changed {
  difference: Difference;
  value: unknown;
}

interface Open {
  /** Places in A of what has moved. */
  moved: ReadonlySet<number>;
  changed: ReadonlyMap<string, Changed>;
}

/** A second time through A, for those that are told of: what they are, and which of their fields differ. The numbers are known already. */
async function lookAgain(
  { a, ignore, limit }: CompareOptions,
  { places, prints, heads }: Kept,
  { moved, changed }: Open,
  { differences }: Comparison,
): Promise<void> {
  const told = { missing: 0, reordered: 0 };
  let place = 0;
  for await (const entries of heads?.entries(places.keys()) ?? new EntryReader(a).read()) {
    for (const entry of entries) {
      // Of a file that has grown meanwhile, what is new has no fingerprint.
      const isMissing = (prints[place] ?? found) >= 0;
      const kind = isMissing ? 'missing' : moved.has(place) ? 'reordered' : undefined;
      if (kind && ++told[kind] <= limit) differences.push(differenceOf(kind, entry));
      const other = heads ? undefined : changed.get(entry.key);
      if (other) other.difference.fields = [...fieldChanges(comparable(entry.value, ignore), other.value)];
      place++;
    }
  }
}
