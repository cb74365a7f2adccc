/** Taken when this module loads, as the clock's are: a test with fake timers must not stop the relay. */
const realSetImmediate = globalThis.setImmediate;

/** Says when to write what is gathered for a socket: together with everything else of a turn of the event loop, or at once. */
export class TurnBatch {
  readonly #write: () => void;
  #isInTurn = false;
  #isOwed = false;

  /** `write` writes whatever is gathered; it may be called when nothing is. */
  constructor(write: () => void) {
    this.#write = write;
  }

  /** To be called when something was gathered that may go with others. */
  later(): void {
    this.#isOwed = true;
    if (this.#isInTurn) return;
    this.#isInTurn = true;
    realSetImmediate(() => {
      this.#isInTurn = false;
      if (this.#isOwed) this.now();
    });
  }

  /** Writes what is gathered. */
  now(): void {
    this.#isOwed = false;
    this.#write();
  }
}
