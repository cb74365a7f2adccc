import { open } from 'node:fs/promises';
import { fail, fileProblem } from '../errors.ts';
import { decodeUtf8 } from './decode-utf8.ts';

/** A line of a text file without its line break, or why it has no text; lines count from 1. */
export type Line = { number: number } & ({ text: string } | { reason: string });

/** An event is at most 1 MiB and escaped at most once in a recording: a longer line is none. */
const longestLine = 16 * 1024 * 1024;
const lineFeed = 0x0a;

export const notUtf8 = 'it is not valid UTF-8';

/** The error for a file that the system does not give. */
export function unreadable(file: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  const wayOut = code === 'EISDIR' ? '; name the files in it' : '';
  return fail('FILE_UNREADABLE', { file, reason: fileProblem(error) + wayOut });
}

function lineOf(number: number, bytes: Uint8Array): Line {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { number, reason: notUtf8 };
  const start = number === 1 && text.startsWith('\uFEFF') ? 1 : 0;
  return { number, text: text.slice(start, text.endsWith('\r') ? -1 : undefined) };
}

/**
 * The lines of a UTF-8 file one after the other, in constant memory. A byte order mark, CRLF and a last line without a line break
 * are all right. A line that is too long is passed over up to its end.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  /** The beginning of a line whose end has not come yet; nothing is kept of one that is too long. */
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 0;
  const add = (bytes: Uint8Array): void => {
    length += bytes.length;
    if (length > longestLine) parts = [];
    else if (bytes.length > 0) parts.push(bytes);
  };
  const end = (): Line => {
    number++;
    const line: Line =
      length > longestLine
        ? { number, reason: 'the line is longer than 16 MiB' }
        : lineOf(number, parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of handle.createReadStream({ highWaterMark: 256 * 1024 })) {
    const bytes = chunk as Buffer;
    let from = 0;
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
      add(bytes.subarray(from, at));
      yield end();
      from = at + 1;
    }
    add(bytes.subarray(from));
  }
  if (length > 0) yield end();
}
