import { open } from 'node:fs/promises';
import { fail } from '../errors.ts';

/** A line of a text file without its line break; lines count from 1. */
export interface Line {
  number: number;
  text: string;
}

/** An event is at most 1 MiB and escaped at most once in a recording: a longer line is none. */
const longestLine = 16 * 1024 * 1024;

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory; name the files in it',
  EACCES: 'permission denied',
};

/** The error for a file that the system does not give. */
export function unreadable(file: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  return fail('FILE_UNREADABLE', { file, reason: (code === undefined ? undefined : reasons[code]) ?? message });
}

function lineOf(number: number, text: string): Line {
  const start = number === 1 && text.startsWith('\uFEFF') ? 1 : 0;
  return { number, text: text.slice(start, text.endsWith('\r') ? -1 : undefined) };
}

/**
 * The lines of a UTF-8 file one after the other, in constant memory. A byte order mark, CRLF and a last line without a line break
 * are all right.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let rest = '';
  let number = 0;
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  for await (const chunk of handle.createReadStream({ encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield lineOf(++number, text);
    if (rest.length > longestLine)
      throw fail('RECORDING_LINE', { file, line: number + 1, reason: 'the line is longer than 16 MiB' });
  }
  if (rest !== '') yield lineOf(number + 1, rest);
}
