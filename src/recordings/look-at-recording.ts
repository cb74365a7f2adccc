import { stat } from 'node:fs/promises';
import { standardInput } from './byte-reader.ts';
import { type ReadingOptions, readRecording } from './read-recording.ts';
import { unreadable } from './unreadable.ts';

/** What is known of a recording before it is read. */
export interface RecordingLook {
  /** In bytes. */
  size: number;
  /** The time of its first event. */
  beginsAt: number | undefined;
}

/**
 * Looks at the beginning of a recording before anything is published: whether it is there, and whether its first line holds an event.
 * A pipe can be read once only, and is left alone.
 * @throws FILE_UNREADABLE, RECORDING_LINE
 */
export async function lookAtRecording(file: string, options: ReadingOptions): Promise<RecordingLook | undefined> {
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
  const { value } = await events.next();
  await events.return(undefined);
  return { size: stats.size, beginsAt: value?.[0]?.at };
}
