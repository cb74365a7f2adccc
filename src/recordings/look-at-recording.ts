import { stat } from 'node:fs/promises';
import { standardInput } from './byte-reader.ts';
import { type ReadingOptions, readRecording } from './read-recording.ts';
import { unreadable } from './unreadable.ts';

/**
 * Looks at the beginning of a recording before anything is published: whether it is there, and whether its first line holds an event.
 * Answers its size in bytes, where that is known: a pipe can be read once only, and is left alone.
 * @throws FILE_UNREADABLE, RECORDING_LINE
 */
export async function lookAtRecording(file: string, options: ReadingOptions): Promise<number | undefined> {
  if (file === standardInput) return undefined;
  const stats = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (!stats.isFile() && !stats.isDirectory()) return undefined;
  const { onBadLine, onlyCaptures } = options;
  const events = readRecording(file, {
    onBadLine: onBadLine && (() => {}),
    onTornLine: () => {},
    onlyCaptures,
  });
  await events.next();
  await events.return(undefined);
  return stats.size;
}
