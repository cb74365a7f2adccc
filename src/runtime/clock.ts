/**
 * Time, in one place: nothing else in the project asks the machine what time it is.
 * The real functions are taken when this module loads, so a test that installs fake timers does not stop the mock.
 */
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;
const realNow = Date.now;
const monotonic = performance.now.bind(performance);

export interface Clock {
  /** Milliseconds since the epoch, as the mock sees them. */
  now(): number;
  /** Calls `fn` once at `at` or as soon after as can be. Returns its cancellation. */
  wakeAt(at: number, fn: () => void): () => void;
  /** For a clock that is moved by hand: how to wait for the work that a timer caused before the next one fires. */
  whenSettled?(settled: () => Promise<void>): void;
}

/** The longest delay that setTimeout takes; a longer one fires at once, so it is slept in pieces. */
const longestTimeoutMs = 2_147_483_647;

/** The machine's clock. Its timers keep no process alive: the server does that. */
export class SystemClock implements Clock {
  now(): number {
    return realNow();
  }

  wakeAt(at: number, fn: () => void): () => void {
    let timer: NodeJS.Timeout;
    const sleep = (): void => {
      const left = at - realNow();
      timer = realSetTimeout(left > longestTimeoutMs ? sleep : fn, Math.max(0, Math.min(left, longestTimeoutMs)));
      timer.unref();
    };
    sleep();
    return () => realClearTimeout(timer);
  }
}

interface Timer {
  at: number;
  seq: number;
  fn: () => void;
}

/**
 * A clock that moves on command only, timer by timer: `now` is set to each timer's own due time, and the work that it caused has
 * settled before the next one. (Jumping first and firing afterwards runs a 5-10-20 minute chain once instead of three times.)
 */
export class VirtualClock implements Clock {
  #now: number;
  #seq = 0;
  #timers: Timer[] = [];
  #settled: () => Promise<void>;

  /** `settled` resolves when no effect is in flight; the driver gives it. */
  constructor(startAt: number, settled: () => Promise<void> = async () => {}) {
    this.#now = startAt;
    this.#settled = settled;
  }

  now(): number {
    return this.#now;
  }

  whenSettled(settled: () => Promise<void>): void {
    this.#settled = settled;
  }

  wakeAt(at: number, fn: () => void): () => void {
    const timer = { at: Math.max(at, this.#now), seq: this.#seq++, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves `ms` forward, through every timer that comes due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.#settled();
    while (await this.#fire(end)) {}
    this.#now = end;
  }

  /** Moves to the next timer and runs it. False when there is none. */
  async next(): Promise<boolean> {
    await this.#settled();
    return this.#fire(Number.POSITIVE_INFINITY);
  }

  /** Runs timers until none is left, at most `limit`. Returns how many ran. */
  async runUntilIdle({ limit = 1_000_000 } = {}): Promise<number> {
    await this.#settled();
    let ran = 0;
    while (ran < limit && (await this.#fire(Number.POSITIVE_INFINITY))) ran++;
    return ran;
  }

  async #fire(until: number): Promise<boolean> {
    const due = this.#timers.reduce<Timer | undefined>(
      (first, timer) =>
        !first || timer.at < first.at || (timer.at === first.at && timer.seq < first.seq) ? timer : first,
      undefined,
    );
    if (!due || due.at > until) return false;
    this.#timers = this.#timers.filter((timer) => timer !== due);
    this.#now = due.at;
    due.fn();
    await this.#settled();
    return true;
  }
}

/** Milliseconds on a clock that never goes back, for measuring real answers. Not a time of day. */
export const monotonicNow = (): number => monotonic();

/**
 * A deadline in real time, for what real programs do: handlers answer, sockets connect. The mock's clock may stand still meanwhile.
 * Returns its cancellation.
 */
export function realDeadline(ms: number, fn: () => void): () => void {
  const timer = realSetTimeout(fn, ms);
  timer.unref();
  return () => realClearTimeout(timer);
}

/** A pause in real time, for a program that waits before it tries again: unlike a deadline it keeps the process alive. Returns its cancellation. */
export function realPause(ms: number, fn: () => void): () => void {
  const timer = realSetTimeout(fn, ms);
  return () => realClearTimeout(timer);
}
