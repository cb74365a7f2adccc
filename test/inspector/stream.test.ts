import { describe, expect, it, onTestFinished } from 'vitest';
import type { StreamMessage } from '../../src/http/inspect-api.ts';
import type { Mock } from '../../src/mock.ts';
import { start } from '../mock/integration.ts';
import { StreamReader } from './stream-reader.ts';

const publish = (mock: Mock, count = 1) => mock.generate({ types: ['product.updated'], count });
const numbersOf = (messages: StreamMessage[]): number[] =>
  messages.flatMap(({ entries }) => entries.map(({ seq }) => seq));
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** Counts who listens to the journal, from now on. */
function listenersOf(mock: Mock) {
  const { subscribe } = mock.journal;
  let listeners = 0;
  const waiting: (() => void)[] = [];
  const changed = (by: number): void => {
    listeners += by;
    for (const check of waiting.splice(0)) check();
  };
  mock.journal.subscribe = (listener) => {
    const end = subscribe.call(mock.journal, listener);
    changed(1);
    return () => {
      end();
      changed(-1);
    };
  };
  return {
    reach: async (n: number): Promise<void> => {
      while (listeners !== n) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

describe('GET /_mock/stream', () => {
  it('begins with what is kept and goes on with what comes', async () => {
    const mock = await start({ clock: 'virtual' });
    await mock.subscribe({ handler: () => new Response() });
    const [before] = await publish(mock);
    const page = await StreamReader.open(mock.url);
    const first = await page.next();
    expect(first?.message).toMatchObject({ missed: 0, last_seq: mock.journal.lastSeq });
    expect(first?.id).toBe(`${first?.message.run}:${first?.message.last_seq}`);
    expect(first?.message).not.toHaveProperty('sampled');
    expect(first?.message.entries).toContainEqual(
      expect.objectContaining({ type: 'event.published', event_id: before?.id }),
    );
    await publish(mock);
    await mock.drain();
    const later = await page.until(({ type }) => type === 'attempt.finished');
    const told = [...(first ? [first.message] : []), ...later];
    expect(numbersOf(told)).toEqual(upTo(mock.journal.lastSeq));
  });

  it('says beside the journal how long answers took, where time is moved by hand', async () => {
    const mock = await start({ clock: 'virtual' });
    await mock.subscribe({ handler: () => new Response() });
    await publish(mock);
    await mock.drain();
    const page = await StreamReader.open(mock.url);
    const message = (await page.next())?.message;
    const finished = message?.entries.filter(({ type }) => type === 'attempt.finished') ?? [];
    expect(finished).toMatchObject([{ outcome: { duration_ms: 0 } }]);
    expect(message?.measured_ms).toEqual({ [finished[0]?.seq ?? 0]: expect.any(Number) });
  });

  it('says at once which run it is, even when nothing has happened yet', async () => {
    const mock = await start();
    const page = await StreamReader.open(mock.url);
    expect((await page.next())?.message).toMatchObject({ run: expect.any(String), last_seq: 0, entries: [] });
  });

  it('goes on exactly where a lost connection ended', async () => {
    const mock = await start({ clock: 'virtual' });
    await mock.subscribe({ handler: () => new Response() });
    const numbers: number[] = [];
    let lastEventId = '';
    for (let connection = 0; connection < 5; connection++) {
      const page = await StreamReader.open(mock.url, lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId });
      await publish(mock, 3);
      const until = mock.journal.lastSeq;
      numbers.push(...numbersOf(await page.upTo(until)));
      ({ lastEventId } = page);
      page.abort();
      await publish(mock, 2);
    }
    const page = await StreamReader.open(mock.url, {}, `?last_event_id=${encodeURIComponent(lastEventId)}`);
    numbers.push(...numbersOf(await page.upTo(mock.journal.lastSeq)));
    expect(numbers).toEqual(upTo(mock.journal.lastSeq));
  });

  it.each(['another-run:3', 'nonsense', ':', '999999999'])('begins anew for the id %s', async (id) => {
    const mock = await start();
    await publish(mock, 3);
    const page = await StreamReader.open(mock.url, { 'Last-Event-ID': id });
    const first = (await page.next())?.message;
    expect(first?.run).not.toBe('another-run');
    expect(numbersOf(first ? [first] : [])).toEqual(upTo(mock.journal.lastSeq));
  });

  it('begins anew for a number that this run has not reached', async () => {
    const mock = await start();
    await publish(mock);
    const run = (await (await StreamReader.open(mock.url)).next())?.message.run;
    const page = await StreamReader.open(mock.url, { 'Last-Event-ID': `${run}:999` });
    expect((await page.next())?.message.entries[0]?.seq).toBe(1);
  });

  it('shows a reset as an entry, and misses nothing that was to be forgotten', async () => {
    const mock = await start();
    const page = await StreamReader.open(mock.url);
    await publish(mock, 3);
    await page.until(({ type }) => type === 'event.published');
    await publish(mock, 2);
    mock.reset();
    const [told] = (await page.until(({ type }) => type === 'mock.reset')).slice(-1);
    expect(told).toMatchObject({ missed: 0, entries: [{ type: 'mock.reset', seq: mock.journal.lastSeq }] });
    const other = await StreamReader.open(mock.url);
    expect((await other.next())?.message).toMatchObject({ missed: 0, entries: [{ type: 'mock.reset' }] });
  });

  it('tells a long past in messages that a page can take one by one', async () => {
    const mock = await start();
    await publish(mock, 1_200);
    const page = await StreamReader.open(mock.url);
    const messages = await page.upTo(mock.journal.lastSeq);
    expect(Math.max(...messages.map(({ entries }) => entries.length))).toBe(500);
    expect(numbersOf(messages)).toEqual(upTo(mock.journal.lastSeq));
  });

  it('keeps nothing for a page that does not read: it is told later what there still is, and how much there is not', async () => {
    const mock = await start();
    const event = { specversion: '1.0', source: 'pim', type: 'com.akeneo.pim.v1.product.updated' } as const;
    const flood = (): void => {
      for (let n = 0; n < 10; n++)
        mock.replay(Array.from({ length: 4_000 }, (_, i) => ({ ...event, id: `e${n}-${i}` })));
    };
    flood();
    const page = await StreamReader.open(mock.url);
    flood();
    flood();
    const messages = await page.upTo(mock.journal.lastSeq);
    const numbers = numbersOf(messages);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    const sum = (count: (message: StreamMessage) => number): number =>
      messages.reduce((total, message) => total + count(message), 0);
    const missed = sum((message) => message.missed);
    expect(missed).toBeGreaterThan(0);
    expect(numbers.length + missed + sum(({ sampled }) => sampled?.left_out ?? 0)).toBe(120_000);
  });

  it('refuses a parameter that it does not know', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/_mock/stream?last_id=1`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('the query must not have \\"last_id\\"');
  });
});

describe('the end of a stream', () => {
  it('comes with the end of the mock, which waits for no page', async () => {
    const mock = await start();
    const page = await StreamReader.open(mock.url);
    await page.next();
    await mock.close();
    expect(await page.next()).toBeUndefined();
  });

  it('comes at once for a page that does not read', async () => {
    const mock = await start();
    await publish(mock, 5_000);
    await StreamReader.open(mock.url);
    await mock.close();
  });

  it('leaves no listener behind, fifty times over', async () => {
    const mock = await start();
    const listeners = listenersOf(mock);
    const pages = await Promise.all(upTo(50).map(() => StreamReader.open(mock.url)));
    await Promise.all(pages.map((page) => page.next()));
    for (const page of pages) page.next().catch(() => {});
    await listeners.reach(50);
    for (const page of pages) page.abort();
    await listeners.reach(0);
  });

  it('is waited for by as many pages as there are, of which Node does not warn', async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error): void => void warnings.push(message);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const mock = await start();
    const pages = await Promise.all(upTo(20).map(() => StreamReader.open(mock.url)));
    await Promise.all(pages.map((page) => page.next()));
    await mock.close();
    expect(warnings).toEqual([]);
  });

  it('leaves none behind after a question for the headers alone', async () => {
    const mock = await start();
    const listeners = listenersOf(mock);
    const { status, headers } = await fetch(`${mock.url}/_mock/stream`, { method: 'HEAD' });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    await listeners.reach(0);
  });
});
