import { isNestedDeeper } from '../core/is-nested-deeper.ts';
import { redacted } from '../core/redacted.ts';
import { fail } from '../errors.ts';

/** A place in a document, from the outside in: `*` stands for every member or item. */
export type JsonPath = readonly string[];

/**
 * Reads `data.author` and `data.*.values`. What is written in another language of paths would be found nowhere, and nothing be taken out.
 * @throws INVALID_OPTION
 */
export function parseJsonPath(text: string, option: string): JsonPath {
  const path = text.split('.');
  const isForeign = /^[$/]|\[/.test(text);
  if (!isForeign && path.every((name) => name !== '')) return path;
  const expected = 'a path of names with dots between them';
  throw fail('INVALID_OPTION', { option, value: text, expected, hint: 'for example data.author, or data.*.values' });
}

/** A text with some of its values taken out, and the paths at which there were any. */
export interface Redacted {
  text: string;
  paths: string[];
}

/**
 * Replaces the values at the paths in a JSON text. Everything else stays as it is written, long numbers and white space too.
 * Undefined when the text is no JSON, or so deep that it cannot be looked at: then nothing of it can be shown.
 */
export function redactJson(text: string, paths: readonly JsonPath[]): Redacted | undefined {
  try {
    if (isNestedDeeper(JSON.parse(text))) return undefined;
  } catch {
    return undefined;
  }
  return new Redaction(text, paths).run();
}

/** How far a path has been followed. */
interface Trail {
  path: JsonPath;
  depth: number;
}

const blank = new Set([' ', '\t', '\n', '\r']);
const shown = JSON.stringify(redacted);

/** One pass over a text that is known to be JSON. */
class Redaction {
  readonly #text: string;
  readonly #trails: Trail[];
  readonly #found = new Set<string>();
  #at = 0;
  /** What is written already, and up to where. */
  #out = '';
  #done = 0;

  constructor(text: string, paths: readonly JsonPath[]) {
    this.#text = text;
    this.#trails = paths.map((path) => ({ path, depth: 0 }));
  }

  run(): Redacted {
    this.#value(this.#trails);
    return { text: this.#out + this.#text.slice(this.#done), paths: [...this.#found] };
  }

  #value(trails: readonly Trail[]): void {
    this.#skipBlank();
    const first = this.#text[this.#at];
    if (first === '{') this.#members(trails, true);
    else if (first === '[') this.#members(trails, false);
    else if (first === '"') this.#string();
    else while (this.#at < this.#text.length && !',]}'.includes(this.#text[this.#at] ?? ',')) this.#at++;
  }

  #members(trails: readonly Trail[], isNamed: boolean): void {
    const end = isNamed ? '}' : ']';
    this.#at++;
    for (let n = 0; ; n++) {
      this.#skipBlank();
      if (this.#text[this.#at] === end) break;
      if (this.#text[this.#at] === ',') {
        this.#at++;
        this.#skipBlank();
      }
      const name = isNamed ? this.#name() : String(n);
      this.#member(trails.flatMap((trail) => follow(trail, name)));
    }
    this.#at++;
  }

  #member(trails: readonly Trail[]): void {
    this.#skipBlank();
    const from = this.#at;
    const ended = trails.filter(({ path, depth }) => depth === path.length);
    this.#value(ended.length > 0 ? [] : trails);
    if (ended.length === 0) return;
    for (const { path } of ended) this.#found.add(path.join('.'));
    this.#out += this.#text.slice(this.#done, from) + shown;
    this.#done = from + this.#text.slice(from, this.#at).trimEnd().length;
  }

  #name(): string {
    const from = this.#at;
    this.#string();
    const name = JSON.parse(this.#text.slice(from, this.#at)) as string;
    this.#skipBlank();
    this.#at++;
    return name;
  }

  #string(): void {
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) if (this.#text[this.#at] === '\\') this.#at++;
    this.#at++;
  }

  #skipBlank(): void {
    while (blank.has(this.#text[this.#at] ?? '')) this.#at++;
  }
}

const follow = ({ path, depth }: Trail, name: string): Trail[] =>
  path[depth] === '*' || path[depth] === name ? [{ path, depth: depth + 1 }] : [];
