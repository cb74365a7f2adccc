import type { ReplayEvent } from '../recordings/replay-events.ts';

/** One request carries so much at most; the next waits for its answer, so that a long recording does not pile up. */
const batchEvents = 1_000;
const batchCharacters = 1024 * 1024;

/** What batches of one replay have in common. */
export interface BatchForm {
  exact: boolean;
  keepIds: boolean;
}

/** The events in parts that one request can carry. */
export function* inBatches(events: readonly ReplayEvent[]): Generator<readonly ReplayEvent[]> {
  let from = 0;
  let characters = 0;
  for (const [n, { text }] of events.entries()) {
    if (n > from && (n - from >= batchEvents || characters + text.length > batchCharacters)) {
      yield events.slice(from, n);
      [from, characters] = [n, 0];
    }
    characters += text.length;
  }
  if (from < events.length) yield events.slice(from);
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
