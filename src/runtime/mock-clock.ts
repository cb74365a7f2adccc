import { fail } from '../errors.ts';
import { type Clock, SystemClock, VirtualClock } from './clock.ts';
import { ScaledClock } from './scaled-clock.ts';

export type ClockKind = 'system' | 'scaled' | 'virtual' | 'own';

/** Where virtual time begins unless somebody says otherwise: fixed, so that two runs are the same. A Monday morning. */
export const virtualStart = Date.parse('2026-01-05T08:00:00Z');

/** How a mock is told which clock to live by. */
export interface ClockOptions {
  clock: 'system' | 'virtual' | Clock;
  timeScale?: number | undefined;
  /** Milliseconds since the epoch at which virtual time begins. */
  startTime?: number | undefined;
}

/** @throws CONFLICTING_OPTIONS */
export function makeClock({ clock, timeScale, startTime }: ClockOptions): Clock {
  const isVirtual = clock === 'virtual';
  const name = typeof clock === 'string' ? `--clock ${clock}` : 'a clock of your own';
  if (timeScale !== undefined && clock !== 'system')
    throw fail('CONFLICTING_OPTIONS', { options: ['--time-scale', name] });
  if (startTime !== undefined && !isVirtual) throw fail('CONFLICTING_OPTIONS', { options: ['--start-time', name] });
  if (isVirtual) return new VirtualClock(startTime ?? virtualStart);
  if (clock !== 'system') return clock;
  return timeScale === undefined ? new SystemClock() : new ScaledClock(timeScale);
}

/** The clock of a mock as its user holds it: whether it can be moved depends on the clock underneath. */
export class MockClock implements Clock {
  readonly kind: ClockKind;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    if (clock instanceof VirtualClock) this.kind = 'virtual';
    else if (clock instanceof ScaledClock) this.kind = 'scaled';
    else this.kind = clock instanceof SystemClock ? 'system' : 'own';
  }

  now(): number {
    return this.#clock.now();
  }

  wakeAt(at: number, fn: () => void): () => void {
    return this.#clock.wakeAt(at, fn);
  }

  /** How many times faster than real time it runs; undefined when it does not run by itself. */
  get scale(): number | undefined {
    if (this.#clock instanceof ScaledClock) return this.#clock.scale;
    return this.kind === 'system' ? 1 : undefined;
  }

  /** When the next timer comes due, where that is known. */
  get nextDueAt(): number | undefined {
    return this.#clock instanceof VirtualClock ? this.#clock.nextDueAt : undefined;
  }

  /** Moves `ms` forward, timer by timer. @throws CLOCK_NOT_MOVABLE, INVALID_OPTION, REENTRANT_CALL from within an in-process handler */
  advance(ms: number): Promise<void> {
    return this.#movable().advance(ms);
  }

  /** Moves to the next timer and runs it; false when there is none. @throws CLOCK_NOT_MOVABLE, REENTRANT_CALL */
  next(): Promise<boolean> {
    return this.#movable().next();
  }

  /** Runs timers until none is left, at most `limit`, and answers how many ran. @throws CLOCK_NOT_MOVABLE, INVALID_OPTION, REENTRANT_CALL */
  runUntilIdle(options?: { limit?: number }): Promise<number> {
    return this.#movable().runUntilIdle(options);
  }

  #movable(): VirtualClock {
    if (this.#clock instanceof VirtualClock) return this.#clock;
    throw fail('CLOCK_NOT_MOVABLE', { kind: this.kind });
  }
}
