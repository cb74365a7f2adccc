import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyFor, eventTime, sealEvent } from '../../src/core/envelope.ts';
import type { CloudEvent } from '../../src/core/types.ts';

const event: CloudEvent = {
  data: { product: { uuid: 'a', name: 'Crème "brûlée" 🍮 </script>' } },
  time: '2026-01-05T08:00:00Z',
  type: 'com.akeneo.pim.v1.product.updated',
  subject: 'of-the-recording',
  specversion: '1.0',
  traceparent: 'kept',
  id: '019b8d12-0000-7000-8000-000000000000',
  source: 'pim',
  dataschema: 'https://example.com/schema.json',
  datacontenttype: 'application/json',
};

describe('the body of a delivery', () => {
  const sealed = sealEvent(event, 0, 'correlation');
  const body = bodyFor(sealed, 'sub-1', false);

  it("has the attributes in the platform's order, extensions before the data", () => {
    expect(Object.keys(JSON.parse(body))).toEqual([
      'specversion',
      'id',
      'source',
      'type',
      'subject',
      'datacontenttype',
      'dataschema',
      'time',
      'traceparent',
      'data',
    ]);
  });

  it('is addressed to the subscription and otherwise the event', () => {
    expect(JSON.parse(body)).toEqual({ ...event, subject: 'sub-1' });
    expect(JSON.parse(bodyFor(sealed, 'sub-2', false)).subject).toBe('sub-2');
  });

  it('leaves out what the event does not have', () => {
    const { time: _time, dataschema: _schema, ...bare } = event;
    expect(bodyFor(sealEvent(bare as CloudEvent, 0, ''), 's', false)).not.toMatch(/"time"|"dataschema"|undefined/);
  });

  it('survives being parsed and serialised again, whatever the data', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (data, subject) => {
        const text = bodyFor(sealEvent({ ...event, data }, 0, ''), subject, false);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }),
    );
  });
});

describe("the product's identifier", () => {
  const data = {
    product: { uuid: 'a', identifier: 'SKU-1', updated_at: 'x' },
    author: { identifier: 'julia', type: 'user' },
  };
  const bodies = (type: string, given: unknown = data) => {
    const sealed = sealEvent({ ...event, type, data: given }, 0, '');
    return [false, true].map((identified) => JSON.parse(bodyFor(sealed, 's', identified)).data);
  };

  it.each(['created', 'updated', 'updated.delta', 'deleted', 'became-complete', 'became-incomplete'])(
    'is in a product.%s event for those that asked for it only',
    (name) => {
      const [plain, identified] = bodies(`com.akeneo.pim.v1.product.${name}`);
      expect(plain).toEqual({ ...data, product: { uuid: 'a', updated_at: 'x' } });
      expect(JSON.stringify(identified)).toBe(JSON.stringify(data));
    },
  );

  it('is nothing special in any other type', () => {
    for (const body of bodies('com.akeneo.pim.v1.workflow.task.created')) expect(body).toEqual(data);
  });

  it.each([[{ product: { uuid: 'a' } }], [{ product: null }], [null], ['text'], [[]], [undefined]])(
    'cannot be shown where the event has none: %j',
    (given) => {
      const sealed = sealEvent({ ...event, data: given }, 0, '');
      expect(sealed).not.toHaveProperty('identifiedText');
      expect(bodyFor(sealed, 's', true)).toBe(bodyFor(sealed, 's', false));
    },
  );
});

it('the time of an event is in whole seconds of UTC', () => {
  expect(eventTime(Date.UTC(2026, 0, 5, 8, 0, 0, 999))).toBe('2026-01-05T08:00:00Z');
});

it('a benchmark event goes to benchmark subscriptions only', () => {
  expect(sealEvent({ ...event, type: 'com.akeneo.benchmark.v1.test' }, 0, '').source).toBe('benchmark');
  expect(sealEvent(event, 0, '').source).toBe('pim');
});
