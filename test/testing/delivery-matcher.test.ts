import { describe, expect, it } from 'vitest';
import type { EventPattern } from '../../src/events/catalog.ts';
import type { DeliveryRecord } from '../../src/runtime/delivery-records.ts';
import { contains, deliveryTest } from '../../src/testing/delivery-matcher.ts';
import { errorOf } from '../error-of.ts';

const delivery: DeliveryRecord = {
  id: 'd1',
  eventId: 'e1',
  eventType: 'com.akeneo.pim.v1.product.updated',
  subscriptionId: 's1',
  destination: 'https://example.com/',
  state: 'delivered',
  attempts: [
    {
      attempt: 1,
      seq: 3,
      startedAt: 0,
      finishedAt: 1,
      outcome: { kind: 'answered', status: 200, durationMs: 1 },
      verdict: { do: 'deliver' },
    },
  ],
  event: {
    specversion: '1.0',
    id: 'e1',
    source: 'pim',
    type: 'com.akeneo.pim.v1.product.updated',
    data: { product: { uuid: 'u', tags: ['a', 'b'] }, author: { type: 'user' } },
  },
};

describe('a delivery query', () => {
  it.each([
    ['nothing at all', {}],
    ['a short name', { type: 'product.updated' }],
    ['a full name', { type: 'com.akeneo.pim.v1.product.updated' }],
    ['a wildcard', { type: 'product.*' }],
    ['an event', { eventId: 'e1' }],
    ['a subscription', { subscriptionId: 's1' }],
    ['a state', { state: 'delivered' }],
    ['what is no duplicate', { duplicate: false }],
    ['a number of attempts', { attempts: 1 }],
    ['the status of the last attempt', { status: 200 }],
    ['a part of the data', { data: { product: { uuid: 'u' } } }],
    ['a list in the data', { data: { product: { tags: ['a', 'b'] } } }],
  ] as const)('takes %s', (_what, query) => {
    expect(deliveryTest(query)(delivery)).toBe(true);
  });

  it.each([
    ['another type', { type: 'product.deleted' }],
    ['another event', { eventId: 'e2' }],
    ['another subscription', { subscriptionId: 's2' }],
    ['another state', { state: 'queued' }],
    ['duplicates', { duplicate: true }],
    ['another number of attempts', { attempts: 2 }],
    ['another status', { status: 503 }],
    ['other data', { data: { product: { uuid: 'v' } } }],
    ['data that is not there', { data: { product: { name: undefined, uuid: 'v' } } }],
    ['a part of a list', { data: { product: { tags: ['a'] } } }],
    ['one field of two', { type: 'product.updated', state: 'queued' }],
  ] as const)('leaves %s', (_what, query) => {
    expect(deliveryTest(query)(delivery)).toBe(false);
  });

  it('may be a function', () => {
    expect(deliveryTest(({ id }) => id === 'd1')(delivery)).toBe(true);
    expect(deliveryTest(({ id }) => id === 'd2')(delivery)).toBe(false);
  });

  it('refuses what it does not know, because that would hold for everything', () => {
    const error = errorOf(() => deliveryTest({ eventid: 'e1' } as never));
    expect(error).toMatchObject({ code: 'INVALID_OPTION', hint: 'did you mean eventId?' });
    expect(errorOf(() => deliveryTest({ type: 'product.updatd' as EventPattern }))).toMatchObject({
      code: 'UNKNOWN_EVENT_TYPE',
    });
  });

  it.each([
    ['the name of a type', 'product.updated', '"product.updated" is not an object, or a function of a delivery'],
    ['null', null, 'null is not an object'],
    ['a list', [{ type: 'product.updated' }], 'is not an object'],
  ])('refuses %s, and shows what is meant', (_what, given, message) => {
    const error = errorOf(() => deliveryTest(given as never));
    expect(error).toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining(message) });
    expect(error.hint).toMatch(/^for example \{ type: 'product\.updated' \}/);
  });

  it.each([
    [{ state: 'in_flight' }, 'state: "in_flight" is not one of queued, inFlight'],
    [{ attempts: 1.5 }, 'attempts: 1.5 is not a whole number from 0'],
    [{ attempts: Number.NaN }, 'attempts: NaN is not a whole number'],
    [{ status: '200' }, 'status: "200" is not a whole number'],
    [{ duplicate: 'yes' }, 'duplicate: "yes" is not true or false'],
    [{ type: 5 }, 'type: 5 is not a text'],
    [{ eventId: {} }, 'eventId: {} is not a text'],
  ])('refuses %j, which would fit nothing', (query, message) => {
    expect(() => deliveryTest(query as never)).toThrow(message);
  });

  it('finds no data where the event is no longer kept', () => {
    expect(deliveryTest({ data: {} })({ ...delivery, event: undefined })).toBe(false);
  });
});

describe('containing', () => {
  it('tells values of different kinds apart', () => {
    expect(contains({ a: [1] }, { a: { 0: 1 } })).toBe(false);
    expect(contains({ a: null }, { a: {} })).toBe(false);
    expect(contains('1', 1)).toBe(false);
    expect(contains({ a: Number.NaN }, { a: Number.NaN })).toBe(true);
  });
});
