/** The only place that writes output: data on stdout, diagnostics on stderr. */
import { createStyle, type Style, wantsColours } from '../narration/style.ts';
import { oneLine } from '../narration/text.ts';

export type Format = 'pretty' | 'json' | 'quiet';

/** What an output stream has to offer. */
export interface TextStream {
  write(text: string): unknown;
  isTTY?: boolean;
  /** How wide a terminal is at present. */
  columns?: number | undefined;
}

export interface RenderOptions {
  format: Format;
  stdout: TextStream;
  stderr: TextStream;
  env: Record<string, string | undefined>;
}

/** An object of the json format: one a line, told apart by `type`. */
export type JsonLine = { type: string } & Record<string, unknown>;

export interface Renderer {
  readonly format: Format;
  /** For lines on stdout. */
  readonly style: Style;
  /** The one line that every format prints; `details` follow for people. */
  ready(json: JsonLine, line: string, details?: string): void;
  /** What a command has to say: an object under json, a text for people (made when it is wanted), nothing when quiet. */
  data(json: JsonLine | (() => JsonLine), text: string | (() => string) | undefined): void;
  /** A diagnostic, on stderr; not when quiet. */
  warn(text: string): void;
  /** Diagnostics are read on a terminal. */
  readonly isInteractive: boolean;
  /** How far something is, on stderr: in one row of a terminal, where it stays until the next one or, with undefined, goes away. Not when quiet. */
  progress(text: string | undefined): void;
  /** The same in several lines, for a person. */
  explain(text: string): void;
}

/** Of a terminal that does not say how wide it is. */
const usualColumns = 80;

export function createRenderer({ format, stdout, stderr, env }: RenderOptions): Renderer {
  let isShown = false;
  const clear = (): void => {
    if (isShown) stderr.write('\r\x1b[2K');
    isShown = false;
  };
  const print = (text: string): void => {
    clear();
    stdout.write(`${text}\n`);
  };
  const isInteractive = stderr.isTTY === true;
  return {
    format,
    isInteractive,
    style: createStyle(wantsColours(stdout.isTTY === true, env)),
    ready: (json, line, details) => {
      if (format === 'json') print(JSON.stringify(json));
      else print(format === 'pretty' && details !== undefined ? `${line}\n${details}` : line);
    },
    data: (json, text) => {
      if (format === 'json') print(JSON.stringify(typeof json === 'function' ? json() : json));
      else if (format === 'pretty' && text !== undefined) print(typeof text === 'string' ? text : text());
    },
    warn: (text) => {
      clear();
      if (format !== 'quiet') stderr.write(`aep-mock: ${oneLine(text)}\n`);
    },
    progress: (text) => {
      clear();
      if (text === undefined || format === 'quiet') return;
      // What goes on in the next row would stay there: one row is taken away. It is plain ASCII, a column a character.
      stderr.write(isInteractive ? text.slice(0, (stderr.columns || usualColumns) - 1) : `aep-mock: ${text}\n`);
      isShown = isInteractive;
    },
    explain: (text) => {
      if (format !== 'quiet') stderr.write(`${text}\n`);
    },
  };
}

/** Prints what ended a command, in one line: what is wrong, and the way out. */
export function renderError(error: unknown, stderr: TextStream, debug: boolean): void {
  const { message, hint, stack } = error as { message?: unknown; hint?: unknown; stack?: unknown };
  const wayOut = typeof hint === 'string' && hint !== '' ? `; ${hint}` : '';
  stderr.write(`aep-mock: ${oneLine(`${message ?? error}${wayOut}`)}\n`);
  if (debug && typeof stack === 'string') stderr.write(`${stack}\n`);
}
