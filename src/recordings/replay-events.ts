/** What a replay publishes: the events of recordings, chosen, repeated, shuffled and timed. The same options give the same events. */
import type { FilterExpression } from '../core/filter.ts';
import { explainFilter } from '../core/filter-match.ts';
import { uuidv7 } from '../core/ids.ts';
import { createRng } from '../core/rng.ts';
import type { CloudEvent } from '../core/types.ts';
import { type ReadingOptions, type RecordedEvent, readRecording } from './read-recording.ts';
import { Shuffler } from './shuffler.ts';
import { type ShiftTo, Timeline } from './timeline.ts';

/** Which events of a recording are published, in which order and at which times. */
export interface ReplaySelection {
  /** Only of these types; of all otherwise. */
  types?: ReadonlySet<string> | undefined;
  /** Only those that the platform's filter takes. */
  filter?: FilterExpression | undefined;
  /** Only those that were recorded at this time or later, and not later than that: milliseconds since the epoch. */
  from?: number | undefined;
  to?: number | undefined;
  /** At most so many. */
  limit?: number | undefined;
  /** So many of those that would be published are passed over. */
  skip: number;
  /** Drawn at random out of so many that follow one another. */
  shuffle?: number | undefined;
  /** The share of events that come twice under one id, from 0 to 1. */
  duplicates: number;
  /** How often the recordings are gone through. */
  laps: number;
  /** Makes shuffling, duplicates and the ids of duplicates repeatable. */
  seed: number;
  keepIds: boolean;
  /** The very bytes and headers of recorded deliveries instead of events that are signed anew. */
  exact: boolean;
  /** How many times faster than recorded; undefined is as fast as can be. */
  speed?: number | undefined;
  shiftTo?: ShiftTo | undefined;
}

export interface ReplayOptions extends ReplaySelection {
  files: readonly string[];
  reading: Omit<ReadingOptions, 'onlyCaptures'>;
  /** Sees every event that is read, before anything is chosen. */
  onRead?: (event: RecordedEvent) => void;
  /** Told of a recording without any event. */
  onEmpty?: (file: string) => void;
}

/** An event to publish. */
export interface ReplayEvent extends RecordedEvent {
  /** When, in milliseconds since the beginning of the replay; at once otherwise. */
  afterMs?: number | undefined;
}

interface Timed extends RecordedEvent {
  elapsed: number;
  lapStart: number;
}

/** Whether the events come with the ids that they are to have. */
export const hasFinalIds = ({ keepIds, exact, duplicates }: ReplaySelection): boolean =>
  keepIds || exact || duplicates > 0;

/** @throws FILE_UNREADABLE, RECORDING_LINE, behind the events that could be read */
export async function* replayEvents(options: ReplayOptions): AsyncGenerator<readonly ReplayEvent[]> {
  const { files, laps, shuffle, exact, onRead, onEmpty } = options;
  const rng = createRng(options.seed);
  const shuffler = shuffle === undefined ? undefined : new Shuffler<Timed>(rng.fork('shuffle'), shuffle);
  const timeline = new Timeline();
  const chosen = chooser(options, rng.fork('duplicates'), rng.fork('ids'));
  const out = new Outlet(options, timeline);
  const shuffled = (events: readonly Timed[]): readonly Timed[] => shuffler?.through(events) ?? events;
  const timed = (event: RecordedEvent): Timed => {
    const elapsed = timeline.elapsed(event.at);
    return { ...event, elapsed, lapStart: timeline.lapStart };
  };
  // What needs neither times nor another order is not even copied.
  const isPlain = !shuffler && options.speed === undefined && options.shiftTo === undefined;
  for (let lap = 0; lap < laps && !out.isClosed; lap++) {
    timeline.beginLap();
    let read = 0;
    for (const file of files) {
      let inFile = 0;
      for await (const events of readRecording(file, { ...options.reading, onlyCaptures: exact })) {
        inFile += events.length;
        if (onRead) for (const event of events) onRead(event);
        const wanted = chosen(events);
        const ready = isPlain ? out.pass(wanted) : out.take(shuffled(wanted.map(timed)));
        if (ready.length > 0) yield ready;
        if (out.isClosed) return;
      }
      if (inFile === 0) onEmpty?.(file);
      read += inFile;
    }
    const ready = out.take(shuffler?.rest() ?? []);
    if (ready.length > 0) yield ready;
    // What holds nothing holds nothing the next time either.
    if (read === 0 || (lap === 0 && out.taken === 0)) return;
  }
}

type Chances = ReturnType<typeof createRng>;

/** Leaves out what is not wanted, and repeats what comes twice: under one id, which therefore is given here. */
function chooser(
  { types, filter, from, to, duplicates, keepIds, exact }: ReplaySelection,
  chances: Chances,
  ids: Chances,
): (events: readonly RecordedEvent[]) => readonly RecordedEvent[] {
  const isWanted = ({ event, at }: RecordedEvent): boolean =>
    (types === undefined || types.has(event.type)) &&
    (from === undefined || (at !== undefined && at >= from)) &&
    (to === undefined || (at !== undefined && at <= to)) &&
    (filter === undefined || explainFilter(filter, event.data).matches);
  const isEverything = [types, from, to, filter].every((wish) => wish === undefined);
  const withId = (read: RecordedEvent): RecordedEvent =>
    keepIds || exact ? read : changed(read, { ...read.event, id: uuidv7(ids, read.at ?? 0) });
  return (events) => {
    const wanted = isEverything ? events : events.filter(isWanted).map(onItsOwn);
    if (duplicates === 0) return wanted;
    return wanted.flatMap((read) => {
      const one = withId(read);
      return chances.chance(duplicates) ? [one, one] : [one];
    });
  };
}

/**
 * A line is part of the text that was read with it. Of a few events out of many, which may be kept for long, it must not keep all of
 * that in memory.
 */
const onItsOwn = (read: RecordedEvent): RecordedEvent => ({ ...read, text: structuredClone(read.text) });

const changed = <T extends RecordedEvent>(read: T, event: CloudEvent): T => ({
  ...read,
  event,
  text: JSON.stringify(event),
});

/** The end of the way: passes over what was published before, stops at the limit, and gives each event its time. */
class Outlet {
  readonly #options: ReplaySelection;
  readonly #timeline: Timeline;
  /** How many came here, those that are passed over included. */
  taken = 0;
  #startedAt: number | undefined;
  #afterMs = 0;

  constructor(options: ReplaySelection, timeline: Timeline) {
    this.#options = options;
    this.#timeline = timeline;
  }

  get isClosed(): boolean {
    return this.taken >= (this.#options.limit ?? Number.POSITIVE_INFINITY);
  }

  /** The same for events that need no time. */
  pass(events: readonly RecordedEvent[]): readonly ReplayEvent[] {
    const { skip, limit = Number.POSITIVE_INFINITY } = this.#options;
    const from = Math.max(0, skip - this.taken);
    const to = Math.min(events.length, limit - this.taken);
    this.taken += to;
    return from === 0 && to === events.length ? events : events.slice(from, to);
  }

  take(events: readonly Timed[]): ReplayEvent[] {
    const { skip, speed, shiftTo } = this.#options;
    const out: ReplayEvent[] = [];
    for (const event of events) {
      if (this.isClosed) break;
      const isPassedOver = ++this.taken <= skip;
      if (isPassedOver && shiftTo?.isFirstPublished !== false) continue;
      const moved =
        shiftTo === undefined ? event : changed(event, this.#timeline.moved(event.event, shiftTo.ms, event.lapStart));
      if (isPassedOver) continue;
      out.push(speed === undefined ? moved : { ...moved, afterMs: this.#after(event.elapsed, speed) });
    }
    return out;
  }

  /** What overtakes others is not early, and what is overtaken is late. */
  #after(elapsed: number, speed: number): number {
    this.#startedAt ??= elapsed;
    this.#afterMs = Math.max(this.#afterMs, (elapsed - this.#startedAt) / speed);
    return this.#afterMs;
  }
}
