/**
 * Where a text stops being JSON. Engines say it in their own words, some without the place; this says it alike everywhere, and what was
 * expected there.
 */

export interface JsonProblem {
  /** What is wrong: `expected a comma or }`. */
  message: string;
  /** From 0, of the character that should not be there; the length of the text when it ends too early. */
  offset: number;
  /** From 1. */
  line: number;
  column: number;
}

const space = /[ \t\n\r]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Undefined when the text is JSON. */
export function jsonProblem(json: string): JsonProblem | undefined {
  const scanner = new Scanner(json);
  try {
    scanner.document();
    return undefined;
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const { message, offset } = error;
    const before = json.slice(0, offset).split('\n');
    return { message, offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
}

class Unexpected extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

class Scanner {
  readonly #json: string;
  #at = 0;

  constructor(json: string) {
    this.#json = json;
  }

  /** Without recursion: the text may be nested deeper than the stack. @throws Unexpected */
  document(): void {
    const open: ('}' | ']')[] = [];
    this.#take(space);
    for (;;) {
      const opened = this.#value(open.at(-1));
      this.#take(space);
      if (opened) {
        open.push(opened);
        if (this.#json[this.#at] !== opened) {
          if (opened === '}') this.#key(', or }');
          continue;
        }
      }
      for (let close = open.at(-1); close && this.#json[this.#at] === close; close = open.at(-1)) {
        open.pop();
        this.#at++;
        this.#take(space);
      }
      const close = open.at(-1);
      if (!close) break;
      if (this.#json[this.#at] !== ',') throw this.#unexpected(`expected a comma or ${close}`);
      this.#at++;
      this.#take(space);
      if (close === '}') this.#key('');
    }
    if (this.#at < this.#json.length) throw this.#unexpected('expected nothing more');
  }

  /** Takes a value, or the bracket that opens one; then answers what closes it. */
  #value(within: '}' | ']' | undefined): '}' | ']' | undefined {
    const char = this.#json[this.#at];
    if (char === '{' || char === '[') {
      this.#at++;
      return char === '{' ? '}' : ']';
    }
    if (char === '"') this.#text();
    else if (!this.#take(scalar))
      throw this.#unexpected(within === ']' ? 'expected a value, as in ["text", 1]' : 'expected a value');
    return undefined;
  }

  #key(otherwise: string): void {
    if (this.#json[this.#at] !== '"') throw this.#unexpected(`expected a name in double quotes${otherwise}`);
    this.#text();
    this.#take(space);
    if (this.#json[this.#at] !== ':') throw this.#unexpected('expected a colon');
    this.#at++;
    this.#take(space);
  }

  #text(): void {
    for (this.#at++; ; ) {
      const char = this.#json[this.#at];
      if (char === undefined) throw this.#unexpected('the text has no closing quote');
      if (char < ' ') throw this.#unexpected('a line break or control character within a text');
      if (char === '\\') {
        if (!this.#take(escaped)) throw this.#unexpected('no such escape');
        continue;
      }
      this.#at++;
      if (char === '"') return;
    }
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#json)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #unexpected(message: string): Unexpected {
    const isEnd = this.#at >= this.#json.length;
    return new Unexpected(isEnd ? `${message}, and the text ends` : message, this.#at);
  }
}
