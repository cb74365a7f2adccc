/** What `diff` compares: the deliveries and events of a recording, or the entries of a journal that are about an event. */
import { createHash } from 'node:crypto';
import { isObject } from '../core/is-object.ts';
import { fail } from '../errors.ts';
import { isCapture } from './capture-record.ts';
import type { EntrySource } from './entry-source.ts';
import { parseExactly } from './inexact-number.ts';
import { isJournalPage, type JournalPage, journalEntry } from './journal-entry.ts';
import { type Item, isTooDeep, tooDeep } from './parse-json.ts';
import { parseBody, type ReadingOptions } from './read-recording.ts';

export interface Entry {
  /** Tells it from all others: the event, of a journal also what happened to it, and how often it came before. */
  key: string;
  /** Empty where a delivery had no event in it. */
  eventId: string;
  /** The type of the event, or of the journal's entry. */
  type: string;
  line: number;
  /** What is compared. */
  value: Record<string, unknown>;
}

/** What is odd about a source and does not keep it from being compared. */
export interface EntryNotes extends Pick<ReadingOptions, 'onTornLine'> {
  /** Told how many entries a journal had lost, when it was asked, of those before its first one. */
  onForgotten?: ((name: string, entries: number) => void) | undefined;
}

const wayOut =
  'diff compares recordings (events or capture records) and journals (GET /_mock/journal, start --format json)';

type Content = { value: unknown; text: string; inexact?: unknown; exact?: unknown };
type Bad = Extract<Item, { reason: string }>;

/** Reads the entries of a source. */
export class EntryReader {
  /** What the source turned out to be. */
  form: 'recording' | 'journal' | undefined;
  readonly #source: EntrySource;
  readonly #notes: EntryNotes;
  readonly #times = new Map<string, number>();
  /** The latest line of a journal, when it is no JSON. The last one of all was cut off, as when its mock is killed. */
  #unfinished: Bad | undefined;
  #page: JournalPage | undefined;

  constructor(source: EntrySource, notes: EntryNotes = {}) {
    this.#source = source;
    this.#notes = notes;
  }

  /** The entries, many at once. What a journal says about no event is passed over. @throws FILE_UNREADABLE, RECORDING_LINE, NOT_COMPARABLE */
  async *read(): AsyncGenerator<Entry[]> {
    for await (const items of this.#source.items())
      yield items.flatMap((item) => this.#entriesOf(item).map((entry) => this.#counted(entry)));
    if (this.#unfinished) this.#torn(this.#unfinished);
    this.#checkEnd();
  }

  /** The second of the same is another one: a duplicate, or a retry. */
  #counted(entry: Entry): Entry {
    const before = this.#times.get(entry.key) ?? 0;
    this.#times.set(entry.key, before + 1);
    return before === 0 ? entry : { ...entry, key: `${entry.key} #${before + 1}` };
  }

  #entriesOf(item: Item): Entry[] {
    if (this.#unfinished) throw this.#refused(this.#unfinished);
    if ('reason' in item) return this.#bad(item);
    const { line, value } = item;
    if (isTooDeep(value)) throw this.#refusedDeep(line);
    if (isCapture(value)) return [this.#captured(value, line)];
    if (isJournalPage(value)) {
      this.#take('journal', line);
      this.#turnTo(value);
      return value.items.flatMap((each) => journalEntry(each, line));
    }
    const event = eventEntry(item, line);
    if (event) {
      this.#take('recording', line);
      return [event];
    }
    if (!isObject(value) || typeof value.type !== 'string')
      throw this.#refused({ line, reason: 'it is neither an event nor an entry of a journal' });
    this.#take('journal', line);
    return journalEntry(value, line);
  }

  #bad(item: Bad): Entry[] {
    if (item.torn === true) this.#torn(item);
    else if (this.form === 'journal') this.#unfinished = item;
    else throw item.reason === tooDeep ? this.#refusedDeep(item.line) : this.#refused(item);
    return [];
  }

  #captured(capture: Record<string, unknown>, line: number): Entry {
    const inside = parseBody(capture);
    if ('value' in inside && isTooDeep(inside.value)) throw this.#refusedDeep(line);
    const entry = ('value' in inside ? eventEntry(inside, line) : undefined) ?? deliveryEntry(capture, line);
    if (!entry) throw this.#refused({ line, reason: 'it has no text as its body' });
    this.#take('recording', line);
    return entry;
  }

  #take(form: 'recording' | 'journal', line: number): void {
    this.form ??= form;
    if (this.form === form) return;
    const kinds = ['an event of a recording', 'an entry of a journal'];
    const [first, second] = form === 'recording' ? kinds.reverse() : kinds;
    throw this.#refused({ line, reason: `it is ${second}, and what stands before it is ${first}` });
  }

  #turnTo(page: JournalPage): void {
    this.#page = page;
    const { items, missed } = page;
    const [first] = items;
    const isAnew = isObject(first) && first.type === 'mock.reset';
    if (typeof missed === 'number' && missed > 0 && !isAnew) this.#notes.onForgotten?.(this.#source.name, missed);
  }

  /** A journal is told in pages: what is on the next ones would count as the same, or as missing. */
  #checkEnd(): void {
    const end = this.#page?.next_after;
    const last = this.#page?.last_seq;
    if (typeof end !== 'number' || typeof last !== 'number' || end >= last) return;
    throw fail('NOT_COMPARABLE', {
      file: this.#source.name,
      reason: `it ends at entry ${end} of ${last}: the other pages of the journal are not in it`,
      hint: `name the running mock instead (diff http://127.0.0.1:8090 B), or add the pages from GET /_mock/journal?after=${end} on to the file, each on a line of its own`,
    });
  }

  #torn({ line }: Bad): void {
    this.#notes.onTornLine?.(this.#source.name, line);
  }

  #refusedDeep(line: number): Error {
    return this.#refused({ line, reason: tooDeep, hint: 'no event of the platform is: leave it out of both' });
  }

  #refused({ line, reason, hint = wayOut }: { line: number; reason: string; hint?: string }): Error {
    return fail('RECORDING_LINE', { file: this.#source.name, line, reason, hint });
  }
}

function eventEntry(content: Content, line: number): Entry | undefined {
  const { value } = content;
  if (!isObject(value) || !('specversion' in value)) return undefined;
  const { id, type } = value;
  if (typeof id !== 'string' || typeof type !== 'string') return undefined;
  return { key: id, eventId: id, type, line, value: exactly(content) as Record<string, unknown> };
}

/** The value with all digits of its numbers. */
const exactly = ({ value, text, inexact, exact }: Content): unknown =>
  exact ?? (inexact === undefined ? value : parseExactly(text));

/** A delivery without an event in it is told from others by where it went and what it said. */
function deliveryEntry({ url, body, body_base64 }: Record<string, unknown>, line: number): Entry | undefined {
  const said = body ?? body_base64;
  if (typeof said !== 'string') return undefined;
  const digest = createHash('sha1').update(said).digest('hex').slice(0, digestLength);
  const key = `no event, to ${typeof url === 'string' ? url : '?'}, body ${said === '' ? 'empty' : digest}`;
  return { key, eventId: '', type: '', line, value: { url, body, body_base64 } };
}

const digestLength = 12;
