import { eventTime } from '../core/envelope.ts';
import type { CloudEvent } from '../core/types.ts';

/** Where the times of a recording are moved to: the first of them, in milliseconds since the epoch. */
export interface ShiftTo {
  ms: number;
  /** It is the first that is published, not the first that is read: what is passed over has been published before. */
  isFirstPublished: boolean;
}

/** Keeps the recorded times of a replay: how far into the recording each event is, over all laps, and what its time becomes. */
export class Timeline {
  #firstAt: number | undefined;
  #lapStart = 0;
  #elapsed = 0;
  #shift: number | undefined;

  /** To be called before each lap: it begins where the one before has ended. */
  beginLap(): void {
    this.#lapStart = this.#elapsed;
    this.#firstAt = undefined;
  }

  /** How far into the replay an event is, in milliseconds of recorded time. Never goes back; without a time it is where the last one was. */
  elapsed(at: number | undefined): number {
    if (at === undefined) return this.#elapsed;
    this.#firstAt ??= at;
    this.#elapsed = Math.max(this.#elapsed, this.#lapStart + at - this.#firstAt);
    return this.#elapsed;
  }

  /** How far the times of the current lap are from those that were recorded. */
  get lapStart(): number {
    return this.#lapStart;
  }

  /** The event with its time moved so that the first one that is given here has the time asked for. Distances stay. */
  moved(event: CloudEvent, to: number, lapStart: number): CloudEvent {
    const { time } = event;
    if (time === undefined) return event;
    const ms = Date.parse(time) + lapStart;
    this.#shift ??= to - ms;
    const moved = ms + this.#shift;
    return { ...event, time: time.includes('.') ? new Date(moved).toISOString() : eventTime(moved) };
  }
}
