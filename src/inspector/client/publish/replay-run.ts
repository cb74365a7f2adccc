/** Publishes recordings batch by batch, as fast as the mock takes them: the answer to a batch is the permission for the next. */
import type { ReplayAnswer, ReplayBatchBody } from '../../../http/replay.ts';
import { type RecordedEvent, readRecorded } from './recorded-event.ts';
import { type Item, recordingItems } from './recording-items.ts';

/** A request is sent when it carries so much: an event more than it is far below what the mock takes. */
export const batchEvents = 1_000;
export const batchCharacters = 1024 * 1024;
/** So many bad lines are named; the rest is counted. */
export const namedBadLines = 50;

/** A recording to be read: a file of the browser, or anything that gives its bytes. */
export interface Recording {
  name: string;
  chunks: AsyncIterable<Uint8Array>;
}

export interface ReplayWishes {
  /** At the times at which it was recorded, on the mock's clock; otherwise as fast as it goes. */
  isPaced: boolean;
  keepIds: boolean;
}

/** A batch of events that are signed anew; the other kind has recorded deliveries. */
export type EventBatch = ReplayBatchBody & { events: unknown[] };

interface BadLine {
  file: string;
  line: number;
  reason: string;
}

/** How far it has come. */
export interface ReplayTally {
  published: number;
  deliveries: number;
  /** By type, how many events no subscription took. */
  untaken: ReadonlyMap<string, number>;
  badLines: readonly BadLine[];
  badLineCount: number;
  /** It did not come to the end. */
  isStopped: boolean;
}

export interface ReplayPort {
  send(batch: EventBatch): Promise<ReplayAnswer>;
  /** Told after every batch. */
  onProgress(tally: ReplayTally): void;
}

export class ReplayRun {
  readonly #wishes: ReplayWishes;
  readonly #port: ReplayPort;
  #tally: ReplayTally = {
    published: 0,
    deliveries: 0,
    untaken: new Map(),
    badLines: [],
    badLineCount: 0,
    isStopped: false,
  };
  #pending: Promise<ReplayAnswer> | undefined;
  #batch: RecordedEvent[] = [];
  #characters = 0;
  #hasBegun = false;
  readonly #times = new RecordedTimes();

  constructor(wishes: ReplayWishes, port: ReplayPort) {
    this.#wishes = wishes;
    this.#port = port;
  }

  get tally(): ReplayTally {
    return this.#tally;
  }

  /** Reads no further. What the mock has not published of the batch that it works on is its affair. */
  stop(): void {
    this.#note({ isStopped: true });
  }

  /** Resolves when everything is published, or it was stopped. While the mock works on a batch the next one is read. */
  async run(recordings: readonly Recording[]): Promise<ReplayTally> {
    try {
      for (const { name, chunks } of recordings) {
        for await (const items of recordingItems(chunks)) {
          for (const item of items) {
            // A promise for every event would take longer than the event.
            this.#take(name, item);
            if (this.#isFull) await this.#send();
          }
          if (this.#tally.isStopped) break;
        }
        if (this.#tally.isStopped) break;
      }
      await this.#send();
    } finally {
      // The reading may have ended with an error: what was sent before it counts.
      await this.#answered();
    }
    if (this.#hasBegun && !this.#tally.isStopped)
      await this.#port.send({ events: [], keep_ids: this.#wishes.keepIds, last: true });
    return this.#tally;
  }

  #take(file: string, item: Item): void {
    const read = 'text' in item ? readRecorded(item.text) : item;
    if ('event' in read) {
      this.#batch.push(read);
      this.#characters += read.size;
      return;
    }
    const { badLines, badLineCount } = this.#tally;
    const named = { file, line: item.line, reason: read.reason };
    this.#note({
      badLines: badLineCount < namedBadLines ? [...badLines, named] : badLines,
      badLineCount: badLineCount + 1,
    });
  }

  async #send(): Promise<void> {
    const events = this.#batch;
    this.#batch = [];
    this.#characters = 0;
    await this.#answered();
    if (events.length === 0 || this.#tally.isStopped) return;
    const { isPaced, keepIds } = this.#wishes;
    this.#hasBegun = true;
    this.#pending = this.#port.send({
      events: events.map(({ event }) => event),
      ...(isPaced && { after_ms: events.map(({ at }) => this.#times.afterMs(at)) }),
      keep_ids: keepIds,
    });
    // It is looked at when the next batch is ready.
    this.#pending.catch(() => {});
  }

  async #answered(): Promise<void> {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    const { published, deliveries, untaken, stopped } = await pending;
    const before = this.#tally;
    const untakenNow = new Map(before.untaken);
    for (const [type, times] of Object.entries(untaken)) untakenNow.set(type, (untakenNow.get(type) ?? 0) + times);
    this.#note({
      published: before.published + published,
      deliveries: before.deliveries + deliveries,
      untaken: untakenNow,
      isStopped: before.isStopped || stopped,
    });
  }

  /** A single event may be larger. */
  get #isFull(): boolean {
    return this.#batch.length >= batchEvents || this.#characters >= batchCharacters;
  }

  #note(changes: Partial<ReplayTally>): void {
    this.#tally = { ...this.#tally, ...changes };
    this.#port.onProgress(this.#tally);
  }
}

/** When each event is published, in milliseconds from the first. Never goes back; without a time it is where the last one was. */
class RecordedTimes {
  #firstAt: number | undefined;
  #elapsed = 0;

  afterMs(at: number | undefined): number {
    if (at === undefined) return this.#elapsed;
    this.#firstAt ??= at;
    this.#elapsed = Math.max(this.#elapsed, at - this.#firstAt);
    return this.#elapsed;
  }
}
