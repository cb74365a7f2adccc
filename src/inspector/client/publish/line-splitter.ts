/** A line of a recording without its line break, or why it has no text. Lines count from 1. */
export type Line = { number: number } & ({ text: string } | { reason: string });

/** An event is at most 1 MiB and escaped at most once in a recording: a longer line is none. */
export const longestLine = 16 * 1024 * 1024;
export const notUtf8 = 'it is not valid UTF-8';

const lineFeed = 0x0a;

/** Cuts the bytes of a UTF-8 text into lines, in bounded memory. A line that is too long is passed over up to its end. */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The beginning of a line whose end has not come yet; nothing is kept of one that is too long. */
  #parts: Uint8Array[] = [];
  #length = 0;
  #number = 0;

  /** The lines that end within these bytes. */
  push(bytes: Uint8Array): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      this.#keep(bytes.subarray(from, end));
      lines.push(this.#line());
      from = end + 1;
    }
    this.#keep(bytes.subarray(from));
    return lines;
  }

  /** The last line, when no line break is behind it. */
  end(): Line[] {
    return this.#length === 0 ? [] : [this.#line()];
  }

  #keep(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > longestLine) this.#parts = [];
    else if (bytes.length > 0) this.#parts.push(bytes);
  }

  #line(): Line {
    const parts = this.#parts;
    const isTooLong = this.#length > longestLine;
    const number = ++this.#number;
    this.#parts = [];
    this.#length = 0;
    if (isTooLong) return { number, reason: `the line is longer than ${longestLine / 1024 / 1024} MiB` };
    try {
      const text = this.#decoder.decode(parts.length === 1 ? parts[0] : joined(parts));
      return { number, text: number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text };
    } catch {
      return { number, reason: notUtf8 };
    }
  }
}

/** Several parts as one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
