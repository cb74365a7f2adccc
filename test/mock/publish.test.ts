import { describe, expect, expectTypeOf, it } from 'vitest';
import type { CloudEvent } from '../../src/core/types.ts';
import type { EventType } from '../../src/events/catalog.ts';
import type { ProductData, ProductUpdatedDeltaData } from '../../src/events/event-data.ts';
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
    expect(await publish({ events: [event], keep_ids: true })).toEqual([published]);
    expect(await publish({ events: [event], keep_ids: true, return_events: true })).toEqual([{ ...published, event }]);
    const set = { 'data.product.uuid': uuid };
    expect(await publish({ types: ['product.updated'], set, return_events: true })).toMatchObject([
      { event: { type: 'com.akeneo.pim.v1.product.updated', data: { product: { uuid } } } },
    ]);
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
