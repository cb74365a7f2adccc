import { isAscii, isUtf8 } from 'node:buffer';
import { decodeUtf8 } from './decode-utf8.ts';

/** A line of a text without its line break, or why it has no text; lines count from 1. `bytes` are those of one without text. */
export type Line = { number: number } & ({ text: string } | { reason: string; bytes?: Uint8Array });

/** An event is at most 1 MiB and escaped at most once in a recording: a longer line is none. */
export const longestLine = 16 * 1024 * 1024;
const lineFeed = 0x0a;
/** What is made of them is gone before the next ones come. */
const linesAtOnce = 100;

export const notUtf8 = 'it is not valid UTF-8';
const tooLong = 'the line is longer than 16 MiB';

/**
 * The lines of a UTF-8 text, as many at once as a part of it has, in constant memory. A byte order mark, CRLF and a last line
 * without a line break are all right. A line that is too long is passed over up to its end.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  /** The beginning of a line whose end has not come yet; nothing is kept of one that is too long. */
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;
  const keep = (bytes: Buffer): void => {
    length += bytes.length;
    if (length > longestLine) parts = [];
    else if (bytes.length > 0) parts.push(bytes);
  };
  for await (const chunk of chunks) {
    const first = chunk.indexOf(lineFeed);
    if (first < 0) {
      keep(chunk);
      continue;
    }
    const last = chunk.lastIndexOf(lineFeed);
    const isTooLong = length + first > longestLine;
    const lines: Line[] = isTooLong ? [{ number: ++number, reason: tooLong }] : [];
    const whole = chunk.subarray(isTooLong ? first + 1 : 0, last + 1);
    for (const line of split(parts.length > 0 && !isTooLong ? Buffer.concat([...parts, whole]) : whole, number))
      lines.push(line);
    number = lines.at(-1)?.number ?? number;
    for (let from = 0; from < lines.length; from += linesAtOnce) yield lines.slice(from, from + linesAtOnce);
    parts = [];
    length = 0;
    keep(chunk.subarray(last + 1));
  }
  if (length > longestLine) yield [{ number: number + 1, reason: tooLong }];
  else if (length > 0) yield split(Buffer.concat(parts), number);
}

/** The lines of a part that ends where a line ends. Text is decoded as a whole: that is several times as fast as line by line. */
function split(bytes: Buffer, before: number): Line[] {
  if (bytes.length === 0) return [];
  const isEnded = bytes[bytes.length - 1] === lineFeed;
  const lines: Line[] = [];
  let number = before;
  if (isUtf8(bytes)) {
    const texts = (isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8')).split('\n');
    if (isEnded) texts.pop();
    for (const text of texts) lines.push({ number: ++number, text: bare(text, number) });
    return lines;
  }
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(lineFeed, from);
    const to = at < 0 ? bytes.length : at;
    const line = bytes.subarray(from, to);
    const text = decodeUtf8(line);
    number++;
    lines.push(text === undefined ? { number, reason: notUtf8, bytes: line } : { number, text: bare(text, number) });
    from = to + 1;
  }
  return lines;
}

/** Without the mark that a file may begin with, and the return that a line may end with. */
function bare(text: string, number: number): string {
  const start = number === 1 && text.startsWith('\uFEFF') ? 1 : 0;
  return start > 0 || text.endsWith('\r') ? text.slice(start, text.endsWith('\r') ? -1 : undefined) : text;
}
