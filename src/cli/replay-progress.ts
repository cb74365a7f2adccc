import { count, elapsed, number } from '../narration/text.ts';
import { monotonicNow, realPause } from '../runtime/clock.ts';
import type { Renderer } from './render.ts';

/** What a replay has come to so far. */
export interface Progress {
  published: number;
  deliveries: number;
  /** From 0 to 1; undefined where the end is not known. */
  share: number | undefined;
}

/** What is published is told about once a second where the events come at their recorded pace. */
const stillAfterMs = 2_500;
const everyMs = { terminal: 200, elsewhere: 5_000 };
/** So narrow that the rest fits in 80 columns too. */
const barWidth = 10;

/** Tells how far a replay is while it runs: a bar on a terminal, a line every few seconds elsewhere. */
export class ReplayProgress {
  readonly #render: Renderer;
  readonly #read: () => Progress;
  readonly #startedAt = monotonicNow();
  /** How many events there were when there last were more, and when that was. */
  #latest = { published: 0, at: 0 };
  #cancel: () => void;

  constructor(render: Renderer, read: () => Progress) {
    this.#render = render;
    this.#read = read;
    this.#cancel = this.#later();
  }

  /** Takes the bar away. */
  end(): void {
    this.#cancel();
    this.#render.progress(undefined);
  }

  #later(): () => void {
    return realPause(this.#render.isInteractive ? everyMs.terminal : everyMs.elsewhere, () => {
      this.#render.progress(this.#text());
      this.#cancel = this.#later();
    });
  }

  #text(): string {
    const { published, deliveries, share } = this.#read();
    const ms = monotonicNow() - this.#startedAt;
    if (published > this.#latest.published) this.#latest = { published, at: ms };
    const isStill = ms - this.#latest.at > stillAfterMs;
    const parts = [
      ...(share === undefined ? [] : [this.#render.isInteractive ? bar(share) : `${Math.floor(share * 100)} %`]),
      count(published, 'event'),
      count(deliveries, 'delivery', 'deliveries'),
      elapsed(ms),
      // Last, because a narrow terminal cuts it off: half a number would be another one.
      isStill ? 'waits for time or queues' : `${number(Math.round(published / (ms / 1000)))} a second`,
    ];
    return parts.join('  ');
  }
}

function bar(share: number): string {
  const full = Math.min(barWidth, Math.floor(share * barWidth));
  return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${Math.min(100, Math.floor(share * 100))} %`;
}
