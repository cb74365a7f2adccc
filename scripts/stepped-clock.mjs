/**
 * Time that stands until it is moved, as virtual time does. But for the mock it is a clock like any other: it tells how long its
 * handlers took, which under virtual time it does not.
 */
export class SteppedClock {
  #now = Date.parse('2026-01-05T08:00:00Z');
  #timers = new Set();

  now() {
    return this.#now;
  }

  wakeAt(at, fn) {
    const timer = { at, fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves `ms` forward, timer by timer, and waits until `settled` after each. */
  async pass(ms, settled) {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (!next || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      this.#timers.delete(next);
      next.fn();
    }
    this.#now = end;
  }
}
