import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ByteReader, standardInput } from './byte-reader.ts';
import type { Item } from './parse-json.ts';
import { recordingItems } from './read-recording.ts';

/** One of the two that `diff` compares. */
export interface EntrySource {
  name: string;
  /** Whether it can be read a second time. Of a pipe there would be nothing left, or nobody who writes into it. */
  isRepeatable: boolean;
  /** @throws FILE_UNREADABLE */
  items(): AsyncIterable<Item[]>;
}

/** A recording or a saved journal. `input` is what `-` stands for. */
export async function fileSource(file: string, input?: Readable): Promise<EntrySource> {
  const stats = file === standardInput ? undefined : await stat(file).catch(() => undefined);
  return { name: file, isRepeatable: stats?.isFile() === true, items: () => itemsOf(file, input) };
}

async function* itemsOf(file: string, input?: Readable): AsyncGenerator<Item[]> {
  const bytes = await ByteReader.open(file, { input });
  try {
    yield* recordingItems(file, bytes);
  } finally {
    await bytes.close();
  }
}
