import { describe, expect, it } from 'vitest';
import type { SealedEvent } from '../../src/core/types.ts';
import { type EventType, eventTypes } from '../../src/events/catalog.ts';
import { Publisher } from '../../src/events/publisher.ts';
import { complaints } from './event-validator.ts';

const now = Date.UTC(2026, 0, 5, 8);
const delta = 'com.akeneo.pim.v1.product.updated.delta';

function publisherWith() {
  const accepted: SealedEvent[] = [];
  const accept = (event: SealedEvent): number => {
    accepted.push(event);
    return 1;
  };
  return { publisher: new Publisher({ seed: 1, source: 'pim', now: () => now, accept }), accepted };
}

describe('data that is no JSON', () => {
  const throwing = {
    toJSON: () => {
      throw new Error('not now');
    },
  };
  const cycle: Record<string, unknown> = {};
  cycle.itself = cycle;
  const noJson: [string, unknown, RegExp][] = [
    ['a function', () => 1, /^event data: \(\) => 1 is not JSON$/],
    ['a symbol', Symbol('mine'), /^event data: Symbol\(mine\) is not JSON$/],
    [
      'an object that serialises to nothing',
      { toJSON: () => undefined },
      /^event data: \[object Object\] is not JSON$/,
    ],
    ['an object that refuses', throwing, /^event data: \[object Object\] is not JSON$/],
    ['an object with one in it that refuses', { throwing }, /^event data: \[object Object\] is not JSON \(not now\)$/],
    ['a BigInt', 1n, /^event data: 1n is not JSON \(.*BigInt/],
    ['an object with a BigInt', { price: 1n }, /^event data: \[object Object\] is not JSON \(.*BigInt/],
    ['an object in itself', cycle, /^event data: .* is not nested at most/],
  ];

  it.each(noJson)('is refused before anything is published: %s', async (_what, data, message) => {
    const { publisher, accepted } = publisherWith();
    const refusal = { code: 'INVALID_EVENT', message: expect.stringMatching(message) };
    await expect(publisher.publish({ type: 'product.updated', data })).rejects.toMatchObject(refusal);
    const event = { specversion: '1.0', id: 'e1', source: 'pim', type: 'com.akeneo.pim.v1.product.updated' } as const;
    const replay = (): unknown =>
      publisher.replay([{ ...event, data: {} }, { ...event, data } as never], { keepIds: true });
    expect(replay).toThrow(expect.objectContaining(refusal));
    expect(accepted).toEqual([]);
  });

  it('is refused in any other attribute, too', async () => {
    const { publisher } = publisherWith();
    const given = { type: 'product.updated', tenant: () => 'mine' };
    await expect(publisher.publish(given)).rejects.toMatchObject({ message: expect.stringMatching(/^event tenant: /) });
    const set = { 'data.product.uuid': 1n };
    await expect(publisher.generate({ types: ['product.updated'], count: 2, set })).rejects.toMatchObject({
      message: expect.stringMatching(/^event data: /),
    });
  });

  it('is not what serialises itself', async () => {
    const { publisher, accepted } = publisherWith();
    await publisher.publish({ type: 'product.updated', data: new Date(0) });
    expect(accepted[0]?.text).toContain('"data":"1970-01-01T00:00:00.000Z"');
  });
});

describe('an event that is generated', () => {
  it('is answered as it was published, with the number of its deliveries', async () => {
    const { publisher, accepted } = publisherWith();
    const { deliveries, ...event } = await publisher.publish(delta);
    expect(deliveries).toBe(1);
    expect(complaints(event)).toEqual([]);
    const [sealed] = accepted;
    expect(JSON.parse(sealed?.identifiedText ?? '')).toEqual({ ...event, subject: '' });
  });

  it('is the same by its short name, and the same as generate makes', async () => {
    const event = async (name: string) => (await publisherWith().publisher.publish(name)).id;
    expect(await event('product.updated.delta')).toBe(await event(delta));
    const { publisher } = publisherWith();
    const [generated] = await publisher.generate({ types: [delta], count: 1 });
    expect(generated?.event.id).toBe(await event(delta));
  });

  it('takes its turn among the others', async () => {
    const { publisher, accepted } = publisherWith();
    await Promise.all([
      publisher.generate({ types: ['family.updated'], count: 300 }),
      publisher.publish('product.updated'),
      publisher.publish({ type: 'category.updated' }),
    ]);
    expect(accepted.slice(-2).map(({ type }) => type)).toEqual([
      'com.akeneo.pim.v1.product.updated',
      'com.akeneo.pim.v1.category.updated',
    ]);
  });

  it('has its data merged object by object, lists given whole, and what is undefined taken away', async () => {
    const { publisher } = publisherWith();
    const made = await publisher.publish(delta);
    const again = await publisherWith().publisher.publish(delta, {
      data: { product: { uuid: 'mine', changes: { values: { price: [] }, categories: undefined } } },
    });
    const { product, author } = again.data as { product: Record<string, unknown>; author: unknown };
    const before = made.data as { product: { changes: { values: object } }; author: unknown };
    expect(author).toEqual(before.author);
    const { categories: _categories, ...changes } = before.product.changes as Record<string, unknown>;
    expect(product).toEqual({
      ...before.product,
      uuid: 'mine',
      changes: { ...changes, values: { ...before.product.changes.values, price: [] } },
    });
  });

  it('takes an id, a time and an author', async () => {
    const { publisher } = publisherWith();
    const overrides = { id: 'my-own-id', time: '2026-02-01T00:00:00.5Z', as: 'user:julia' } as const;
    expect(await publisher.publish('product.updated', overrides)).toMatchObject({
      id: 'my-own-id',
      time: '2026-02-01T00:00:00.5Z',
      data: { author: { identifier: 'julia', type: 'user' } },
    });
  });

  it('has an id of the time that it is given', async () => {
    const { id } = await publisherWith().publisher.publish('product.updated', { time: '2026-02-01T00:00:00Z' });
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 1, 1));
  });

  it('comes from a PIM of its own with a seed, and leaves the other alone', async () => {
    const { publisher } = publisherWith();
    const first = await publisher.publish('product.updated', { seed: 7 });
    const shared = await publisher.publish('product.updated');
    expect((await publisher.publish('product.updated', { seed: 7 })).data).toEqual(first.data);
    expect(shared).toEqual(await publisherWith().publisher.publish('product.updated'));
  });

  it('belongs to whoever asked for it: changing it changes nothing', async () => {
    const uuids = async (change: boolean): Promise<unknown[]> => {
      const { publisher } = publisherWith();
      const seen: unknown[] = [];
      for (let n = 0; n < 30; n++) {
        const { data } = await publisher.publish(delta);
        seen.push(structuredClone(data));
        if (change) emptyOut(data);
      }
      return seen;
    };
    expect(await uuids(true)).toEqual(await uuids(false));
  });

  it.each<[EventType]>(eventTypes.map((type) => [type]))('can be %s', async (type) => {
    const { deliveries: _deliveries, ...event } = await publisherWith().publisher.publish(type);
    expect(event.type).toBe(type);
    expect(complaints(event)).toEqual([]);
  });
});

/** Empties every object and list in a value. */
function emptyOut(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const part of Object.values(value)) emptyOut(part);
  for (const key of Object.keys(value)) Reflect.deleteProperty(value, key);
}

describe('an event that is given', () => {
  it('needs a type only: the rest of the envelope is filled in', async () => {
    const { publisher } = publisherWith();
    const data = {
      product: { uuid: '6a9f8486-2c36-4680-b87f-6f5f8f01b6cf' },
      author: { identifier: 'julia', type: 'user' },
    };
    const { deliveries, ...event } = await publisher.publish({ type: 'product.created', data });
    expect(deliveries).toBe(1);
    expect(complaints(event)).toEqual([]);
    expect(event).toMatchObject({ source: 'pim', time: '2026-01-05T08:00:00Z', data });
  });

  it('keeps all that it has', async () => {
    const { publisher } = publisherWith();
    const given = {
      specversion: '1.0',
      id: 'my-own-id',
      source: 'my-own-pim',
      type: 'com.akeneo.pim.v1.product.updated',
      datacontenttype: 'application/cloudevents+json',
      dataschema: 'https://example.com/schema.json',
      time: '2020-01-01T00:00:00+01:00',
      traceparent: '00-1',
      data: null,
    };
    const event = await publisher.publish({ ...given, subject: 'replaced' });
    expect(event).toEqual(given);
    expect(event.deliveries).toBe(1);
  });

  it('takes overrides, and is not changed by them', async () => {
    const { publisher } = publisherWith();
    const given = { type: 'product.updated', id: 'a', data: { product: { uuid: 'u' }, list: [1, 2] } };
    const copy = structuredClone(given);
    const published = await publisher.publish(given, {
      id: 'b',
      as: 'api:erp',
      data: { product: { identifier: 'SKU-1' }, list: [3] },
    });
    expect(published).toMatchObject({
      id: 'b',
      data: { product: { uuid: 'u', identifier: 'SKU-1' }, list: [3], author: { identifier: 'erp', type: 'api' } },
    });
    expect(given).toEqual(copy);
  });

  it('has a fresh id of the time that an override gives it', async () => {
    const { id } = await publisherWith().publisher.publish(
      { type: 'product.updated' },
      { time: '2026-02-01T00:00:00Z' },
    );
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 1, 1));
  });

  it('cannot reach what every object inherits', async () => {
    const data = JSON.parse('{"__proto__": {"polluted": true}}');
    const published = await publisherWith().publisher.publish({ type: 'product.updated', data: { a: 1 } }, { data });
    expect(JSON.stringify(published.data)).toBe('{"a":1,"__proto__":{"polluted":true}}');
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('what cannot be published', () => {
  it.each<[string, unknown, unknown, { code: string; message?: unknown; hint?: unknown }]>([
    [
      'a misspelt type',
      'product.updatd',
      {},
      { code: 'UNKNOWN_EVENT_TYPE', message: expect.stringMatching(/product\.updated/) },
    ],
    ['a misspelt type of a given event', { type: 'product.updatd' }, {}, { code: 'UNKNOWN_EVENT_TYPE' }],
    ['a wildcard', 'product.*', {}, { code: 'INVALID_OPTION', hint: expect.stringContaining('generate') }],
    [
      'a list',
      [{ type: 'product.updated' }],
      {},
      { code: 'INVALID_EVENT', message: expect.stringContaining('replay') },
    ],
    ['nothing', undefined, {}, { code: 'INVALID_EVENT' }],
    ['an event without a type', { data: {} }, {}, { code: 'INVALID_EVENT' }],
    ['another specversion', { type: 'product.updated', specversion: '0.3' }, {}, { code: 'INVALID_EVENT' }],
    ['a misspelt override', 'product.updated', { dta: {} }, { code: 'INVALID_OPTION', hint: 'did you mean data?' }],
    ['a seed for a given event', { type: 'product.updated' }, { seed: 1 }, { code: 'INVALID_OPTION' }],
    ['a seed that is no number', 'product.updated', { seed: '1' }, { code: 'INVALID_OPTION' }],
    ['an author of another form', 'product.updated', { as: 'julia' }, { code: 'INVALID_OPTION' }],
    ['an author where there is none', 'product.became-complete', { as: 'user:julia' }, { code: 'INVALID_OPTION' }],
    ['an empty id', 'product.updated', { id: '' }, { code: 'INVALID_EVENT' }],
    ['a time that is none', 'product.updated', { time: 'yesterday' }, { code: 'INVALID_EVENT' }],
    ['overrides that are none', 'product.updated', null, { code: 'INVALID_OPTION' }],
  ])('%s is refused', async (_what, event, overrides, error) => {
    const { publisher, accepted } = publisherWith();
    await expect(publisher.publish(event as never, overrides as never)).rejects.toMatchObject(error);
    expect(accepted).toEqual([]);
  });

  it('is what starting over overtakes', async () => {
    const { publisher, accepted } = publisherWith();
    const published = publisher.publish('product.updated');
    publisher.stop();
    await expect(published).rejects.toMatchObject({ code: 'PUBLISHING_ENDED' });
    expect(accepted).toEqual([]);
  });
});
