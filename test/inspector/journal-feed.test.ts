import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalFact } from '../../src/core/types.ts';
import type { StreamMessage } from '../../src/http/inspect-api.ts';
import { JournalFeed } from '../../src/inspector/journal-feed.ts';
import { Journal } from '../../src/runtime/journal.ts';

/** A journal to write into, pages that are told it, and the clock by which they are told how much. */
function desk(capacity = 50_000) {
  const journal = new Journal(() => 0, capacity);
  let ms = 0;
  const open = (after?: number): JournalFeed =>
    new JournalFeed({ journal, run: 'r', now: () => 0, measuredMs: () => undefined, monotonicNow: () => ms, after });
  const pass = (duration: number): void => {
    ms += duration;
  };
  return { journal, open, pass };
}

const ids = (n: number) => ({ deliveryId: `d${n}`, eventId: `e${n}`, eventType: 't', subscriptionId: 's' });
const attempt = (n: number) => ({ ...ids(n), attempt: 1, destination: 'https://handler.example' });
const published = (n: number): JournalFact => ({
  type: 'event.published',
  eventId: `e${n}`,
  eventType: 't',
  deliveries: 1,
});
const started = (n: number): JournalFact => ({ type: 'attempt.started', ...attempt(n) });
const finished = (n: number): JournalFact => ({
  type: 'attempt.finished',
  ...attempt(n),
  outcome: { kind: 'answered', status: 200, durationMs: 1 },
  verdict: { do: 'deliver' },
});
const dropped = (n: number): JournalFact => ({ type: 'delivery.dropped', ...ids(n), reason: 'too_old' });

function append(journal: Journal, from: number, to: number, ...facts: ((n: number) => JournalFact)[]): void {
  for (let n = from; n <= to; n++) for (const fact of facts) journal.append(fact(n));
}

/** A turn, message by message. */
function turn(feed: JournalFeed): StreamMessage[] {
  feed.beginTurn();
  const messages: StreamMessage[] = [];
  do messages.push(feed.next());
  while (!feed.isTurnOver);
  return messages;
}

const entriesOf = (messages: StreamMessage[]) => messages.flatMap(({ entries }) => entries);
const deliveriesOf = (messages: StreamMessage[], type: string): string[] =>
  entriesOf(messages).flatMap((entry) => (entry.type === type && 'delivery_id' in entry ? [entry.delivery_id] : []));
const leftOut = (messages: StreamMessage[]): number =>
  messages.reduce((sum, { sampled }) => sum + (sampled?.left_out ?? 0), 0);

describe('a journal that is too busy for a page', () => {
  it('tells a burst whole, and what goes on like that as a sample that says how large it is', () => {
    const { journal, open, pass } = desk();
    const feed = open();
    feed.next();
    append(journal, 1, 1_000, published, started, finished);
    const burst = turn(feed);
    expect(entriesOf(burst)).toHaveLength(3_000);
    expect(burst.every((message) => !('sampled' in message) && message.entries.length <= 500)).toBe(true);
    for (let round = 1; round <= 5; round++) {
      pass(100);
      append(journal, round * 1_000 + 1, (round + 1) * 1_000, published, started, finished);
      const messages = turn(feed);
      const told = entriesOf(messages).length;
      expect(told).toBeGreaterThan(20);
      expect(told).toBeLessThan(1_500);
      expect(told + leftOut(messages)).toBe(3_000);
      const { one_in: oneIn = 0 } = messages[0]?.sampled ?? {};
      expect(Math.log2(oneIn) % 1).toBe(0);
      expect(Math.abs(told - 3_000 / oneIn)).toBeLessThan(10);
    }
  });

  it('tells everything again after a while of quiet', () => {
    const { journal, open, pass } = desk();
    const feed = open();
    feed.next();
    append(journal, 1, 5_000, published, started, finished);
    expect(leftOut(turn(feed))).toBeGreaterThan(0);
    pass(8_000);
    append(journal, 5_001, 6_000, published, started, finished);
    expect(leftOut(turn(feed))).toBe(0);
  });

  it('always tells what is rare', () => {
    const { journal, open } = desk();
    const feed = open();
    feed.next();
    append(journal, 1, 10_000, started, finished);
    journal.append({
      type: 'subscription.suspended',
      subscriptionId: 's',
      by: 'system',
      reason: 'failure_share',
      lost: 3,
    });
    append(journal, 10_001, 20_000, started, finished);
    const messages = turn(feed);
    expect(messages[0]?.sampled?.one_in).toBeGreaterThan(1);
    expect(entriesOf(messages)).toContainEqual(expect.objectContaining({ type: 'subscription.suspended' }));
  });

  it('tells a delivery whole or not at all, however the load goes up and down', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 2, maxLength: 8 }), (loads) => {
        const { journal, open, pass } = desk();
        const feed = open();
        const messages = [feed.next()];
        let begun = 0;
        let ended = 0;
        for (const load of loads) {
          append(journal, begun + 1, begun + load, started);
          begun += load;
          const until = Math.max(ended, begun - 500);
          append(journal, ended + 1, until, finished);
          ended = until;
          pass(100);
          messages.push(...turn(feed));
        }
        append(journal, ended + 1, begun, dropped);
        messages.push(...turn(feed));
        const ends = [...deliveriesOf(messages, 'attempt.finished'), ...deliveriesOf(messages, 'delivery.dropped')];
        expect(ends.sort()).toEqual(deliveriesOf(messages, 'attempt.started').sort());
        expect(messages.at(-1)?.last_seq).toBe(journal.lastSeq);
        // What an earlier turn left out goes on being left out, in a turn that leaves out nothing of its own as well.
        for (const { sampled } of messages) if (sampled) expect(sampled.one_in).toBeGreaterThan(1);
      }),
      { numRuns: 30 },
    );
  });

  it('tells the end of what a page was told before its connection was lost', () => {
    const { journal, open } = desk();
    append(journal, 1, 300, started);
    const feed = open(journal.lastSeq);
    feed.next();
    append(journal, 301, 20_000, started);
    append(journal, 1, 300, finished);
    const told = new Set(deliveriesOf(turn(feed), 'attempt.finished'));
    expect(told.size).toBe(300);
  });
});

describe('what a page is told of the past', () => {
  it('is the latest ten thousand deliveries, and how many entries came before', () => {
    const { journal, open } = desk();
    append(journal, 1, 12_000, published, started, finished);
    const feed = open();
    const messages = [feed.next()];
    while (!feed.isTurnOver) messages.push(feed.next());
    expect(entriesOf(messages)).toHaveLength(30_000);
    expect(messages.map(({ missed }) => missed).filter((missed) => missed > 0)).toEqual([6_000]);
    expect(leftOut(messages)).toBe(0);
  });

  it('is what the journal still has, and how much it has not, when a page did not read for long', () => {
    const { journal, open } = desk(100);
    const feed = open();
    append(journal, 1, 10, published);
    turn(feed);
    append(journal, 11, 500, published);
    const messages = turn(feed);
    expect(messages[0]).toMatchObject({ missed: 390, last_seq: 500 });
    expect(entriesOf(messages).map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, n) => 401 + n));
  });

  it('begins anew with the deliveries whose ends may be among what the journal has not any more', () => {
    const { journal, open, pass } = desk(5_000);
    const feed = open();
    append(journal, 1, 1, started);
    turn(feed);
    append(journal, 2, 6_000, published);
    journal.append(finished(1));
    pass(100);
    const messages = turn(feed);
    expect(messages[0]?.missed).toBeGreaterThan(0);
    expect(deliveriesOf(messages, 'attempt.finished')).toEqual([]);
  });

  it('goes on while the past is told: nothing twice, nothing left out', () => {
    const { journal, open } = desk();
    append(journal, 1, 1_000, published);
    const feed = open();
    const messages = [feed.next()];
    append(journal, 1_001, 1_200, published);
    while (!feed.isTurnOver) messages.push(feed.next());
    expect(entriesOf(messages)).toHaveLength(1_000);
    messages.push(...turn(feed));
    expect(entriesOf(messages).map(({ seq }) => seq)).toEqual(Array.from({ length: 1_200 }, (_, n) => n + 1));
  });
});
