import { checkKeys } from '../core/check-keys.ts';
import { fail } from '../errors.ts';

/**
 * Time, in one place: nothing else in the project asks the machine what time it is.
 * The real functions are taken when this module loads, so a test that installs fake timers does not stop the mock.
 */
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout, setImmediate: realSetImmediate } = globalThis;
const machineNow = Date.now;
const monotonic = performance.now.bind(performance);

/** Whose time it is. A clock of your own is one that has `now` and `wakeAt`. */
export interface Clock {
  /** Milliseconds since the epoch, as the mock sees them. */
  now(): number;
  /** Calls `fn` once at `at` or as soon after as can be. Returns its cancellation. */
  wakeAt(at: number, fn: () => void): () => void;
  /** True for a clock that is moved by hand and stands still meanwhile. */
  readonly isManual?: boolean;
  /**
   * For a clock that is moved by hand: how to wait for the work that a timer caused before the next one fires. `check` throws for a
   * move that would wait for itself.
   */
  whenSettled?(settled: () => Promise<void>, check?: (move: string) => void): void;
  /** The same: runs `work` as a move of its own, after those asked for before, and once what they caused has settled. */
  inTurn?<T>(work: () => Promise<T>): Promise<T>;
  /** For a clock whose time can be set, back as well: fires nothing on the way. Timers keep their times. */
  setTime?(at: number): void;
}

/** The longest delay that setTimeout takes; a longer one fires at once, so it is slept in pieces. */
const longestTimeoutMs = 2_147_483_647;

/** Calls `fn` when nothing is `left` any more, however long that is. Returns its cancellation. */
function sleep(left: () => number, fn: () => void, { keepsAlive }: { keepsAlive: boolean }): () => void {
  let timer: NodeJS.Timeout;
  const next = (): void => {
    // A timer cuts fractions off, and would be early.
    const ms = Math.max(0, Math.ceil(left()));
    timer = realSetTimeout(ms > longestTimeoutMs ? next : fn, Math.min(ms, longestTimeoutMs));
    if (!keepsAlive) timer.unref();
  };
  next();
  return () => realClearTimeout(timer);
}

/** Milliseconds until `ms` from now, by a clock that nobody sets. */
function countdown(ms: number): () => number {
  const end = monotonic() + ms;
  return () => end - monotonic();
}

/** The machine's clock. Its timers keep no process alive: the server does that. */
export class SystemClock implements Clock {
  now(): number {
    return machineNow();
  }

  wakeAt(at: number, fn: () => void): () => void {
    return sleep(() => at - machineNow(), fn, { keepsAlive: false });
  }
}

/** RFC 3339, which events tell their time in, has years of four digits. */
const lastMoment = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

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
  readonly isManual = true;
  #now: number;
  #seq = 0;
  #timers: Timer[] = [];
  #settled: () => Promise<void>;
  #check: (move: string) => void = () => {};
  /** One move after the other: whoever asks while the clock moves waits for its turn. */
  #moving: Promise<unknown> = Promise.resolve();

  /** `settled` resolves when no effect is in flight; the driver gives it. */
  constructor(startAt: number, settled: () => Promise<void> = async () => {}) {
    this.#now = startAt;
    this.#settled = settled;
  }

  now(): number {
    return this.#now;
  }

  whenSettled(settled: () => Promise<void>, check: (move: string) => void = () => {}): void {
    this.#settled = settled;
    this.#check = check;
  }

  setTime(at: number): void {
    this.#now = at;
  }

  wakeAt(at: number, fn: () => void): () => void {
    const timer = { at: Math.max(at, this.#now), seq: this.#seq++, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves `ms` forward, through every timer that comes due on the way. @throws INVALID_OPTION */
  async advance(ms: number): Promise<void> {
    this.#check('clock.advance()');
    const refusal = (expected: string): Error => fail('INVALID_OPTION', { option: 'advance', value: ms, expected });
    if (!Number.isFinite(ms) || ms < 0) throw refusal('a number of milliseconds from 0');
    return this.inTurn(async () => {
      const end = this.#now + ms;
      if (end > lastMoment)
        throw refusal(`at most ${lastMoment - this.#now} ms: the times of events end with the year 9999`);
      while (await this.#fire(end)) {}
      this.#now = end;
    });
  }

  /** Moves to the next timer and runs it. False when there is none. */
  async next(): Promise<boolean> {
    this.#check('clock.next()');
    return this.inTurn(() => this.#fire(Number.POSITIVE_INFINITY));
  }

  /** Runs timers until none is left, at most `limit` (1,000,000). Returns how many ran. @throws INVALID_OPTION */
  async runUntilIdle(options: { limit?: number } = {}): Promise<number> {
    this.#check('clock.runUntilIdle()');
    checkKeys('runUntilIdle', options, ['limit']);
    const { limit = 1_000_000 } = options;
    if (!Number.isSafeInteger(limit) || limit < 0)
      throw fail('INVALID_OPTION', { option: 'limit', value: limit, expected: 'a whole number from 0' });
    return this.inTurn(async () => {
      let ran = 0;
      while (ran < limit && (await this.#fire(Number.POSITIVE_INFINITY))) ran++;
      return ran;
    });
  }

  /** When the next timer comes due; undefined when there is none. */
  get nextDueAt(): number | undefined {
    return this.#first()?.at;
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const moved = this.#moving.then(async () => {
      await this.#settled();
      return work();
    });
    this.#moving = moved.catch(() => {});
    return moved;
  }

  #first(): Timer | undefined {
    return this.#timers.reduce<Timer | undefined>(
      (first, timer) =>
        !first || timer.at < first.at || (timer.at === first.at && timer.seq < first.seq) ? timer : first,
      undefined,
    );
  }

  async #fire(until: number): Promise<boolean> {
    const due = this.#first();
    if (!due || due.at > until) return false;
    this.#timers = this.#timers.filter((timer) => timer !== due);
    this.#now = Math.max(this.#now, due.at);
    due.fn();
    await this.#settled();
    return true;
  }
}

/** Milliseconds since the epoch on the machine's clock, for showing when something really happened, whatever time the mock has. */
export const realNow = (): number => machineNow();

/** Milliseconds on a clock that never goes back, for measuring real answers. Not a time of day. */
export const monotonicNow = (): number => monotonic();

/**
 * A deadline in real time, for what real programs do: handlers answer, sockets connect. The mock's clock may stand still meanwhile.
 * Returns its cancellation.
 */
export const realDeadline = (ms: number, fn: () => void): (() => void) =>
  sleep(countdown(ms), fn, { keepsAlive: false });

/** A pause in real time, for a program that waits before it tries again: unlike a deadline it keeps the process alive. Returns its cancellation. */
export const realPause = (ms: number, fn: () => void): (() => void) => sleep(countdown(ms), fn, { keepsAlive: true });

/** Waits for `done`, but no longer than `ms` in real time. */
export async function within(ms: number, done: Promise<unknown>): Promise<void> {
  let cancel = (): void => {};
  const late = new Promise<void>((resolve) => {
    cancel = realDeadline(ms, resolve);
  });
  try {
    await Promise.race([done, late]);
  } finally {
    cancel();
  }
}

/** Resolves in a later turn of the event loop, as what comes over a socket would: not within what asked for it. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    realSetImmediate(resolve);
  });
