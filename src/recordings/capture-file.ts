import { closeSync, fstatSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { format, parse } from 'node:path';
import { fail, fileProblem } from '../errors.ts';

export interface CaptureFileOptions {
  path: string;
  /** No file is made larger, unless a single line is. */
  rotateBytes?: number | undefined;
}

const lineFeed = 0x0a;
const packed = '.gz';

/**
 * The file that a capture is written to, line by line, at its end. A line is one write that has happened when `write` returns, so
 * that a process that is killed at any moment leaves whole lines and at most one torn one, the last. Files are numbered in the order
 * in which they are written (capture.ndjson, capture.1.ndjson…) and never renamed; it goes on in the newest one.
 */
export class CaptureFile {
  readonly #options: CaptureFileOptions;
  #number = 0;
  /** Undefined before it is opened. */
  #file: number | undefined;
  #size = 0;
  /** The last line has no end: another one must not be written behind it. */
  #isTorn = false;

  constructor(options: CaptureFileOptions) {
    this.#options = options;
  }

  /** Opens the newest file, or makes the first one. @throws FILE_UNWRITABLE */
  open(): void {
    const [number, path] = this.#there().at(-1) ?? [0, ''];
    this.#number = path.endsWith(packed) ? number + 1 : number;
    [this.#file, this.#size, this.#isTorn] = this.#open();
  }

  /** The file that is written to now. */
  get path(): string {
    return this.#pathOf(this.#number);
  }

  /** All files of the capture that are there, in the order of writing; with those that were packed since. */
  get paths(): string[] {
    return this.#there().map(([, path]) => path);
  }

  /** Writes a line, its line break included. @throws what the system says, such as that the disk is full */
  write(line: string): void {
    if (this.#file === undefined) throw new Error('the file is not open');
    const bytes = Buffer.from(this.#isTorn ? `\n${line}` : line);
    const { rotateBytes = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#size > 0 && this.#size + bytes.length > rotateBytes) {
      this.#next();
      this.write(line);
      return;
    }
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
      this.#isTorn = false;
    } catch (error) {
      this.#isTorn ||= written > 0;
      throw error;
    } finally {
      this.#size += written;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** The file before stays open until the next one is. */
  #next(): void {
    this.#number++;
    try {
      const opened = this.#open();
      this.close();
      [this.#file, this.#size, this.#isTorn] = opened;
    } catch (error) {
      this.#number--;
      throw error;
    }
  }

  #open(): [file: number, size: number, isTorn: boolean] {
    const { path } = this;
    try {
      const file = openSync(path, 'a+');
      const { size } = fstatSync(file);
      const [first, second] = bytesAt(file, 0, Math.min(size, 2));
      if (first === 0x1f && second === 0x8b)
        throw new Error('it is gzip, and lines would be added to it as plain text');
      return [file, size, size > 0 && bytesAt(file, size - 1, 1)[0] !== lineFeed];
    } catch (error) {
      throw fail('FILE_UNWRITABLE', { file: path, reason: fileProblem(error) });
    }
  }

  /** Some may have been packed or taken away. */
  #there(): [number: number, path: string][] {
    const { dir, name, ext } = parse(this.#options.path);
    const found = new Map<number, string>();
    for (const file of namesIn(dir || '.')) {
      const plain = file.endsWith(packed) ? file.slice(0, -packed.length) : file;
      if (!plain.startsWith(name) || !plain.endsWith(ext) || plain.length < name.length + ext.length) continue;
      const between = plain.slice(name.length, plain.length - ext.length);
      const number = between === '' ? 0 : Number(/^\.([1-9]\d*)$/.exec(between)?.[1]);
      // One that is plain is the one that is written to.
      if (Number.isSafeInteger(number) && (file === plain || !found.has(number)))
        found.set(number, format({ dir, base: file }));
    }
    return [...found].sort(([a], [b]) => a - b);
  }

  #pathOf(number: number): string {
    if (number === 0) return this.#options.path;
    const { dir, name, ext } = parse(this.#options.path);
    return format({ dir, name: `${name}.${number}`, ext });
  }
}

/** Of a folder that cannot be read nothing is known; whether it can be written to shows when the file is opened. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function bytesAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, position);
  return bytes;
}
