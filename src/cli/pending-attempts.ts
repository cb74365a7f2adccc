import { realDeadline } from '../runtime/clock.ts';

/** Shows an attempt as pending only when its answer is a while in coming, so that a quick one takes a single line. */
export class PendingAttempts {
  readonly #afterMs: number;
  readonly #timers = new Map<string, () => void>();

  constructor(afterMs = 100) {
    this.#afterMs = afterMs;
  }

  started(key: string, show: () => void): void {
    const late = (): void => {
      this.#timers.delete(key);
      show();
    };
    this.#timers.set(key, realDeadline(this.#afterMs, late));
  }

  finished(key: string): void {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}
