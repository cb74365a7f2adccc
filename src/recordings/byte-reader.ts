import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { fail } from '../errors.ts';
import { unreadable } from './unreadable.ts';

/** The name that stands for standard input. */
export const standardInput = '-';

/**
 * Read at once. A text of this size is kept outside of the heap that is collected: the lines of a recording, of which the latest are
 * kept for a while, are not moved about in it.
 */
const chunkBytes = 1024 * 1024 + 64 * 1024;

/** Where the bytes come from besides the file. */
export interface ByteSource {
  /** What `-` stands for. */
  input?: Readable | undefined;
  /** Told how many bytes were read, compressed as they are. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** The bytes of a recording in order, with a look ahead: what was read too far is put back. */
export class ByteReader implements AsyncIterable<Buffer> {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #putBack: Buffer[] = [];

  private constructor(chunks: AsyncIterator<Buffer>) {
    this.#chunks = chunks;
  }

  /**
   * Opens a file, a pipe, or with `-` the given input. Compressed (gzip) or not is told by the first bytes, whatever the name says.
   * @throws FILE_UNREADABLE
   */
  static async open(file: string, { input, onBytes = () => {} }: ByteSource = {}): Promise<ByteReader> {
    const plain = new ByteReader(bytesOf(file, await streamOf(file, input), onBytes));
    const start = await plain.peek(2);
    return start[0] === 0x1f && start[1] === 0x8b ? new ByteReader(unpacked(file, plain)) : plain;
  }

  /** The next bytes, as many as come at once; undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    const known = this.#putBack.pop();
    if (known) return known;
    const { value, done } = await this.#chunks.next();
    return done === true ? undefined : value;
  }

  putBack(bytes: Buffer): void {
    if (bytes.length > 0) this.#putBack.push(bytes);
  }

  /** The first bytes, at least as many as asked for unless there are no more. They stay to be read. */
  async peek(least: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let length = 0; length < least; ) {
      const chunk = await this.next();
      if (!chunk) break;
      parts.push(chunk);
      length += chunk.length;
    }
    const bytes = Buffer.concat(parts);
    this.putBack(bytes);
    return bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (let chunk = await this.next(); chunk; chunk = await this.next()) yield chunk;
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

async function streamOf(file: string, input?: Readable): Promise<Readable> {
  if (file === standardInput && input) return input;
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return handle.createReadStream({ highWaterMark: chunkBytes });
}

async function* bytesOf(file: string, stream: Readable, onBytes: (n: number) => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) {
      onBytes((chunk as Buffer).length);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** What was unpacked before the damage comes out before the error. */
async function* unpacked(file: string, packed: ByteReader): AsyncGenerator<Buffer> {
  const { createGunzip } = await import('node:zlib');
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  pipeline(Readable.from(packed, { objectMode: false }), gunzip, () => {});
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') !== true) throw error;
    throw fail('FILE_UNREADABLE', { file, reason: `its compressed data is damaged or cut off (${message})` });
  }
}
