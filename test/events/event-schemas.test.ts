import { describe, expect, it } from 'vitest';
import { schemaUrl } from '../../src/core/envelope.ts';
import type { CloudEvent } from '../../src/core/types.ts';
import { type EventType, eventTypes } from '../../src/events/catalog.ts';
import { schemaFor } from '../../src/events/event-schemas.ts';
import { complaints } from './event-validator.ts';

const author = { identifier: 'julia', type: 'user' };
const uuid = '6a9f8486-2c36-4680-b87f-6f5f8f01b6cf';

function envelope(shortType: string, data: unknown): CloudEvent {
  const type = `com.akeneo.pim.v1.${shortType}`;
  return {
    specversion: '1.0',
    id: '018e32f9-dfe4-760e-a273-5da1c089dfdb',
    source: 'pim',
    type,
    datacontenttype: 'application/json',
    dataschema: schemaUrl(type),
    time: '2026-01-05T08:00:00Z',
    data,
  };
}

function deltaOf(value: object): CloudEvent {
  const values = { attribute: [{ locale: null, scope: null, ...value }] };
  const updated_at = { date: '2026-01-05 08:00:00.000000', timezone: 'UTC' };
  return envelope('product.updated.delta', { product: { uuid, updated_at, changes: { values } }, author });
}

describe('the schema of an event', () => {
  it('says which event it is of', () => {
    for (const type of eventTypes) {
      expect(schemaFor(type)).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: schemaUrl(type),
        title: expect.any(String),
        description: expect.any(String),
      });
    }
  });

  it('takes a subject and extension attributes', () => {
    const event = {
      ...envelope('product.created', { product: { uuid }, author }),
      subject: 'sub',
      traceparent: '00-1',
    };
    expect(complaints(event)).toEqual([]);
  });

  it('takes a product identifier on the product events, and nowhere else', () => {
    expect(complaints(envelope('product.deleted', { product: { uuid, identifier: 'SKU-1' }, author }))).toEqual([]);
    expect(
      complaints(envelope('product-model.deleted', { product_model: { code: 'm', identifier: 'SKU-1' }, author })),
    ).not.toEqual([]);
  });

  it.each<[EventType, unknown]>([
    ['com.akeneo.pim.v1.product.created', { product: { uuid } }],
    ['com.akeneo.pim.v1.product.created', { product: { uuid: 'x' }, author }],
    ['com.akeneo.pim.v1.product.became-complete', { product: { uuid, complete_on: [] } }],
    [
      'com.akeneo.pim.v1.product.became-complete',
      { product: { uuid, complete_on: [{ locale: 'en_US', scope: 's' }] }, author },
    ],
    ['com.akeneo.pim.v1.workflow.task.completed', { task: { uuid }, workflow: { uuid }, step: { uuid }, author }],
    ['com.akeneo.pim.v1.family.created', { family: { code: 'f' }, author: { identifier: 'julia', type: 'robot' } }],
  ])('refuses data of another shape: %s %j', (type, data) => {
    expect(complaints(envelope(type.slice('com.akeneo.pim.v1.'.length), data))).not.toEqual([]);
  });
});

describe('the schema of a changed value', () => {
  it('holds a known attribute type to its shape', () => {
    expect(complaints(deltaOf({ type: 'pim_catalog_number', previous: 1, new: 2 }))).toEqual([]);
    expect(complaints(deltaOf({ type: 'pim_catalog_number', previous: 1, new: 'two' }))).not.toEqual([]);
    expect(
      complaints(deltaOf({ type: 'pim_catalog_price', previous: null, new: { amount: '1.00', currency: 'EUR' } })),
    ).toEqual([]);
    expect(
      complaints(deltaOf({ type: 'pim_catalog_price', previous: null, new: { amount: 1, currency: 'EUR' } })),
    ).not.toEqual([]);
  });

  it('takes any value of a type that is not known yet', () => {
    expect(complaints(deltaOf({ type: 'pim_catalog_hologram', previous: null, new: { depth: 3 } }))).toEqual([]);
  });

  it('wants scope in products and channel in assets', () => {
    const asset = (place: object) =>
      envelope('asset.updated.delta', {
        asset: {
          asset_family: { code: 'packshots' },
          code: 'front',
          changes: {
            values: {
              media: [{ previous: null, new: '3/6/e/f/36ef_a.zip', type: 'media_file', locale: null, ...place }],
            },
          },
        },
        author,
      });
    expect(complaints(asset({ channel: null }))).toEqual([]);
    expect(complaints(asset({ scope: null }))).not.toEqual([]);
  });
});
