import type { ReplayFeed } from './events/replay-feed.ts';
import type { RecordingReplayed, ReplayFileOptions } from './mock-handle.ts';
import { lookAtRecording } from './recordings/look-at-recording.ts';
import { hasFinalIds, replayEvents } from './recordings/replay-events.ts';
import { replaySelection } from './recordings/replay-selection.ts';

/** What a replay needs of the mock. */
export interface ReplayContext {
  replays: ReplayFeed;
  now(): number;
  seed: number;
}

/** Publishes recordings as `aep-mock replay` does, in this process. */
export async function replayFiles(
  { replays, now, seed }: ReplayContext,
  given: string | readonly string[],
  { skipBad = false, seed: ownSeed, ...wishes }: ReplayFileOptions,
): Promise<RecordingReplayed> {
  const files = [given].flat();
  const nameOf = (wish: string): string => `replay option "${wish}"`;
  const selection = replaySelection(wishes, { seed: ownSeed ?? seed, now: now(), nameOf });
  const done: RecordingReplayed = { published: 0, deliveries: 0, skipped: 0 };
  const onBadLine = skipBad ? () => void done.skipped++ : undefined;
  const name = replays.begin();
  const keepIds = hasFinalIds(selection);
  const publish = async (items: Parameters<ReplayFeed['publish']>[1]['items'], isLast: boolean): Promise<boolean> => {
    const { published, deliveries, stopped } = await replays.publish(name, { items, keepIds, isChecked: true, isLast });
    done.published += published;
    done.deliveries += deliveries;
    return !stopped;
  };
  try {
    for (const file of files) await lookAtRecording(file, { onBadLine, onlyCaptures: selection.exact });
    for await (const events of replayEvents({ ...selection, files, reading: { onBadLine, onTornLine: () => {} } })) {
      const items = selection.exact ? events.map((each) => ({ ...each, delivery: each.capture })) : events;
      if (!(await publish(items, false))) return done;
    }
    await publish([], true);
  } finally {
    replays.stop(name);
  }
  return done;
}
