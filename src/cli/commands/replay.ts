import type { Readable } from 'node:stream';
import { fail } from '../../errors.ts';
import type { ClockBody } from '../../http/control-api.ts';
import { type ReplayAnswer, replayPath } from '../../http/replay.ts';
import { count, number } from '../../narration/text.ts';
import { standardInput } from '../../recordings/byte-reader.ts';
import { lookAtRecording } from '../../recordings/look-at-recording.ts';
import { hasFinalIds, type ReplayEvent, replayEvents } from '../../recordings/replay-events.ts';
import { type ReplayWishes, replaySelection } from '../../recordings/replay-selection.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { freshSeed } from '../../runtime/fresh-seed.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import { type CommandContext, exitCodeOf, type Signal } from '../command.ts';
import { PublishedTally } from '../published.ts';
import { ReadingNotes } from '../reading-notes.ts';
import { batchText, inBatches } from '../replay-batches.ts';
import { ReplayProgress } from '../replay-progress.ts';

export interface ReplayOptions extends ClientOptions, ReplayWishes {
  files: string[];
  /** What `-` stands for. */
  input: Readable;
  skipBad: boolean;
  seed: number | undefined;
  /** The command line with other values for these flags. */
  repeat(flags: { skip: number; seed?: number }): string;
}

const flagOf = (wish: string): string => `--${wish.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** `aep-mock replay`: publishes recordings, batch by batch as the mock can take them. */
export async function replay(options: ReplayOptions, { render, interrupted }: CommandContext): Promise<number> {
  const { files, input, skipBad, exact = false } = options;
  const seed = options.seed ?? freshSeed();
  const client = new ControlClient(options);
  const isTimed = options.speed !== undefined || options.shiftTime === 'now';
  // What is wrong with the options is said before the mock is asked for its time.
  const context = { seed, nameOf: flagOf, now: new SystemClock().now() };
  replaySelection(options, context);
  if (files.includes(standardInput) && (options.loop ?? 1) > 1)
    throw fail('CONFLICTING_OPTIONS', { options: ['standard input', '--loop'] });

  const notes = new ReadingNotes(render.warn, exact);
  const onBadLine = skipBad ? notes.onBadLine : undefined;
  const sizes: (number | undefined)[] = [];
  for (const file of files) sizes.push(await lookAtRecording(file, { onBadLine, onlyCaptures: exact }));
  const clock = isTimed ? await client.get<ClockBody>('/_mock/clock') : undefined;
  const selection = replaySelection(options, { ...context, ...(clock && { now: Date.parse(clock.now) }) });
  if (clock?.kind === 'virtual' && selection.speed !== undefined)
    render.warn(
      "the mock's clock stands until it is moved: aep-mock ctl advance 1h lets an hour of the recording pass",
    );
  const isRandom = selection.shuffle !== undefined || selection.duplicates > 0;
  if (isRandom) render.warn(`seed ${seed}`);

  const total = sizes.reduce<number | undefined>(
    (sum, n) => (sum === undefined || n === undefined ? undefined : sum + n),
    0,
  );
  let bytesRead = 0;
  const events = replayEvents({
    ...selection,
    files,
    reading: {
      onBadLine,
      onTornLine: notes.onTornLine,
      input,
      onBytes: (n) => {
        bytesRead += n;
      },
    },
    onRead: notes.onRead,
    onEmpty: notes.onEmpty,
  });
  const feed = new Feed(client, { exact, keepIds: hasFinalIds(selection) });
  const isOneLap = selection.laps === 1 && total !== undefined && total > 0;
  const progress = new ReplayProgress(render, () => ({
    published: feed.tally.events,
    deliveries: feed.tally.deliveries,
    share: isOneLap ? bytesRead / total : undefined,
  }));
  const goOn = (): string => options.repeat({ skip: selection.skip + feed.tally.events, ...(isRandom && { seed }) });
  let signal: Signal | undefined;
  try {
    signal = await feed.run(events, interrupted());
  } catch (error) {
    progress.end();
    if (feed.tally.events > 0)
      render.warn(`${published(feed.tally, notes.skipped)} before this; to go on from there: ${goOn()}`);
    throw error;
  }
  progress.end();
  notes.end();
  const { tally } = feed;
  const { events: done, deliveries } = tally;
  const how = { published: done, deliveries, skipped: notes.skipped, ...(isRandom && { seed }) };
  if (feed.wasStopped || signal !== undefined) {
    const json = { type: 'replay.stopped', ...how, continue: goOn() };
    render.data(json, `stopped: ${published(tally, notes.skipped)}; to go on from there: ${goOn()}`);
    if (signal === undefined) throw fail('REPLAY_ENDED', { published: done });
    return exitCodeOf(signal);
  }
  if (done === 0) notes.onNothing();
  render.data({ type: 'replay.finished', ...how }, published(tally, notes.skipped));
  await tally.warnOfUntaken(client, render);
  return notes.skipped > 0 && done === 0 ? 1 : 0;
}

function published({ events, deliveries }: PublishedTally, skipped: number): string {
  const text = `published ${count(events, 'event')}: ${count(deliveries, 'delivery', 'deliveries')}`;
  return skipped > 0 ? `${text}, ${number(skipped)} bad ${skipped === 1 ? 'line' : 'lines'} skipped` : text;
}

/** Somebody who said ^C waits at the terminal. */
const stopPatienceMs = 3_000;

/** Sends events to the mock: while it works on a batch, the next one is read. */
class Feed {
  readonly tally = new PublishedTally();
  /** The mock ended it: it was reset, or is closing. */
  wasStopped = false;
  readonly #client: ControlClient;
  readonly #form: { exact: boolean; keepIds: boolean };
  readonly #path = `${replayPath}${freshSeed().toString(36)}`;
  /** Ends the wait for an answer that will not come. */
  readonly #end = new AbortController();
  #pending: Promise<ReplayAnswer> | undefined;
  #hasBegun = false;

  constructor(client: ControlClient, form: { exact: boolean; keepIds: boolean }) {
    this.#client = client;
    this.#form = form;
  }

  /** Resolves when everything is published, or with the signal that came before. */
  async run(events: AsyncGenerator<readonly ReplayEvent[]>, interrupted: Promise<Signal>): Promise<Signal | undefined> {
    let signal: Signal | undefined;
    let wake = (): void => {};
    void interrupted.then(async (came) => {
      signal = came;
      // What is not published by now is not: the answer to the batch says how much of it was. A mock that is stuck says nothing.
      if (this.#pending)
        await this.#client.delete(this.#path, stopPatienceMs).catch((error: { code?: unknown }) => {
          if (error.code === 'SERVER_SLOW') this.#end.abort(error);
        });
      wake();
    });
    const isOver = (): boolean => signal !== undefined || this.wasStopped;
    try {
      while (!isOver()) {
        // No race: one with a promise that outlives it is kept by that promise, and all events with it.
        const next = await new Promise<IteratorResult<readonly ReplayEvent[]> | undefined>((resolve, reject) => {
          wake = () => resolve(undefined);
          events.next().then(resolve, reject);
        });
        if (next === undefined || next.done === true) break;
        for (const batch of inBatches(next.value)) {
          const text = batchText(batch, this.#form);
          await this.#answered();
          if (isOver()) break;
          this.#send(text);
        }
      }
    } finally {
      // The reading may have ended with an error: what was sent before it counts.
      await this.#answered();
    }
    if (isOver()) void events.return(undefined);
    else if (this.#hasBegun) {
      this.#send('{"events":[],"last":true}');
      await this.#answered();
    }
    return signal;
  }

  #send(text: string): void {
    this.#hasBegun = true;
    this.#pending = this.#client.postText<ReplayAnswer>(this.#path, text, this.#end.signal);
    // It is looked at when the next batch is ready.
    this.#pending.catch(() => {});
  }

  async #answered(): Promise<void> {
    const pending = this.#pending;
    if (!pending) return;
    try {
      const { published, deliveries, untaken, stopped } = await pending;
      this.tally.addAll(published, deliveries, untaken);
      this.wasStopped ||= stopped;
    } finally {
      this.#pending = undefined;
    }
  }
}
