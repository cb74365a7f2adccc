/** What is in a recording, item by item: lines (NDJSON), or the items of a JSON array. */
import { ArraySplitter } from './array-splitter.ts';
import { jsonProblem } from './json-problem.ts';
import { joined, type Line, LineSplitter, longestLine, notUtf8 } from './line-splitter.ts';

/** The text of an item, or why there is none, and the line on which it begins. */
export type Item = { line: number } & ({ text: string } | { reason: string });

/** Blank lines may come before what tells an array from lines. */
const peekedBytes = 64 * 1024;

/** The items of a recording, many at once, in bounded memory. */
export async function* recordingItems(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Item[]> {
  const source = chunks[Symbol.asyncIterator]();
  try {
    const peeked: Uint8Array[] = [];
    let length = 0;
    while (length < peekedBytes) {
      const { value, done } = await source.next();
      if (done === true) break;
      peeked.push(value);
      length += value.length;
    }
    const splitter = splitterFor(joined(peeked));
    for (const bytes of peeked) yield splitter.push(bytes);
    for (let next = await source.next(); next.done !== true; next = await source.next())
      yield splitter.push(next.value);
    yield splitter.end();
  } finally {
    await source.return?.();
  }
}

interface Splitter {
  push(bytes: Uint8Array): Item[];
  end(): Item[];
}

function splitterFor(start: Uint8Array): Splitter {
  const text = new TextDecoder().decode(start).trimStart();
  if (text.startsWith('[')) return new ArraySplitter();
  return isLaidOut(text) ? new WholeDocument() : new Lines();
}

/** Whether this is the beginning of one event that is laid out over several lines: the first of them is the beginning of JSON only. */
function isLaidOut(text: string): boolean {
  const lines = text.split('\n');
  const [first = ''] = lines;
  if (!text.startsWith('{') || lines.length === 1) return false;
  const problem = jsonProblem(first);
  const isBeginning = problem !== undefined && problem.offset >= first.trimEnd().length;
  // A line that was cut off is such a beginning too, but lines follow it.
  return isBeginning && !lines.slice(1).some((line) => line.startsWith('{') && jsonProblem(line) === undefined);
}

class Lines implements Splitter {
  readonly #splitter = new LineSplitter();

  push(bytes: Uint8Array): Item[] {
    return itemsOf(this.#splitter.push(bytes));
  }

  end(): Item[] {
    return itemsOf(this.#splitter.end());
  }
}

const itemsOf = (lines: readonly Line[]): Item[] =>
  lines.flatMap(({ number: line, ...rest }) => ('text' in rest && rest.text.trim() === '' ? [] : [{ line, ...rest }]));

/** One event, no larger than a line may be. */
class WholeDocument implements Splitter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  push(bytes: Uint8Array): Item[] {
    this.#length += bytes.length;
    if (this.#length <= longestLine) this.#parts.push(bytes);
    return [];
  }

  end(): Item[] {
    if (this.#length > longestLine) return [{ line: 1, reason: 'it is neither lines of JSON nor a JSON array' }];
    try {
      return [{ line: 1, text: new TextDecoder('utf-8', { fatal: true }).decode(joined(this.#parts)) }];
    } catch {
      return [{ line: 1, reason: notUtf8 }];
    }
  }
}
