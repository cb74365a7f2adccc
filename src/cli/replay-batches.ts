import type { ReplayEvent } from '../recordings/replay-events.ts';

/** One request carries so much at most, so that a long recording does not pile up. */
const batchEvents = 1_000;
const batchCharacters = 1024 * 1024;

/** What batches of one replay have in common. */
export interface BatchForm {
  exact: boolean;
  keepIds: boolean;
}

/** Events that are read and not sent yet, given out in parts that one request can carry. */
export class ReplayBatches {
  readonly #longestMs: number;
  #events: ReplayEvent[] = [];

  /** `longestMs`: so much time, in milliseconds, may lie between the first and the last event of a part. */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  add(events: readonly ReplayEvent[]): void {
    for (const event of events) this.#events.push(event);
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** Whether what is here fills a part, so that more of it would only pile up. */
  get isFull(): boolean {
    return this.#events.length >= batchEvents || this.#partSize() < this.#events.length;
  }

  /** The next part: one event at least, however large. */
  take(): readonly ReplayEvent[] {
    return this.#events.splice(0, this.#partSize());
  }

  #partSize(): number {
    const [first] = this.#events;
    if (!first) return 0;
    const endsAt = (first.afterMs ?? 0) + this.#longestMs;
    let characters = 0;
    const size = this.#events.findIndex(({ text, afterMs = 0 }, n) => {
      characters += text.length;
      return n > 0 && (n >= batchEvents || characters > batchCharacters || afterMs > endsAt);
    });
    return size < 0 ? this.#events.length : size;
  }
}

/** The request for a batch. Events go in as they were read: to parse them and write them anew would take as long as everything else. */
export function batchText(events: readonly ReplayEvent[], { exact, keepIds }: BatchForm): string {
  const afterMs = events[0]?.afterMs === undefined ? '' : `,"after_ms":${JSON.stringify(events.map(timeOf))}`;
  const items = exact
    ? `"deliveries":${JSON.stringify(events.map(({ capture }) => capture))}`
    : `"events":[${events.map(({ text }) => text).join(',')}]`;
  return `{${items}${afterMs},"keep_ids":${keepIds}}`;
}

const timeOf = ({ afterMs = 0 }: ReplayEvent): number => afterMs;
