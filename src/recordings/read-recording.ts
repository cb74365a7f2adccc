import { readFile, stat } from 'node:fs/promises';
import type { CloudEvent } from '../core/types.ts';
import { AepMockError, fail } from '../errors.ts';
import { checkCloudEvent } from '../events/check-event.ts';
import { arrayItemLines, lineAt } from './json-array-lines.ts';
import { readLines, unreadable } from './read-lines.ts';

/** One event of a recording and where it stands. */
export interface RecordedEvent {
  event: CloudEvent;
  file: string;
  line: number;
}

/** Told of a line that holds no event. Without it the first such line ends the reading with an error. */
export type OnBadLine = (error: AepMockError) => void;

/** A document is held in memory several times over while it is parsed. NDJSON streams and has no limit. */
const largestDocument = 64 * 1024 * 1024;

/** A value and where it stands, or why there is none. */
type Item = { line: number } & ({ value: unknown } | { reason: string });

/**
 * Reads a recording: NDJSON with one CloudEvent or one capture record (`received_at`, `headers`, `body` as the exact string) a line,
 * in constant memory; or one JSON document that is a CloudEvent or an array of them.
 */
export async function* readRecording(file: string, onBadLine?: OnBadLine): AsyncGenerator<RecordedEvent> {
  const items = (await isDocument(file)) ? documentItems(file) : lineItems(file);
  for await (const item of items) {
    const reading = 'reason' in item ? item : readItem(item.value);
    if ('event' in reading) {
      yield { event: reading.event, file, line: item.line };
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
  for await (const { text } of readLines(file)) {
    const start = text.trim();
    if (start === '') continue;
    if (start.startsWith('\x1f'))
      throw fail('FILE_UNREADABLE', { file, reason: 'it is compressed; unpack it first (gunzip)' });
    if (start.startsWith('[')) {
      if (size > largestDocument) throw fail('FILE_UNREADABLE', { file, reason: tooLarge(size) });
      return true;
    }
    // A pretty-printed event begins with a line that is no JSON by itself.
    return start.startsWith('{') && size <= largestDocument && !isJson(start) && isJson(await readFile(file, 'utf8'));
  }
  return false;
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
  for await (const { number, text } of readLines(file)) {
    if (text.trim() !== '') yield { line: number, ...parseJson(text) };
  }
}

async function* documentItems(file: string): AsyncGenerator<Item> {
  const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  const parsed = parseJson(text);
  if ('reason' in parsed) {
    const position = /at position (\d+)/.exec(parsed.reason)?.[1];
    yield { line: position === undefined ? 1 : lineAt(text, Number(position)), reason: parsed.reason };
  } else if (Array.isArray(parsed.value)) {
    const lines = arrayItemLines(text);
    yield* parsed.value.map((value: unknown, i) => ({ line: lines[i] ?? 1, value }));
  } else {
    yield { line: 1, value: parsed.value };
  }
}

function isJson(text: string): boolean {
  return 'value' in parseJson(text.replace(/^\uFEFF/, ''));
}

function parseJson(text: string): { value: unknown } | { reason: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { reason: `it is not valid JSON (${(error as Error).message})` };
  }
}

const isCapture = (value: unknown): value is { body: unknown } =>
  typeof value === 'object' && value !== null && 'body' in value && !('specversion' in value);

function readItem(value: unknown): { event: CloudEvent } | { reason: string } {
  const inside = isCapture(value) ? parseBody(value.body) : { value };
  if ('reason' in inside) return inside;
  try {
    return { event: checkCloudEvent(inside.value) };
  } catch (error) {
    if (error instanceof AepMockError) return { reason: `it is not a CloudEvent: ${error.message}` };
    throw error;
  }
}

function parseBody(body: unknown): { value: unknown } | { reason: string } {
  if (typeof body !== 'string') return { reason: 'the body of a capture record has to be the exact text that arrived' };
  const parsed = parseJson(body);
  return 'reason' in parsed ? { reason: `its body: ${parsed.reason}` } : parsed;
}
