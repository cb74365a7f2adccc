import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../src/events/catalog.ts';
import type { EventTypesBody } from '../../src/http/inspect-api.ts';
import { start } from '../mock/integration.ts';

interface Problem {
  field: string;
  message: string;
}
interface Event {
  [attribute: string]: unknown;
  id: string;
  type: string;
  time: string;
  data: Record<string, unknown>;
}

async function post<T>(url: string, body: unknown): Promise<{ status: number; body: T }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as T };
}

/** A mock in virtual time, with what somebody has who writes events by hand. */
async function desk() {
  const mock = await start({ clock: 'virtual' });
  const draft = async (wish: { type: string; seed?: number }): Promise<Event> =>
    (await post<{ event: Event }>(`${mock.url}/_mock/events/draft`, wish)).body.event;
  const check = async (event: unknown): Promise<Problem[]> =>
    (await post<{ problems: Problem[] }>(`${mock.url}/_mock/events/check`, { event })).body.problems;
  return { mock, draft, check };
}

describe('GET /_mock/event-types', () => {
  it('lists every type with the path of its schema', async () => {
    const { mock } = await desk();
    const { items } = (await (await fetch(`${mock.url}/_mock/event-types`)).json()) as EventTypesBody;
    expect(items.map(({ type }) => type)).toEqual(eventTypes);
    for (const { schema, short_name } of items.slice(0, 3))
      expect(await (await fetch(mock.url + schema)).json()).toMatchObject({ title: short_name });
  });
});

describe('POST /_mock/events/draft', () => {
  it.each(eventTypes)('makes an event of %s that nothing is to be said against', async (type) => {
    const { draft, check } = await desk();
    const event = await draft({ type });
    expect(event.type).toBe(type);
    expect(await check(event)).toEqual([]);
  });

  it('makes it at the mock’s time, another one for another seed, and the same one again', async () => {
    const { mock, draft } = await desk();
    const type = 'product.updated.delta';
    const event = await draft({ type });
    expect(Date.parse(event.time)).toBe(mock.clock.now());
    expect(await draft({ type })).toEqual(event);
    expect((await draft({ type, seed: 2 })).data).not.toEqual(event.data);
  });

  it('publishes nothing, and changes nothing of what is generated later', async () => {
    const generated = async (drafts: number) => {
      const { mock, draft } = await desk();
      const first = await mock.publish('product.updated');
      for (let n = 0; n < drafts; n++) await draft({ type: 'product.updated' });
      const event = await draft({ type: 'product.updated', seed: 1 });
      const later = [first, await mock.publish('product.updated'), ...(await mock.publishNext()).map((e) => e.event)];
      expect(later.map(({ id }) => id)).not.toContain(event.id);
      return { later, published: [...mock.journal.entries()].filter((entry) => entry.type === 'event.published') };
    };
    expect(await generated(3)).toEqual(await generated(0));
  });

  it('refuses a type that it does not know, with the nearest one', async () => {
    const { mock } = await desk();
    const { status, body } = await post<{ errors: unknown }>(`${mock.url}/_mock/events/draft`, {
      type: 'product.udpated',
    });
    expect([status, body]).toMatchObject([400, { errors: [{ code: 'UNKNOWN_EVENT_TYPE' }] }]);
    expect(JSON.stringify(body)).toContain('com.akeneo.pim.v1.product.updated');
  });
});

describe('POST /_mock/events/check', () => {
  const author = { identifier: 'julia', type: 'user' };
  const uuid = '0b47ca21-8f0c-4d4e-9a6a-8c1f2a4b9d10';

  it('takes a type and data: the rest is filled in when it is published', async () => {
    const { mock, check } = await desk();
    const event = { type: 'product.updated', data: { product: { uuid }, author } };
    expect(await check(event)).toEqual([]);
    await mock.publish(event);
  });

  it.each([
    [{ product: { uuid: 'x' }, author }, 'data.product.uuid', 'must be a valid uuid'],
    [{ product: {}, author }, 'data.product.uuid', 'is required'],
    [
      { product: { uuid }, author: { ...author, type: 'robot' } },
      'data.author.type',
      /^must be one of "user", .*"robot"$/,
    ],
    [{ product: { uuid, colour: 'red' }, author }, 'data.product.colour', 'is not in an event of this type'],
    ['text', 'data', 'must be an object, got a string'],
  ])('says of %j where it is not what its schema says', async (data, field, message) => {
    const { check } = await desk();
    const expected = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await check({ type: 'product.updated', data })).toEqual([{ field, message: expected }]);
  });

  it('names every problem at once', async () => {
    const { check } = await desk();
    const event = { type: 'product.updated', id: 'mine', time: 'yesterday', data: { product: {}, extra: 1 } };
    expect((await check(event)).map(({ field }) => field).sort()).toEqual([
      'data.author',
      'data.extra',
      'data.product.uuid',
      'id',
      'time',
    ]);
  });

  it('holds a changed value against the form that its type has, whatever other forms there are', async () => {
    const { draft, check } = await desk();
    const event = await draft({ type: 'product.updated.delta' });
    const change = { previous: null, new: 'twelve', type: 'pim_catalog_number', locale: null, scope: null };
    const product = event.data.product as object;
    const data = { ...event.data, product: { ...product, changes: { values: { weight: [change] } } } };
    expect(await check({ ...event, data })).toEqual([
      { field: 'data.product.changes.values.weight.0.new', message: 'must be a number, got a string' },
    ]);
  });

  it.each([
    [{ data: {} }, 'type', 'is required: the name of an event type'],
    [[], '', 'must be one event; replay takes a list of them, got "[…]"'],
    ['product.updated', '', 'must be a JSON object or the name of a type, got "product.updated"'],
    [{ type: 'benchmark.test', Upper: 1, data: { index: 1, padding: '' } }, 'Upper', /^must be named with lower-case/],
  ])('says of %j that it is no event that can be published', async (event, field, message) => {
    const { check } = await desk();
    const expected = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await check(event)).toContainEqual({ field, message: expected });
  });

  it('checks the envelope alone of a type that it does not know, and says so', async () => {
    const { check } = await desk();
    const problems = await check({ type: 'com.example.thing', time: 'soon', data: { any: 'thing' } });
    expect(problems.map(({ field }) => field)).toEqual(['type', 'time']);
    expect(problems[0]?.message).toMatch(/^unknown event type "com.example.thing".*; only the envelope was checked$/);
  });
});
