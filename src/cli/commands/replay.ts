import type { CloudEvent } from '../../core/types.ts';
import { isEventType, resolveTypes } from '../../events/catalog.ts';
import type { PublishAnswer, PublishBody } from '../../http/control-api.ts';
import { count } from '../../narration/text.ts';
import { type OnBadLine, readRecording } from '../../recordings/read-recording.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { PublishedTally } from '../published.ts';

export interface ReplayOptions extends ClientOptions {
  files: string[];
  skipBad: boolean;
  keepIds: boolean;
  /** Only these; all otherwise. */
  types: string[];
}

/** One request carries so much at most; the next waits for its answer, so that a long recording does not pile up. */
const batchEvents = 200;
const batchBytes = 1024 * 1024;

/** `aep-mock replay`: publishes recordings. All files are checked before the first event is sent. */
export async function replay(options: ReplayOptions, { render }: CommandContext): Promise<number> {
  const wanted =
    options.types.length > 0 ? new Set<string>(options.types.flatMap((pattern) => resolveTypes(pattern))) : undefined;
  const skipped = await check(options, render.warn);
  const client = new ControlClient(options);
  const tally = new PublishedTally();
  for await (const events of batches(options.files, wanted)) {
    const answer = await client.post<PublishAnswer>('/_mock/publish', {
      events,
      recorded: true,
      keep_ids: options.keepIds,
    } satisfies PublishBody);
    tally.add(answer.published);
  }
  const { events, deliveries } = tally;
  const text = `published ${count(events, 'event')}: ${count(deliveries, 'delivery', 'deliveries')}${skipped > 0 ? `, ${count(skipped, 'bad line')} skipped` : ''}`;
  render.data({ type: 'replay.finished', published: events, deliveries, skipped }, text);
  await tally.warnOfUntaken(client, render);
  return skipped > 0 && events === 0 ? 1 : 0;
}

/** Bad lines that are named one by one; of the others the number is enough. */
const badLinesNamed = 10;

/** Reads every file to its end. Returns how many lines are bad; without `skipBad` the first one is an error. */
async function check({ files, skipBad }: ReplayOptions, warn: (text: string) => void): Promise<number> {
  let skipped = 0;
  const unknown = new Set<string>();
  const onBadLine: OnBadLine = (error) => {
    if (++skipped <= badLinesNamed) warn(`${error.message}; skipped`);
  };
  let isExact = true;
  for (const file of files) {
    let events = 0;
    for await (const { event, line, inexact } of readRecording(file, skipBad ? onBadLine : undefined)) {
      events++;
      if (inexact && isExact) {
        isExact = false;
        warn(inexactText(file, inexact));
      }
      if (isEventType(event.type) || unknown.has(event.type)) continue;
      unknown.add(event.type);
      warn(`${file}:${line}: ${event.type} is not in the catalogue; no subscription can ask for it`);
    }
    if (events === 0) warn(`${file} holds no events`);
  }
  if (skipped > badLinesNamed) warn(`${count(skipped - badLinesNamed, 'more bad line')} skipped`);
  return skipped;
}

const inexactText = (file: string, { text, line }: { text: string; line: number }): string =>
  `${file}:${line}: the number ${shortened(text)} is published as ${JSON.stringify(Number(text))}: JSON in JavaScript holds no more digits; numbers like it are changed in the whole recording`;

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

async function* batches(
  files: readonly string[],
  wanted: ReadonlySet<string> | undefined,
): AsyncGenerator<CloudEvent[]> {
  let batch: CloudEvent[] = [];
  let bytes = 0;
  for (const file of files) {
    // The check has named the bad lines already.
    for await (const { event } of readRecording(file, () => {})) {
      if (wanted && !wanted.has(event.type)) continue;
      const size = Buffer.byteLength(JSON.stringify(event));
      if (batch.length >= batchEvents || (batch.length > 0 && bytes + size > batchBytes)) {
        yield batch;
        [batch, bytes] = [[], 0];
      }
      batch.push(event);
      bytes += size;
    }
  }
  if (batch.length > 0) yield batch;
}
