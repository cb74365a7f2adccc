/** Who is told the result of an item. */
export interface Recipient<Result> {
  settle(result: Result): void;
}

export interface BatcherOptions<Item, Result> {
  /** Sends a batch and answers one result an item. Must not reject. */
  send(items: Item[]): Promise<Result[]>;
  sizeOf(item: Item): number;
  mostItems: number;
  mostBytes: number;
  /** Batches on their way at once. */
  mostInFlight: number;
}

/**
 * Groups what is added into batches, for a client library that makes none: what is added in one turn of the event loop, and while
 * earlier batches are on their way, goes together. Nothing waits for a timer.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  #items: Item[] = [];
  #recipients: Recipient<Result>[] = [];
  #inFlight = 0;
  #isScheduled = false;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  add(item: Item, recipient: Recipient<Result>): void {
    this.#items.push(item);
    this.#recipients.push(recipient);
    this.#schedule();
  }

  /** Once everything that this turn adds is there. */
  #schedule(): void {
    if (this.#isScheduled || this.#items.length === 0 || this.#inFlight >= this.#options.mostInFlight) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      while (this.#items.length > 0 && this.#inFlight < this.#options.mostInFlight) this.#sendOne();
    });
  }

  #sendOne(): void {
    const size = this.#sizeOfNext();
    const recipients = this.#recipients.splice(0, size);
    this.#inFlight++;
    void this.#options.send(this.#items.splice(0, size)).then((results) => {
      this.#inFlight--;
      for (const [at, recipient] of recipients.entries()) recipient.settle(results[at] as Result);
      this.#schedule();
    });
  }

  /** How many of those that wait fit into one batch: one at least, however large. */
  #sizeOfNext(): number {
    const { sizeOf, mostItems, mostBytes } = this.#options;
    let bytes = 0;
    let items = 0;
    for (const item of this.#items) {
      bytes += sizeOf(item);
      if (items > 0 && (items >= mostItems || bytes > mostBytes)) break;
      items++;
    }
    return items;
  }
}
