import type { Readable } from 'node:stream';
import { fail } from '../../errors.ts';
import type { ClockBody } from '../../http/control-api.ts';
import { type ReplayAnswer, replayPath } from '../../http/replay.ts';
import { count, number } from '../../narration/text.ts';
import { standardInput } from '../../recordings/byte-reader.ts';
import { lookAtRecording, type RecordingLook } from '../../recordings/look-at-recording.ts';
import { hasFinalIds, type ReplayEvent, replayEvents } from '../../recordings/replay-events.ts';
import { type ReplayWishes, replaySelection } from '../../recordings/replay-selection.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { freshSeed } from '../../runtime/fresh-seed.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import { type CommandContext, exitCodeOf, type Signal } from '../command.ts';
import { PublishedTally } from '../published.ts';
import { ReadingNotes } from '../reading-notes.ts';
import { type BatchForm, batchText, ReplayBatches } from '../replay-batches.ts';
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

/** What may leave less than was meant. */
const narrowing = ['types', 'filter', 'from', 'to', 'skip', 'limit'] as const;

const pipeName = (file: string): string =>
  file === standardInput ? 'standard input' : `${file}, which can be read only once,`;

/** `aep-mock replay`: publishes recordings, batch by batch as the mock can take them. */
export async function replay(options: ReplayOptions, { render, interrupted }: CommandContext): Promise<number> {
  const { files, input, skipBad, exact = false } = options;
  const seed = options.seed ?? freshSeed();
  const client = new ControlClient(options);
  const hastyClient = new ControlClient({ ...options, patienceMs: hastyMs });
  const isTimed = options.speed !== undefined || options.shiftTime === 'now';
  // What is wrong with the options is said before the mock is asked for its time.
  const context = { seed, nameOf: flagOf, now: new SystemClock().now() };
  replaySelection(options, context);

  const notes = new ReadingNotes(render.warn, exact);
  const onBadLine = skipBad ? notes.onBadLine : undefined;
  const looks: (RecordingLook | undefined)[] = [];
  for (const file of files) {
    const look = await lookAtRecording(file, { onBadLine, onlyCaptures: exact });
    if (look === undefined && (options.loop ?? 1) > 1)
      throw fail('CONFLICTING_OPTIONS', { options: [pipeName(file), '--loop'] });
    notes.onFile(file, look?.beginsAt);
    looks.push(look);
  }
  const clock = isTimed ? await client.get<ClockBody>('/_mock/clock') : undefined;
  const selection = replaySelection(options, { ...context, ...(clock && { now: Date.parse(clock.now) }) });
  if (clock?.kind === 'virtual' && selection.speed !== undefined)
    render.warn(
      "the mock's clock stands until it is moved: aep-mock ctl advance 1h lets an hour of the recording pass",
    );
  const isRandom = selection.shuffle !== undefined || selection.duplicates > 0;
  if (isRandom) render.warn(`seed ${seed}`);

  const total = looks.includes(undefined) ? undefined : looks.reduce((sum, look) => sum + (look?.size ?? 0), 0);
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
  const form = { exact, keepIds: hasFinalIds(selection) };
  const feed = new Feed(client, form, clock?.kind === 'virtual' ? Number.POSITIVE_INFINITY : longestBatchMs);
  // At the recorded pace it is read far ahead of what is published.
  const isOneLap = selection.laps === 1 && selection.speed === undefined && total !== undefined && total > 0;
  const progress = new ReplayProgress(render, () => ({
    published: feed.tally.events,
    deliveries: feed.tally.deliveries,
    share: isOneLap ? bytesRead / total : undefined,
  }));
  const goOn = (): string => options.repeat({ skip: selection.skip + feed.tally.events, ...(isRandom && { seed }) });
  let signal: Signal | undefined;
  try {
    signal = await feed.run(events, interrupted()).finally(() => {
      progress.end();
      notes.end(feed.unverified);
    });
  } catch (error) {
    if (feed.tally.events > 0)
      render.warn(`${published(feed.tally, notes.skipped)} before this; to go on from there: ${goOn()}`);
    await feed.tally.warnOfUntaken(hastyClient, render);
    throw error;
  }
  const { tally } = feed;
  const { events: done, deliveries } = tally;
  const how = { published: done, deliveries, skipped: notes.skipped, ...(isRandom && { seed }) };
  if (feed.wasStopped || signal !== undefined) {
    const json = { type: 'replay.stopped', ...how, continue: goOn() };
    render.data(json, `stopped: ${published(tally, notes.skipped)}; to go on from there: ${goOn()}`);
    await tally.warnOfUntaken(hastyClient, render);
    if (signal === undefined) throw fail('REPLAY_ENDED', { published: done });
    return exitCodeOf(signal);
  }
  if (done === 0) notes.onNothing(narrowing.filter((wish) => options[wish] !== undefined).map(flagOf));
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
/** And so does whoever has lost the mock: what it could say besides is not worth more. */
const hastyMs = 1_000;
/** How far a replay is shows when a batch is answered. Where time stands until it is moved, nobody watches it pass. */
const longestBatchMs = 1_000;

/** Sends events to the mock: what is read while it works on a batch goes together in the next one. */
class Feed {
  readonly tally = new PublishedTally();
  /** The mock ended it: it was reset, or is closing. */
  wasStopped = false;
  /** How many of what was sent had a wrong signature or none when they were recorded. */
  unverified = 0;
  readonly #client: ControlClient;
  readonly #form: BatchForm;
  readonly #batches: ReplayBatches;
  readonly #path = `${replayPath}${freshSeed().toString(36)}`;
  /** Ends the wait for an answer that will not come. */
  readonly #end = new AbortController();
  /** What is under way. One that has failed stays, for whoever waits for it. */
  #pending: Promise<void> | undefined;
  #signal: Signal | undefined;
  #hasBegun = false;
  /** Ends the wait for the next events. */
  #wake = (): void => {};

  constructor(client: ControlClient, form: BatchForm, longestMs: number) {
    this.#client = client;
    this.#form = form;
    this.#batches = new ReplayBatches(longestMs);
  }

  /** Resolves when everything is published, or with the signal that came before. */
  async run(events: AsyncGenerator<readonly ReplayEvent[]>, interrupted: Promise<Signal>): Promise<Signal | undefined> {
    void interrupted.then((signal) => this.#interrupt(signal));
    try {
      while (!this.#isOver) {
        // No race: one with a promise that outlives it is kept by that promise, and all events with it.
        const next = await new Promise<IteratorResult<readonly ReplayEvent[]> | undefined>((resolve, reject) => {
          this.#wake = () => resolve(undefined);
          events.next().then(resolve, reject);
        });
        if (next === undefined || next.done === true) break;
        this.#batches.add(next.value);
        this.#sendNext();
        while (this.#batches.isFull && this.#pending) await this.#pending;
      }
    } finally {
      // The reading may have ended with an error: what was read before it counts.
      while (this.#pending) await this.#pending;
    }
    if (this.#isOver) void events.return(undefined);
    else if (this.#hasBegun) {
      this.#pending = this.#post('{"events":[],"last":true}');
      await this.#pending;
    }
    return this.#signal;
  }

  get #isOver(): boolean {
    return this.#signal !== undefined || this.wasStopped;
  }

  async #interrupt(signal: Signal): Promise<void> {
    this.#signal = signal;
    // What is not published by now is not: the answer to the batch says how much of it was. A mock that is stuck says nothing.
    if (this.#pending)
      await this.#client.delete(this.#path, stopPatienceMs).catch((error: { code?: unknown }) => {
        if (error.code === 'SERVER_SLOW') this.#end.abort(error);
      });
    this.#wake();
  }

  /** Sends what has been read, unless something is under way. */
  #sendNext(): void {
    if (this.#pending || this.#batches.isEmpty || this.#isOver) return;
    const batch = this.#batches.take();
    for (const { isUnverified } of batch) if (isUnverified) this.unverified++;
    this.#pending = this.#post(batchText(batch, this.#form)).then(() => {
      this.#pending = undefined;
      this.#sendNext();
    });
    // Whoever reads is not waiting for it.
    this.#pending.catch(() => this.#wake());
  }

  async #post(text: string): Promise<void> {
    this.#hasBegun = true;
    const answer = await this.#client.postText<ReplayAnswer>(this.#path, text, this.#end.signal);
    this.tally.addAll(answer.published, answer.deliveries, answer.untaken);
    this.wasStopped ||= answer.stopped;
    if (this.wasStopped) this.#wake();
  }
}
