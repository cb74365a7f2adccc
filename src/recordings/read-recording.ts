import { open, readFile, stat } from 'node:fs/promises';
import type { CloudEvent } from '../core/types.ts';
import { AepMockError, fail } from '../errors.ts';
import { checkCloudEvent } from '../events/check-event.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { inexactNumber } from './inexact-number.ts';
import { arrayItemLines, lineAt } from './json-array-lines.ts';
import { notUtf8, readLines, unreadable } from './read-lines.ts';

/** One event of a recording and where it stands. */
export interface RecordedEvent {
  event: CloudEvent;
  file: string;
  line: number;
  /** A number in it that JavaScript cannot hold exactly: it is published changed. */
  inexact?: { text: string; line: number } | undefined;
}

/** Told of a line that holds no event. Without it the first such line ends the reading with an error. */
export type OnBadLine = (error: AepMockError) => void;

/** A document is held in memory several times over while it is parsed. NDJSON streams and has no limit. */
const largestDocument = 64 * 1024 * 1024;

/** Blank lines may come before what tells a document from a list of lines. */
const peekedBytes = 64 * 1024;

type Parsed = { value: unknown; inexact?: ReturnType<typeof inexactNumber> } | { reason: string };

/** A value and where it stands, or why there is none. */
type Item = { line: number; inexact?: RecordedEvent['inexact'] } & ({ value: unknown } | { reason: string });

/**
 * Reads a recording: NDJSON with one CloudEvent or one capture record (`received_at`, `headers`, `body` as the exact string) a line,
 * in constant memory; or one JSON document that is a CloudEvent or an array of them.
 */
export async function* readRecording(file: string, onBadLine?: OnBadLine): AsyncGenerator<RecordedEvent> {
  const items = (await isDocument(file)) ? documentItems(file) : lineItems(file);
  for await (const item of items) {
    const reading = 'reason' in item ? item : readItem(item.value);
    if ('event' in reading) {
      const { line } = item;
      const inside = reading.inexact && { text: reading.inexact.text, line };
      yield { event: reading.event, file, line, inexact: item.inexact ?? inside };
      continue;
    }
    const error = fail('RECORDING_LINE', { file, line: item.line, reason: reading.reason });
    if (!onBadLine) throw error;
    onBadLine(error);
  }
}

/** Whether the file is one JSON document and not a list of lines; its first bytes tell. */
async function isDocument(file: string): Promise<boolean> {
  const size = await sizeOf(file);
  const bytes = await beginningOf(file);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw fail('FILE_UNREADABLE', { file, reason: 'it is compressed; unpack it first (gunzip)' });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw fail('FILE_UNREADABLE', { file, reason: 'it is UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)' });
  const start = bytes
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (start.startsWith('[')) {
    if (size > largestDocument) throw fail('FILE_UNREADABLE', { file, reason: tooLarge(size) });
    return true;
  }
  if (!start.startsWith('{') || size > largestDocument) return false;
  // A pretty-printed event begins with a line that is no JSON by itself.
  for await (const line of readLines(file)) {
    if ('reason' in line) return false;
    if (line.text.trim() !== '') return !isJson(line.text) && isJson(await readFile(file, 'utf8'));
  }
  return false;
}

async function beginningOf(file: string): Promise<Buffer> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(peekedBytes), 0, peekedBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const tooLarge = (size: number): string =>
  `as one JSON array of ${Math.ceil(size / 1024 / 1024)} MiB it is over the limit of 64 MiB; write one event a line instead (jq -c '.[]')`;

/** Files only: they are read twice, so a pipe would come out empty the second time. */
async function sizeOf(file: string): Promise<number> {
  const stats = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (stats.isDirectory()) throw fail('FILE_UNREADABLE', { file, reason: 'it is a directory; name the files in it' });
  if (!stats.isFile())
    throw fail('FILE_UNREADABLE', { file, reason: 'it is not a regular file, and a recording is read twice' });
  return stats.size;
}

async function* lineItems(file: string): AsyncGenerator<Item> {
  for await (const line of readLines(file)) {
    const { number } = line;
    if ('reason' in line) yield { line: number, reason: line.reason };
    else if (line.text.trim() !== '') yield itemOf(parseJson(line.text), number);
  }
}

function itemOf(parsed: Parsed, line: number): Item {
  if ('reason' in parsed) return { line, reason: parsed.reason };
  const { value, inexact } = parsed;
  return { line, value, inexact: inexact && { text: inexact.text, line } };
}

async function* documentItems(file: string): AsyncGenerator<Item> {
  const bytes = await readFile(file);
  const text = decodeUtf8(bytes)?.replace(/^\uFEFF/, '');
  if (text === undefined) {
    yield { line: lineOfBadByte(bytes), reason: notUtf8 };
    return;
  }
  const parsed = parseJson(text);
  if ('reason' in parsed) {
    const position = /at position (\d+)/.exec(parsed.reason)?.[1];
    yield { line: position === undefined ? 1 : lineAt(text, Number(position)), reason: parsed.reason };
    return;
  }
  // Said once, with the first item.
  const inexact = parsed.inexact && { text: parsed.inexact.text, line: lineAt(text, parsed.inexact.position) };
  const lines = Array.isArray(parsed.value) ? arrayItemLines(text) : [];
  const values: unknown[] = [parsed.value].flat();
  yield* values.map((value, i) => ({ line: lines[i] ?? 1, value, ...(i === 0 && { inexact }) }));
}

/** A line break is never part of another character, so that lines can be looked at one by one. */
function lineOfBadByte(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end;
    if (decodeUtf8(bytes.subarray(from, to)) === undefined) return line;
    from = to + 1;
  }
  return line;
}

function isJson(text: string): boolean {
  return 'value' in parseJson(text.replace(/^\uFEFF/, ''));
}

function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text), inexact: inexactNumber(text) };
  } catch (error) {
    return { reason: `it is not valid JSON (${(error as Error).message})` };
  }
}

type Reading = { event: CloudEvent; inexact?: ReturnType<typeof inexactNumber> } | { reason: string };

const isCapture = (value: unknown): value is { body: unknown } =>
  typeof value === 'object' && value !== null && 'body' in value && !('specversion' in value);

function readItem(value: unknown): Reading {
  const inside: Parsed = isCapture(value) ? parseBody(value.body) : { value };
  if ('reason' in inside) return inside;
  try {
    return { event: checkCloudEvent(inside.value), inexact: inside.inexact };
  } catch (error) {
    if (error instanceof AepMockError) return { reason: `it is not a CloudEvent: ${error.message}` };
    throw error;
  }
}

function parseBody(body: unknown): Parsed {
  if (typeof body !== 'string') return { reason: 'the body of a capture record has to be the exact text that arrived' };
  const parsed = parseJson(body);
  return 'reason' in parsed ? { reason: `its body: ${parsed.reason}` } : parsed;
}
