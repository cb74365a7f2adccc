import type { ReplayFeed } from './events/replay-feed.ts';
import type { RecordingReplayed, ReplayFileOptions } from './mock-handle.ts';
import { lookAtRecording } from './recordings/look-at-recording.ts';
import { hasFinalIds, replayEvents } from './recordings/replay-events.ts';
import { replaySelection } from './recordings/replay-selection.ts';
import { checkOptions, type Rule, words } from './testing/check-options.ts';

/** What a replay needs of the mock. */
export interface ReplayContext {
  replays: ReplayFeed;
  now(): number;
  seed: number;
}

export const yesOrNo: Rule = { holds: (value) => typeof value === 'boolean', expected: 'true or false' };
const number: Rule = { holds: (value) => typeof value === 'number', expected: 'a number' };
const numberOrText: Rule = {
  holds: (value) => typeof value === 'number' || typeof value === 'string',
  expected: 'a number or a text',
};
const types: Rule = {
  holds: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  expected: "a list of event types such as ['product.*']",
};

/** What a value may be at all; which of them are possible is said when the replay is made of them. */
const rules: Record<keyof ReplayFileOptions, Rule> = {
  ...{ types, filter: words, from: numberOrText, to: numberOrText, limit: number, skip: number, shuffle: number },
  ...{ duplicates: number, loop: number, keepIds: yesOrNo, exact: yesOrNo, speed: numberOrText },
  ...{ shiftTime: numberOrText, seed: number, skipBad: yesOrNo },
};

/** Publishes recordings as `aep-mock replay` does, in this process. */
export async function replayFiles(
  { replays, now, seed }: ReplayContext,
  given: string | readonly string[],
  options: ReplayFileOptions,
): Promise<RecordingReplayed> {
  checkOptions('replay', options, rules);
  const { skipBad = false, seed: ownSeed, ...wishes } = options;
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
