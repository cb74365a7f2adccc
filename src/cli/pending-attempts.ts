import { monotonicNow, realDeadline } from '../runtime/clock.ts';

/** Shows an attempt as pending only when its answer is a while in coming, so that a quick one takes a single line. */
export class PendingAttempts<Key> {
  readonly #afterMs: number;
  /** Oldest first: one timer for all of them, because nearly every one is answered before. */
  readonly #waiting = new Map<Key, { since: number; show: () => void }>();
  #cancel: (() => void) | undefined;

  constructor(afterMs = 100) {
    this.#afterMs = afterMs;
  }

  started(key: Key, show: () => void): void {
    this.#waiting.set(key, { since: monotonicNow(), show });
    this.#cancel ??= realDeadline(this.#afterMs, this.#look);
  }

  finished(key: Key): void {
    this.#waiting.delete(key);
  }

  close(): void {
    this.#cancel?.();
    this.#waiting.clear();
  }

  readonly #look = (): void => {
    this.#cancel = undefined;
    const now = monotonicNow();
    for (const [key, { since, show }] of this.#waiting) {
      const leftMs = since + this.#afterMs - now;
      if (leftMs > 0) {
        this.#cancel = realDeadline(leftMs, this.#look);
        return;
      }
      this.#waiting.delete(key);
      show();
    }
  };
}
