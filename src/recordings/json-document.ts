/** Recordings that are one JSON document, an event or an array of them, and how they are told from lines. */
import { isObject } from '../core/is-object.ts';
import { fail } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { parseExactly } from './inexact-number.ts';
import { arrayItemLines, lineAt } from './json-array-lines.ts';
import { type Item, isTooDeep, parseJson, tooDeep } from './parse-json.ts';
import { type Line, notUtf8, readLines } from './read-lines.ts';

/** A document is held in memory several times over while it is parsed. NDJSON streams and has no limit. */
const largestDocument = 64 * 1024 * 1024;

const tooLarge = "as one JSON array it is over the limit of 64 MiB; write one event a line instead (jq -c '.[]')";

/** Blank lines may come before what tells a document from a list of lines. */
const peekedBytes = 64 * 1024;
const lineFeed = 0x0a;

/** Whether a recording is one JSON document and not a list of lines; what is read for it is put back. @throws FILE_UNREADABLE */
export async function isDocument(file: string, bytes: ByteReader): Promise<boolean> {
  const peeked = await bytes.peek(1);
  if ((peeked[0] === 0xff && peeked[1] === 0xfe) || (peeked[0] === 0xfe && peeked[1] === 0xff))
    throw fail('FILE_UNREADABLE', { file, reason: 'it is UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)' });
  const start = beginningOf(startsBlank(peeked) ? await bytes.peek(peekedBytes) : peeked);
  if (start.startsWith('[')) return true;
  if (!start.startsWith('{')) return false;
  // A pretty-printed event begins with a line that is no JSON by itself.
  const first = await firstLine(bytes);
  if (first === undefined || isJson(first)) return false;
  return isOneValue(bytes);
}

const beginningOf = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
const startsBlank = (bytes: Buffer): boolean => beginningOf(bytes) === '';

/** The first line that is not blank; undefined when it is too long to be looked at. It stays to be read. */
async function firstLine(bytes: ByteReader): Promise<string | undefined> {
  for (let least = 1; ; ) {
    const peeked = await bytes.peek(least);
    const skipped = peeked.indexOf(0x7b);
    const end = peeked.indexOf(lineFeed, skipped);
    const isWhole = peeked.length < least;
    if (end >= 0 || isWhole) return peeked.subarray(skipped, end < 0 ? undefined : end).toString('utf8');
    if (peeked.length > largestDocument) return undefined;
    least = peeked.length * 2;
  }
}

/**
 * Whether all that is read is one JSON value, which stays to be read. An event on a line of its own shows that it is not: the end of a
 * live pipe may never come.
 */
async function isOneValue(bytes: ByteReader): Promise<boolean> {
  const parts: Buffer[] = [];
  let length = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let chunk = await bytes.next(); chunk; chunk = await bytes.next()) {
      parts.push(chunk);
      length += chunk.length;
      if (length > largestDocument) return;
      yield chunk;
    }
  }
  let hasEventLine = false;
  for await (const lines of readLines(chunks())) {
    hasEventLine = lines.some(isEventLine);
    if (hasEventLine) break;
  }
  const whole = Buffer.concat(parts);
  bytes.putBack(whole);
  return !hasEventLine && length <= largestDocument && isJson(whole.toString('utf8'));
}

/** What a pretty-printed event holds is indented. */
function isEventLine(line: Line): boolean {
  if (!('text' in line) || !/^\{.*\}\s*$/.test(line.text)) return false;
  const parsed = parseJson(line.text);
  return (
    'value' in parsed && isObject(parsed.value) && ('specversion' in parsed.value || 'received_at' in parsed.value)
  );
}

async function readAll(bytes: ByteReader, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for (let chunk = await bytes.next(); chunk; chunk = await bytes.next()) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(parts);
}

const isJson = (text: string): boolean => 'value' in parseJson(text.replace(/^\uFEFF/, ''));

/** The values of a document. @throws FILE_UNREADABLE when it is too large */
export async function* documentItems(file: string, reader: ByteReader): AsyncGenerator<Item[]> {
  const bytes = await readAll(reader, largestDocument + 1);
  if (bytes.length > largestDocument) throw fail('FILE_UNREADABLE', { file, reason: tooLarge });
  const text = decodeUtf8(bytes)?.replace(/^\uFEFF/, '');
  if (text === undefined) {
    yield [{ line: lineOfBadByte(bytes), reason: notUtf8 }];
    return;
  }
  const parsed = parseJson(text);
  if ('reason' in parsed) {
    const position = /at position (\d+)/.exec(parsed.reason)?.[1];
    yield [{ line: position === undefined ? 1 : lineAt(text, Number(position)), reason: parsed.reason }];
    return;
  }
  // Said once, with the first item.
  const inexact = parsed.inexact && { text: parsed.inexact.text, line: lineAt(text, parsed.inexact.position) };
  const lines = Array.isArray(parsed.value) ? arrayItemLines(text) : [];
  const values: unknown[] = [parsed.value].flat();
  const exact = inexact && [parseExactly(text)].flat();
  yield values.map((value, i) => {
    const line = lines[i] ?? 1;
    if (isTooDeep(value)) return { line, reason: tooDeep };
    return { line, value, text: JSON.stringify(value), exact: exact?.[i], ...(i === 0 && { inexact }) };
  });
}

/** A line break is never part of another character, so that lines can be looked at one by one. */
function lineOfBadByte(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(lineFeed, from);
    const to = end < 0 ? bytes.length : end;
    if (decodeUtf8(bytes.subarray(from, to)) === undefined) return line;
    from = to + 1;
  }
  return line;
}
