import { describe, expect, it } from 'vitest';
import { entityKey } from '../../src/core/entity-key.ts';
import type { CloudEvent } from '../../src/core/types.ts';
import { pimEventTypes } from '../../src/events/catalog.ts';
import { Publisher } from '../../src/events/publisher.ts';

const key = (type: string, data: unknown) => entityKey(`com.akeneo.pim.v1.${type}`, data);

describe('the key of an event', () => {
  it.each([
    ['product.updated', { product: { uuid: 'u1' }, author: { identifier: 'julia' } }, 'u1'],
    ['product.updated.delta', { product: { uuid: 'u1', identifier: 'sku' } }, 'u1'],
    ['product-model.created', { product_model: { code: 'shirt' } }, 'shirt'],
    ['asset.updated', { asset: { code: 'front', asset_family: { code: 'photos' } } }, 'photos/front'],
    ['attribute-option.deleted', { attribute_option: { code: 'red', attribute: { code: 'colour' } } }, 'colour/red'],
    [
      'reference-entity-record.created',
      { reference_entity_record: { code: 'kartell', reference_entity: { code: 'brand' } } },
      'brand/kartell',
    ],
    ['job.import.status-changed', { job: { execution_id: 42, code: 'csv_import' } }, '42'],
    ['workflow.task.created', { task: { uuid: 't1' }, workflow: { uuid: 'w' }, product: { uuid: 'u1' } }, 't1'],
    ['app.deleted', { app: { client_id: 'c1' } }, 'c1'],
    ['family.created', { family: {} }, undefined],
    ['family.created', undefined, undefined],
    ['family.created', { family: ['x'] }, undefined],
  ])('of %s', (type, data, expected) => {
    expect(key(type, data)).toBe(expected);
  });

  it('is nothing for events about nothing in particular, and for types that the platform does not have', () => {
    expect(entityKey('com.akeneo.benchmark.v1.test', { index: 1 })).toBeUndefined();
    expect(entityKey('my.own.event', { my: { uuid: 'u' } })).toBeUndefined();
    expect(entityKey('', { '': { uuid: 'u' } })).toBeUndefined();
  });

  it('is known for every type that a PIM emits', async () => {
    const events: CloudEvent[] = [];
    const publisher = new Publisher({
      seed: 1,
      source: 'pim',
      now: () => Date.UTC(2026, 0, 5),
      isManual: true,
      accept: (event) => events.push(JSON.parse(event.text) as CloudEvent),
    });
    await publisher.generate({ types: [...pimEventTypes], count: 1 });
    expect(new Set(events.map(({ type }) => type)).size).toBe(pimEventTypes.length);
    for (const { type, data } of events) expect(entityKey(type, data), type).toMatch(/./);
  });
});
