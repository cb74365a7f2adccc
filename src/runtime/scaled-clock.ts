import { type Clock, SystemClock } from './clock.ts';

/** Time that runs `scale` times as fast as another clock's, from the moment at which it is made: at 60 an hour takes a minute. */
export class ScaledClock implements Clock {
  readonly scale: number;
  readonly #base: Clock;
  readonly #startAt: number;

  constructor(scale: number, base: Clock = new SystemClock()) {
    this.scale = scale;
    this.#base = base;
    this.#startAt = base.now();
  }

  now(): number {
    return this.#startAt + Math.floor((this.#base.now() - this.#startAt) * this.scale);
  }

  wakeAt(at: number, fn: () => void): () => void {
    // Rounded up: whoever is woken finds that the time has come.
    return this.#base.wakeAt(this.#startAt + Math.ceil((at - this.#startAt) / this.scale), fn);
  }
}
