import { realDeadline } from '../runtime/clock.ts';

export interface RepeatedLinesOptions {
  /** Prints how often something has happened so far. */
  print: (what: string, times: number) => void;
  /** Calls back after so many real milliseconds; returns its cancellation. */
  after?: (ms: number, fn: () => void) => () => void;
}

interface Run {
  times: number;
  /** How many of them a line has told. */
  told: number;
  cancel: () => void;
}

const everyMs = 1000;

/**
 * Keeps what happens thousands of times from flooding the terminal: the first time is a line of its own, the others are counted, and the
 * count is told at most once a second while it goes on, the last time in full.
 */
export class RepeatedLines {
  readonly #print: RepeatedLinesOptions['print'];
  readonly #after: (ms: number, fn: () => void) => () => void;
  readonly #runs = new Map<string, Run>();

  constructor({ print, after = realDeadline }: RepeatedLinesOptions) {
    this.#print = print;
    this.#after = after;
  }

  /** `what` happened: true when it is the first time for a while, and worth a line of its own. */
  isFirst(what: string): boolean {
    const run = this.#runs.get(what);
    if (run) {
      run.times++;
      return false;
    }
    this.#runs.set(what, { times: 1, told: 1, cancel: this.#after(everyMs, () => this.#tell(what)) });
    return true;
  }

  /** Tells what has not been told yet. */
  close(): void {
    for (const [what, { times, told, cancel }] of this.#runs) {
      cancel();
      if (times > told) this.#print(what, times);
    }
    this.#runs.clear();
  }

  #tell(what: string): void {
    const run = this.#runs.get(what);
    if (!run) return;
    if (run.times === run.told) {
      this.#runs.delete(what);
      return;
    }
    run.told = run.times;
    this.#print(what, run.times);
    run.cancel = this.#after(everyMs, () => this.#tell(what));
  }
}
