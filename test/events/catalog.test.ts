import { describe, expect, it } from 'vitest';
import {
  describeType,
  eventTypes,
  isEventType,
  nearestType,
  pimEventTypes,
  resolveTypes,
  shortName,
} from '../../src/events/catalog.ts';

describe('the catalogue', () => {
  it('lists forty types, each with a description', () => {
    expect(eventTypes).toHaveLength(40);
    for (const type of eventTypes) expect(describeType(type)).toMatch(/^[A-Z].+\.$/);
  });

  it('knows a type by its full name only', () => {
    expect(isEventType('com.akeneo.pim.v1.product.updated')).toBe(true);
    for (const other of ['product.updated', 'toString', '', undefined, 7]) expect(isEventType(other)).toBe(false);
  });
});

describe('a pattern', () => {
  it('may be any full or short name', () => {
    for (const type of eventTypes) {
      expect(resolveTypes(type)).toEqual([type]);
      expect(resolveTypes(shortName(type))).toEqual([type]);
    }
    expect(resolveTypes('benchmark.test')).toEqual(['com.akeneo.benchmark.v1.test']);
    expect(resolveTypes('job.import.status-changed')).toEqual(['com.akeneo.pim.v1.job.import.status-changed']);
  });

  it('with a wildcard stays within its entity', () => {
    const names = resolveTypes('product.*').map(shortName);
    expect(names).toContain('product.updated');
    expect(names).toContain('product.updated.delta');
    expect(names.every((name) => name.startsWith('product.'))).toBe(true);
    expect(resolveTypes('*.delta')).toHaveLength(3);
    expect(resolveTypes('com.akeneo.pim.v1.family.*')).toHaveLength(3);
  });

  it('with a wildcard never includes the benchmark', () => {
    expect(resolveTypes('*')).toEqual(pimEventTypes);
    expect(pimEventTypes).toHaveLength(39);
    expect(() => resolveTypes('benchmark.*')).toThrow(/unknown event type/);
  });

  it('takes a dot as a dot', () => {
    expect(() => resolveTypes('product-updated*')).toThrow();
    expect(() => resolveTypes('productXupdated')).toThrow();
  });

  it('that is unknown is refused with the nearest type', () => {
    expect(() => resolveTypes('product.updatd')).toThrow(
      'unknown event type "product.updatd"; the nearest known one is com.akeneo.pim.v1.product.updated',
    );
    expect(() => resolveTypes('com.akeneo.pim.v1.products.created')).toThrow(
      /nearest known one is com\.akeneo\.pim\.v1\.product\.created/,
    );
  });
});

describe('the nearest type', () => {
  it('is found by either name', () => {
    expect(nearestType('com.akeneo.pim.v1.familly.deleted')).toBe('com.akeneo.pim.v1.family.deleted');
    expect(nearestType('product.became-compleet')).toBe('com.akeneo.pim.v1.product.became-complete');
  });

  it('of nonsense is none', () => {
    expect(nearestType('x')).toBeUndefined();
    expect(nearestType('')).toBeUndefined();
  });
});
