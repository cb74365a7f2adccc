import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { type EventType, eventTypes, type ShortName, shortName, type TypeNamed } from '../../src/events/catalog.ts';
import type { dataSchemas } from '../../src/events/data-schemas.ts';
import type { EventDataMap, ProductUpdatedDeltaData } from '../../src/events/event-data.ts';

/** Interfaces and intersections as the plain objects that they stand for: the same shape is then the same type. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { [K in keyof T]: Plain<T[K]> }
    : T;
type Inferred = { [Type in EventType]: z.infer<(typeof dataSchemas)[Type]> };

// What is said about types is held by the compiler: `npm run check`.
describe('the type of the data', () => {
  it('is what the schema of each event type says', () => {
    expectTypeOf<keyof EventDataMap>().toEqualTypeOf<EventType>();
    expectTypeOf<Plain<EventDataMap>>().toEqualTypeOf<Plain<Inferred>>();
  });
});

describe('the short name of a type', () => {
  it('is known to the compiler', () => {
    expectTypeOf<ShortName<'com.akeneo.pim.v1.product.updated'>>().toEqualTypeOf<'product.updated'>();
    expectTypeOf<ShortName<'com.akeneo.benchmark.v1.test'>>().toEqualTypeOf<'benchmark.test'>();
    expectTypeOf<'product.updatd'>().not.toExtend<ShortName>();
    expectTypeOf(shortName('com.akeneo.pim.v1.product.updated.delta')).toEqualTypeOf<'product.updated.delta'>();
  });

  it('leads to the type and to its data', () => {
    expectTypeOf<TypeNamed<'product.updated'>>().toEqualTypeOf<'com.akeneo.pim.v1.product.updated'>();
    expectTypeOf<TypeNamed<'benchmark.test'>>().toEqualTypeOf<'com.akeneo.benchmark.v1.test'>();
    expectTypeOf<TypeNamed<EventType | ShortName>>().toEqualTypeOf<EventType>();
    expectTypeOf<EventDataMap[TypeNamed<'product.updated.delta'>]>().toEqualTypeOf<ProductUpdatedDeltaData>();
  });

  it('is one of its own for every type', () => {
    expect(new Set(eventTypes.map((type) => shortName(type))).size).toBe(eventTypes.length);
  });
});
