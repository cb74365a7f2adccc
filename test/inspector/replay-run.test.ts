import { describe, expect, it } from 'vitest';
import type { ReplayAnswer } from '../../src/http/replay.ts';
import { readRecorded } from '../../src/inspector/client/publish/recorded-event.ts';
import {
  batchCharacters,
  batchEvents,
  type EventBatch,
  namedBadLines,
  type Recording,
  ReplayRun,
  type ReplayWishes,
} from '../../src/inspector/client/publish/replay-run.ts';

const event = (n: number, more: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id: `event-${n}`,
  source: 'pim',
  type: 'com.akeneo.pim.v1.product.updated',
  ...more,
});

const recording = (lines: readonly unknown[], name = 'events.ndjson'): Recording => {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(text);
  }
  return { name, chunks: chunks() };
};

/** A mock that takes everything: every event has two deliveries. */
class Taker {
  readonly batches: EventBatch[] = [];
  answer = (batch: EventBatch): ReplayAnswer => ({
    published: batch.events.length,
    deliveries: batch.events.length * 2,
    untaken: {},
    stopped: false,
  });

  send = async (batch: EventBatch): Promise<ReplayAnswer> => {
    this.batches.push(batch);
    return this.answer(batch);
  };
}

const play = (recordings: readonly Recording[], wishes: Partial<ReplayWishes> = {}, taker = new Taker()) => {
  const run = new ReplayRun({ isPaced: false, keepIds: false, ...wishes }, { send: taker.send, onProgress: () => {} });
  return { run, taker, done: run.run(recordings) };
};

describe('a replay', () => {
  it('sends the events in their order, and tells the end', async () => {
    const { taker, done } = play([recording([event(1), event(2)]), recording([event(3)], 'more.ndjson')], {
      keepIds: true,
    });
    expect(await done).toMatchObject({ published: 3, deliveries: 6, badLineCount: 0, isStopped: false });
    expect(taker.batches).toEqual([
      { events: [event(1), event(2), event(3)], keep_ids: true },
      { events: [], keep_ids: true, last: true },
    ]);
  });

  it('sends batches of bounded size, one after the answer to the other', async () => {
    const large = event(0, { data: 'x'.repeat(batchCharacters) });
    const many = Array.from({ length: batchEvents + 1 }, (_, n) => event(n));
    let underWay = 0;
    const taker = new Taker();
    const answer = taker.answer;
    taker.send = async (batch) => {
      expect(++underWay).toBe(1);
      taker.batches.push(batch);
      await new Promise(setImmediate);
      underWay--;
      return answer(batch);
    };
    await play([recording([large, ...many])], {}, taker).done;
    expect(taker.batches.map(({ events }) => events.length)).toEqual([1, batchEvents, 1, 0]);
  });

  it('at the recorded pace says when each event is due, and never goes back', async () => {
    const times = ['2026-01-05T08:00:00Z', '2026-01-05T08:00:05Z', undefined, '2026-01-05T08:00:02Z'];
    const events = times.map((time, n) => event(n, time === undefined ? {} : { time }));
    const { taker, done } = play([recording(events)], { isPaced: true });
    await done;
    expect(taker.batches[0]?.after_ms).toEqual([0, 5_000, 5_000, 5_000]);
  });

  it('takes recorded deliveries, at the times at which they were received', async () => {
    const capture = (n: number, at: string) => ({ received_at: at, headers: {}, body: JSON.stringify(event(n)) });
    const { taker, done } = play(
      [recording([capture(1, '2026-01-05T08:00:00.000Z'), capture(2, '2026-01-05T08:00:00.250Z')])],
      { isPaced: true },
    );
    await done;
    expect(taker.batches[0]).toMatchObject({ events: [event(1), event(2)], after_ms: [0, 250] });
  });

  it('names the lines that it cannot read, and goes on', async () => {
    const { done } = play([recording([event(1), '{"id":', { specversion: '1.0' }, event(2)])]);
    const { published, badLines } = await done;
    expect(published).toBe(2);
    expect(badLines).toMatchObject([
      { file: 'events.ndjson', line: 2, reason: expect.stringMatching(/not valid JSON/) },
      { line: 3, reason: 'it is not a CloudEvent: event id: it is missing, and has to be a non-empty text' },
    ]);
  });

  it('counts bad lines without end, and names the first of them', async () => {
    const { badLines, badLineCount } = await play([recording(Array(200).fill('bad'))]).done;
    expect(badLines).toHaveLength(namedBadLines);
    expect(badLineCount).toBe(200);
  });

  it('without any event asks nothing of the mock', async () => {
    const { taker, done } = play([recording([])]);
    expect(await done).toMatchObject({ published: 0, isStopped: false });
    expect(taker.batches).toEqual([]);
  });

  it('adds up what nobody took, by type', async () => {
    const taker = new Taker();
    taker.answer = ({ events }) => ({
      published: events.length,
      deliveries: 0,
      untaken: { a: 1, b: 2 },
      stopped: false,
    });
    const { untaken } = await play([recording(Array.from({ length: batchEvents + 1 }, (_, n) => event(n)))], {}, taker)
      .done;
    expect(Object.fromEntries(untaken)).toEqual({ a: 2, b: 4 });
  });

  it('that is stopped counts what its batch came to, and sends nothing more', async () => {
    const taker = new Taker();
    let release = (): void => {};
    const isSent = new Promise<void>((sent) => {
      taker.send = (batch) => {
        taker.batches.push(batch);
        sent();
        return new Promise((resolve) => {
          release = () => resolve({ published: 10, deliveries: 10, untaken: {}, stopped: true });
        });
      };
    });
    const { run, done } = play([recording(Array.from({ length: 3 * batchEvents }, (_, n) => event(n)))], {}, taker);
    await isSent;
    run.stop();
    release();
    expect(await done).toMatchObject({ published: 10, isStopped: true });
    expect(taker.batches).toHaveLength(1);
  });

  it('that the mock ends says so', async () => {
    const taker = new Taker();
    taker.answer = () => ({ published: 0, deliveries: 0, untaken: {}, stopped: true });
    const { done } = play([recording(Array.from({ length: 3 * batchEvents }, (_, n) => event(n)))], {}, taker);
    expect(await done).toMatchObject({ isStopped: true });
    expect(taker.batches).toHaveLength(1);
  });

  it('counts what was published before the reading fails', async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(`${JSON.stringify(event(1))}\n`.repeat(batchEvents));
      yield new TextEncoder().encode('\n'.repeat(70_000));
      throw new Error('cut off');
    }
    const { run, done } = play([{ name: 'cut.gz', chunks: chunks() }]);
    await expect(done).rejects.toThrow('cut off');
    expect(run.tally.published).toBe(batchEvents);
  });
});

describe('an item of a recording that is no event', () => {
  it.each([
    ['3', 'it is not a CloudEvent: event itself: 3 is not a JSON object'],
    [
      '{"specversion":"1.0","Id":"1"}',
      'it is not a CloudEvent: event id: it is missing, and has to be a non-empty text',
    ],
    [
      '{"received_at":"2026-01-05T08:00:00Z","body":"<html>"}',
      expect.stringMatching(/^its body: it is not valid JSON/),
    ],
    ['{"body_base64":"AA==","received_at":"2026-01-05T08:00:00Z"}', 'its body is not UTF-8, so it is no CloudEvent'],
    ['{"body":{}}', 'the body of a capture record has to be the exact text that arrived'],
  ])('says why: %s', (text, reason) => {
    expect(readRecorded(text)).toEqual({ reason });
  });
});
