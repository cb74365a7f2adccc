import { describe, expect, expectTypeOf, it } from 'vitest';
import type { CloudEvent } from '../../src/core/types.ts';
import type { AuthorName } from '../../src/events/author.ts';
import type { EventType } from '../../src/events/catalog.ts';
import type { ProductData, ProductUpdatedDeltaData } from '../../src/events/event-data.ts';
import type { EventInput } from '../../src/events/given-event.ts';
import type { Published } from '../../src/events/published-event.ts';
import type { Mock } from '../../src/mock-handle.ts';
import { start } from './integration.ts';

const uuid = '6a9f8486-2c36-4680-b87f-6f5f8f01b6cf';

describe('publish', () => {
  it('answers the event, which the mock then has', async () => {
    const mock = await start();
    const event = await mock.publish('product.updated', { data: { product: { uuid } } });
    expect(event).toMatchObject({
      type: 'com.akeneo.pim.v1.product.updated',
      data: { product: { uuid } },
      deliveries: 0,
    });
    const own = await mock.publish({ type: 'product.deleted', data: { product: { uuid } } });
    expect(own).toMatchObject({
      specversion: '1.0',
      type: 'com.akeneo.pim.v1.product.deleted',
      data: { product: { uuid } },
    });
  });

  it('answers an event that can be published again: how many take it is no part of it', async () => {
    const mock = await start();
    await mock.subscribe({ handler: () => new Response() });
    const event = await mock.publish('product.updated');
    expect(event.deliveries).toBe(1);
    expect(JSON.parse(JSON.stringify(event))).toEqual(mock.deliveries()[0]?.event);
    await mock.publish(event);
    expect(mock.deliveries()[1]?.event).not.toHaveProperty('deliveries');
    expect(mock.deliveries()[1]?.event).toEqual(mock.deliveries()[0]?.event);
  });

  it('delivers an extension attribute that is called deliveries, and answers how many take the event', async () => {
    const mock = await start();
    await mock.subscribe({ handler: () => new Response() });
    const event = await mock.publish({ type: 'product.deleted', deliveries: 'by van' });
    expect(event.deliveries).toBe(1);
    expect(mock.deliveries()[0]?.event).toMatchObject({ deliveries: 'by van' });
  });

  it('answers over HTTP with the events where that is asked for', async () => {
    const mock = await start();
    const publish = async (body: object): Promise<unknown> => {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${mock.url}/_mock/publish`, { method: 'POST', headers, body: JSON.stringify(body) });
      return ((await answer.json()) as { published: unknown }).published;
    };
    const event = { specversion: '1.0', id: 'e1', source: 'pim', type: 'com.akeneo.pim.v1.product.updated' };
    const published = { id: 'e1', type: event.type, deliveries: 0 };
    const recorded = { events: [event], recorded: true, keep_ids: true };
    expect(await publish(recorded)).toEqual([published]);
    expect(await publish({ ...recorded, return_events: true })).toEqual([{ ...published, event }]);
    const set = { 'data.product.uuid': uuid };
    expect(await publish({ types: ['product.updated'], set, return_events: true })).toMatchObject([
      { event: { type: 'com.akeneo.pim.v1.product.updated', data: { product: { uuid } } } },
    ]);
  });
});

describe('an event of my own', () => {
  const post = async (mock: Mock, body: object): Promise<{ status: number; events: unknown[]; message?: string }> => {
    const answer = await fetch(`${mock.url}/_mock/publish`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...body, return_events: true }),
    });
    const { published = [], errors } = (await answer.json()) as {
      published?: { event: unknown }[];
      errors?: { message: string }[];
    };
    const events = published.map(({ event }) => event);
    return { status: answer.status, events, ...(errors?.[0] && { message: errors[0].message }) };
  };
  const options = { clock: 'virtual', profile: '2026-09', seed: 7 } as const;
  const library = async (event: EventInput, overrides: { as?: AuthorName } = {}) => {
    const mock = await start(options);
    const { deliveries: _deliveries, ...published } = await mock.publish(event, overrides);
    return published;
  };

  it.each<EventInput>([
    { type: 'product.updated', data: { product: { uuid } } },
    { type: 'product.deleted', id: 'my-own-id', extra: 'kept' },
    { type: 'com.akeneo.pim.v1.family.created', time: '2026-02-01T00:00:00Z', data: { family: {} } },
    { specversion: '1.0', id: 'a', source: 'erp', type: 'product.updated' },
  ])('is completed over HTTP as in the library: %j', async (event) => {
    const mock = await start(options);
    const { status, events } = await post(mock, { events: [event] });
    expect({ status, events }).toEqual({ status: 202, events: [await library(event)] });
    expect(events).toMatchObject([{ dataschema: expect.stringContaining('com.akeneo.pim.v1.') }]);
  });

  it('takes an author and values by their paths', async () => {
    const mock = await start(options);
    const event = { type: 'product.updated', data: { product: { uuid } } };
    const { events } = await post(mock, { events: [event], as: 'user:julia', set: { 'data.product.family': 'shoes' } });
    const authored = await library(event, { as: 'user:julia' });
    expect(events).toEqual([
      { ...authored, data: { ...(authored.data as object), product: { uuid, family: 'shoes' } } },
    ]);
  });

  it('has a new id when that is asked for, and one in any case', async () => {
    const mock = await start(options);
    const events = [{ type: 'product.updated', id: 'mine' }, { type: 'product.updated' }];
    const idsOf = async (body: object) => (await post(mock, body)).events.map((event) => (event as { id: string }).id);
    expect(await idsOf({ events })).toEqual(['mine', expect.stringMatching(/^019b8d2b-8c00-7/)]);
    expect(await idsOf({ events, keep_ids: false })).toEqual(Array(2).fill(expect.stringMatching(/^019b8d2b-8c00-7/)));
  });

  it.each([
    [{ type: 'product.updatd' }, 'unknown event type "product.updatd"; the nearest known one is'],
    [{ type: 'product.*' }, 'type: "product.*" is not the name of one event type'],
    [{ data: {} }, 'event events[1].type: it is missing, and has to be the name of an event type'],
    [{ type: 'product.updated', time: 'noon' }, 'event events[1].time: "noon" is not an RFC 3339 time'],
  ])('is refused with all that came with it: %j', async (event, message) => {
    const mock = await start(options);
    const refused = await post(mock, { events: [{ type: 'product.updated' }, event] });
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining(message) });
    expect(mock.journal.lastSeq).toBe(0);
  });

  it('is a recorded one where that is said: whole, of any type, and under a new id unless told otherwise', async () => {
    const mock = await start(options);
    const event = { specversion: '1.0', id: 'a', source: 'erp', type: 'order.placed' };
    expect((await post(mock, { events: [event], recorded: true })).events).toEqual([
      { ...event, id: expect.stringMatching(/^019b8d2b-8c00-7/) },
    ]);
    expect((await post(mock, { events: [event], recorded: true, keep_ids: true })).events).toEqual([event]);
    const partial = await post(mock, { events: [{ type: 'product.updated' }], recorded: true });
    expect(partial).toMatchObject({ status: 400, message: 'event specversion: it is missing, and has to be "1.0"' });
    expect(await post(mock, { events: [event], recorded: true, set: {} })).toMatchObject({ status: 400 });
  });

  it('cannot be given an author where its data is no object', async () => {
    const mock = await start(options);
    await expect(
      mock.publish({ type: 'product.updated', data: 'x' } as never, { as: 'user:julia' }),
    ).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });
});

describe('generated events', () => {
  it('take over HTTP what the overrides of the library say', async () => {
    const overrides = {
      id: 'my-own-id',
      time: '2026-02-01T00:00:00.5Z',
      data: { product: { uuid, list: [1] }, more: null },
    };
    const one = await start();
    const { deliveries: _deliveries, ...published } = await one.publish('product.updated', overrides as never);
    const two = await start();
    const answer = await fetch(`${two.url}/_mock/publish`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ types: ['product.updated'], ...overrides, return_events: true }),
    });
    const body = (await answer.json()) as { published: { event: unknown }[] };
    expect(body.published[0]?.event).toEqual(published);
    expect(published).toMatchObject({ ...overrides, data: { author: {} } });
  });

  it('have data merged into each of several, and then values set', async () => {
    const mock = await start();
    const set = { 'data.product.n': 2 };
    const made = await mock.generate({ types: ['product.updated'], count: 2, data: { product: { uuid, n: 1 } }, set });
    expect(made.map(({ event }) => event.data)).toMatchObject(Array(2).fill({ product: { uuid, n: 2 }, author: {} }));
  });

  it.each([
    [{ types: ['product.updated'] as const, count: 2, id: 'a' }, 'id: "a" is not possible for 2 events: ask for one'],
    [
      { types: ['family.*'] as const, count: 1, time: '2026-02-01T00:00:00Z' },
      'is not possible for 3 events: ask for one',
    ],
  ])('share no id and no time: %j', async (request, message) => {
    const mock = await start();
    await expect(mock.generate(request)).rejects.toThrow(message);
  });

  it('are checked with what was put into them', async () => {
    const mock = await start();
    const request = { types: ['product.updated'], count: 1 } as const;
    await expect(mock.generate({ ...request, time: 'noon' })).rejects.toMatchObject({ code: 'INVALID_EVENT' });
    await expect(mock.generate({ ...request, id: '' })).rejects.toMatchObject({ code: 'INVALID_EVENT' });
  });
});

// Held by the compiler: `npm run check`.
describe('the types of publish', () => {
  /** Compiled, and never called. */
  async function calls(mock: Mock, type: EventType, recorded: CloudEvent): Promise<void> {
    const delta = await mock.publish('com.akeneo.pim.v1.product.updated.delta');
    expectTypeOf(delta).toEqualTypeOf<Published<'com.akeneo.pim.v1.product.updated.delta', ProductUpdatedDeltaData>>();
    const short = await mock.publish('product.updated.delta', {
      data: { product: { changes: { enabled: { new: true }, values: undefined } } },
    });
    expectTypeOf(short).toEqualTypeOf(delta);
    expectTypeOf((await mock.publish('product.updated')).data).toEqualTypeOf<ProductData>();
    expectTypeOf((await mock.publish(type)).type).toEqualTypeOf<EventType>();
    await mock.publish({ type: 'product.updated', data: { product: { uuid } } }, { as: 'user:julia' });
    await mock.publish(delta);
    const given = await mock.publish({ type: 'product.updated' });
    expectTypeOf(given.type).toEqualTypeOf<'com.akeneo.pim.v1.product.updated'>();
    // A type that is known only when the program runs: any data will do.
    await mock.publish({ ...recorded, data: { anything: 1 } });
    await mock.publish({ ...recorded, traceparent: '00-1' });
    // @ts-expect-error: a misspelt type
    await mock.publish({ type: 'product.updatd' });
    // @ts-expect-error: a misspelt field of the data
    await mock.publish({ type: 'product.updated', data: { product: { uid: uuid } } });
    // @ts-expect-error: a misspelt attribute of what was published
    delta.idd;
    // @ts-expect-error: an author without a type
    await mock.publish('product.updated', { as: 'julia' });
    // @ts-expect-error: nobody causes it
    await mock.publish('product.became-complete', { as: 'user:julia' });
    // @ts-expect-error: a misspelt type
    await mock.publish('product.updatd');
    // @ts-expect-error: a misspelt field of the data
    await mock.publish('product.updated', { data: { product: { uid: 'x' } } });
    // @ts-expect-error: a value of another type
    await mock.publish('product.updated.delta', { data: { product: { changes: { enabled: { new: 'yes' } } } } });
    // @ts-expect-error: an override that there is not
    await mock.publish('product.updated', { ids: 'x' });
    // @ts-expect-error: a list has its items whole
    await mock.publish('product.became-complete', { data: { product: { complete_on: [{ locale: 'en_US' }] } } });
    // @ts-expect-error: a given event is not generated
    await mock.publish({ type: 'product.updated' }, { seed: 1 });
    // @ts-expect-error: a list is replayed
    await mock.publish([delta]);
  }

  it('know the data of each event type, and nothing that there is not', () => {
    expectTypeOf(calls).toBeFunction();
  });
});
