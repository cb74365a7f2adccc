/** Taken when this module loads, as the clock's are: a test with fake timers must not stop the relay. */
const realSetImmediate = globalThis.setImmediate;

/**
 * Says when to write what is gathered for a socket. The first that is wanted soon in a turn of the event loop goes at once, because often
 * it is the only one and somebody waits for it; everything else goes together at the end of the turn.
 */
export class TurnBatch {
  readonly #write: () => void;
  #isInTurn = false;
  #hasWritten = false;
  #isOwed = false;

  /** `write` writes whatever is gathered; it may be called when nothing is. */
  constructor(write: () => void) {
    this.#write = write;
  }

  /** To be called when something was gathered that somebody waits for. */
  soon(): void {
    if (this.#hasWritten) {
      this.later();
      return;
    }
    this.#hasWritten = true;
    this.now();
    this.#beginTurn();
  }

  /** To be called when something was gathered that nobody waits for. */
  later(): void {
    this.#beginTurn();
    this.#isOwed = true;
  }

  /** Writes what is gathered. */
  now(): void {
    this.#isOwed = false;
    this.#write();
  }

  #beginTurn(): void {
    if (this.#isInTurn) return;
    this.#isInTurn = true;
    realSetImmediate(() => {
      this.#isInTurn = false;
      this.#hasWritten = false;
      if (this.#isOwed) this.now();
    });
  }
}
