import { describe, expect, it } from 'vitest';
import { start } from '../mock/integration.ts';

interface Page {
  items: { seq: number; type: string; at: string; event_id?: string }[];
  first_seq: number;
  last_seq: number;
  missed: number;
  next_after: number;
}

const read = async (url: string, query = '', init: RequestInit = {}): Promise<Page> => {
  const response = await fetch(`${url}/_mock/journal?${query}`, init);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as Page;
};

const messageOf = async (url: string, query: string): Promise<string> => {
  const response = await fetch(`${url}/_mock/journal?${query}`);
  const { errors } = (await response.json()) as { errors: { message: string }[] };
  return `${response.status} ${errors.map(({ message }) => message).join('; ')}`;
};

const publish = (mock: Awaited<ReturnType<typeof start>>, count = 1) =>
  mock.generate({ types: ['product.updated'], count });

describe('GET /_mock/journal', () => {
  it('answers the entries after a number, oldest first, page by page', async () => {
    const mock = await start();
    const published = await publish(mock, 5);
    const first = await read(mock.url, 'types=event.published&limit=3');
    expect(first.items.map(({ event_id }) => event_id)).toEqual(published.slice(0, 3).map(({ id }) => id));
    expect(first).toMatchObject({ first_seq: 1, last_seq: mock.journal.lastSeq, missed: 0 });
    const second = await read(mock.url, `types=event.published&limit=3&after=${first.next_after}`);
    expect(second.items.map(({ event_id }) => event_id)).toEqual(published.slice(3).map(({ id }) => id));
    expect(second.next_after).toBe(second.last_seq);
    expect((await read(mock.url, `after=${second.next_after}`)).items).toEqual([]);
  });

  it('waits for the next entry of the types that are asked for', async () => {
    const mock = await start();
    const polling = read(mock.url, 'types=event.published&wait_ms=30000');
    mock.faults.add({ status: 503, first: 1 });
    const [event] = await publish(mock);
    const page = await polling;
    expect(page.items).toMatchObject([{ type: 'event.published', event_id: event?.id }]);
    expect(page.items[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/);
  });

  it('answers an empty page when nothing happens in the time that was given', async () => {
    const mock = await start();
    const page = await read(mock.url, `after=${mock.journal.lastSeq}&wait_ms=20`);
    expect(page).toMatchObject({ items: [], missed: 0, next_after: mock.journal.lastSeq });
  });

  it('says how many entries are not there any more', async () => {
    const mock = await start();
    await publish(mock, 3);
    const { last_seq } = await read(mock.url);
    mock.reset();
    const page = await read(mock.url, 'after=1');
    expect(page.items).toMatchObject([{ type: 'mock.reset' }]);
    expect(page).toMatchObject({ first_seq: last_seq + 1, missed: last_seq - 1 });
  });

  it('ends with the mock: nobody waits for the other', async () => {
    const mock = await start();
    const polling = read(mock.url, `after=${mock.journal.lastSeq}&wait_ms=30000`);
    const other = await read(mock.url, 'wait_ms=0');
    await mock.close();
    expect(await polling).toMatchObject({ items: [], next_after: other.last_seq });
  });

  it('stops listening when the client goes away', async () => {
    const mock = await start();
    const { subscribe } = mock.journal;
    let listeners = 0;
    const waits: (() => void)[] = [];
    const changed = (by: number): void => {
      listeners += by;
      for (const check of waits.splice(0)) check();
    };
    const reach = async (n: number): Promise<void> => {
      while (listeners !== n) await new Promise<void>((resolve) => waits.push(resolve));
    };
    mock.journal.subscribe = (listener) => {
      const end = subscribe.call(mock.journal, listener);
      changed(1);
      return () => {
        end();
        changed(-1);
      };
    };
    const client = new AbortController();
    const polling = read(mock.url, `after=${mock.journal.lastSeq}&wait_ms=30000`, { signal: client.signal });
    await reach(1);
    client.abort();
    await expect(polling).rejects.toThrow('abort');
    await reach(0);
  });

  it.each([
    ['wiat_ms=1', 'the query must not have "wiat_ms"'],
    ['wait_ms=30001', 'wait_ms: must be a whole number from 0 to 30000, got "30001"'],
    ['limit=1001', 'limit: must be a whole number from 1 to 1000, got "1001"'],
    ['types=attempt.finnished', 'types.0: must be one of "subscriber.created"'],
    ['after=1&after=2', 'after: is given 2 times'],
    ['after=999', 'after: 999 is ahead of the latest entry'],
  ])('refuses %s by name', async (query, message) => {
    const mock = await start();
    expect(await messageOf(mock.url, query)).toContain(`400 ${message}`);
  });
});
