import type { Readable } from 'node:stream';
import { dateTimeMs } from '../core/date-time.ts';
import { isObject } from '../core/is-object.ts';
import type { CloudEvent } from '../core/types.ts';
import { AepMockError, fail } from '../errors.ts';
import { checkOwnEvent } from '../events/check-event.ts';
import { ByteReader } from './byte-reader.ts';
import { type Capture, isCapture, isTorn, receivedAt } from './capture-record.ts';
import { documentItems, isDocument } from './json-document.ts';
import { type Item, type Parsed, parseJson } from './parse-json.ts';
import { type Line, readLines } from './read-lines.ts';

/** One event of a recording and where it stands. */
export interface RecordedEvent {
  event: CloudEvent;
  /** Its JSON as it is in the recording; of an item of an array as it would be. */
  text: string;
  file: string;
  line: number;
  /** When it was received or, of a plain event, its own time: milliseconds since the epoch. */
  at: number | undefined;
  /** The delivery that it was taken from. */
  capture?: Capture | undefined;
  /** The paths that its capture was redacted at. */
  redacted?: readonly string[] | undefined;
  /** It was recorded with secrets at hand, and none of them had made its signature. */
  isUnverified?: boolean;
  /** A number in it that JavaScript cannot hold exactly: it is published changed. */
  inexact?: { text: string; line: number } | undefined;
}

/** Told of a line that holds no event. Without it the first such line ends the reading with an error. */
export type OnBadLine = (error: AepMockError) => void;

export interface ReadingOptions {
  onBadLine?: OnBadLine | undefined;
  /** Told of a capture record that was cut off when its recorder was killed; reading goes on behind it. */
  onTornLine?: ((file: string, line: number) => void) | undefined;
  /** What `-` stands for. */
  input?: Readable | undefined;
  /** Told how many bytes were read from where the recording comes from, compressed as they are there. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** A plain event is a bad line: it has no recorded delivery. */
  onlyCaptures?: boolean | undefined;
}

/**
 * Reads a recording, many events at once, in constant memory: NDJSON with one CloudEvent or one capture record a line; or one JSON
 * document that is a CloudEvent or an array of them. Plain or gzip.
 * @throws FILE_UNREADABLE, RECORDING_LINE
 */
export async function* readRecording(file: string, options: ReadingOptions = {}): AsyncGenerator<RecordedEvent[]> {
  const { onBadLine, onTornLine, onlyCaptures = false } = options;
  const bytes = await ByteReader.open(file, options);
  try {
    for await (const items of recordingItems(file, bytes)) {
      let events: RecordedEvent[] = [];
      for (const item of items) {
        const reading = 'reason' in item ? item : readItem(file, item, onlyCaptures);
        if ('event' in reading) {
          events.push(reading);
          continue;
        }
        if ('torn' in reading && onTornLine) {
          onTornLine(file, item.line);
          continue;
        }
        const error = fail('RECORDING_LINE', { file, line: item.line, reason: reading.reason });
        if (onBadLine) {
          onBadLine(error);
          continue;
        }
        // What stands before it is good.
        if (events.length > 0) yield events;
        events = [];
        throw error;
      }
      if (events.length > 0) yield events;
    }
  } finally {
    await bytes.close();
  }
}

/** The values of a recording, whatever they are. @throws FILE_UNREADABLE */
export async function* recordingItems(file: string, bytes: ByteReader): AsyncGenerator<Item[]> {
  yield* (await isDocument(file, bytes)) ? documentItems(file, bytes) : lineItems(bytes);
}

async function* lineItems(bytes: ByteReader): AsyncGenerator<Item[]> {
  for await (const lines of readLines(bytes)) {
    const items: Item[] = [];
    for (const line of lines) {
      const item = lineItem(line);
      if (item) items.push(item);
    }
    yield items;
  }
}

function lineItem(line: Line): Item | undefined {
  const { number } = line;
  if ('reason' in line) {
    const { reason, bytes } = line;
    const torn = bytes !== undefined && isTorn(Buffer.from(bytes).toString('utf8'));
    return { line: number, reason, ...(torn && { torn }) };
  }
  const { text } = line;
  if (text === '' || text.trim() === '') return undefined;
  const parsed = parseJson(text);
  if ('reason' in parsed) return { line: number, reason: parsed.reason, ...(isTorn(text) && { torn: true }) };
  const { value, inexact } = parsed;
  return { line: number, value, text, inexact: inexact && { text: inexact.text, line: number } };
}

function readItem(
  file: string,
  item: Item & { value: unknown; text: string },
  onlyCaptures: boolean,
): RecordedEvent | { reason: string } {
  const { line, value } = item;
  if (onlyCaptures && !isCapture(value))
    return { reason: 'it is a plain event, and --exact needs recorded deliveries' };
  const inside = isCapture(value) ? parseBody(value) : { value, text: item.text };
  if ('reason' in inside) return inside;
  try {
    const event = checkOwnEvent(inside.value);
    const inexact = item.inexact ?? (inside.inexact && { text: inside.inexact.text, line });
    const read: RecordedEvent = { event, text: inside.text, file, line, at: undefined, inexact };
    if (isCapture(value)) {
      read.at = receivedAt(value);
      read.capture = captureOf(value, inside.text);
      if (isObject(value.verification) && value.verification.verified === false) read.isUnverified = true;
      if (Array.isArray(value.redacted)) read.redacted = value.redacted.map(String);
    }
    read.at ??= event.time === undefined ? undefined : dateTimeMs(event.time);
    return read;
  } catch (error) {
    if (error instanceof AepMockError) return { reason: `it is not a CloudEvent: ${error.message}` };
    throw error;
  }
}

/** The event in a capture record. */
export function parseBody({ body }: Record<string, unknown>): Parsed | { reason: string } {
  if (body === undefined) return { reason: 'its body is not UTF-8, so it is no CloudEvent' };
  if (typeof body !== 'string') return { reason: 'the body of a capture record has to be the exact text that arrived' };
  const parsed = parseJson(body);
  return 'reason' in parsed ? { reason: `its body: ${parsed.reason}` } : parsed;
}

function captureOf({ headers }: Record<string, unknown>, body: string): Capture {
  const given = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
  return { body, headers: Object.fromEntries(given.flatMap(([name, value]) => textHeader(name, value))) };
}

const textHeader = (name: string, value: unknown): [string, string][] =>
  typeof value === 'string' ? [[name, value]] : [];
