import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaUrl } from '../../src/core/envelope.ts';
import { createRng } from '../../src/core/rng.ts';
import { type EventType, eventTypes, pimEventTypes } from '../../src/events/catalog.ts';
import { createGenerator, type GeneratedEvent } from '../../src/events/generator.ts';
import { expectValid } from './event-validator.ts';
import { PimReplica } from './pim-replica.ts';

const start = Date.UTC(2026, 0, 5, 8);
const delta: EventType = 'com.akeneo.pim.v1.product.updated.delta';
const make = (seed: number, stock?: number) =>
  createGenerator({ rng: createRng(seed), source: 'pim', ...(stock === undefined ? {} : { stock }) });
const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('every event', () => {
  it('validates against the schema of its type, over every type and thousands of seeds', async () => {
    const types = fc.shuffledSubarray([...eventTypes], { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom(0, 3), types, async (seed, stock, chosen) => {
        const generator = await make(seed, stock);
        for (const type of chosen) expectValid(generator.sample(type, start).event);
      }),
      { numRuns: 2_000 },
    );
    const generator = await make(1);
    for (const type of eventTypes) for (let n = 0; n < 100; n++) expectValid(generator.sample(type, start).event);
  });

  it('is of the type that was asked for', async () => {
    const generator = await make(3);
    for (const type of eventTypes) expect(generator.sample(type, start).event.type).toBe(type);
  });

  it('has the attributes of the envelope in the order of the platform, and no subject', async () => {
    const { event } = (await make(4)).sample('com.akeneo.pim.v1.product.updated', start + 321);
    expect(Object.keys(event)).toEqual([
      'specversion',
      'id',
      'source',
      'type',
      'datacontenttype',
      'dataschema',
      'time',
      'data',
    ]);
    expect(event.time).toBe('2026-01-05T08:00:00Z');
    expect(event.dataschema).toBe(schemaUrl(event.type));
    expect(event.source).toBe('pim');
  });

  it('has an id of its own that carries its millisecond', async () => {
    const generator = await make(5);
    const ids = Array.from({ length: 500 }, () => generator.sample(delta, start + 321).event.id);
    expect(new Set(ids).size).toBe(500);
    for (const id of ids) expect(Number.parseInt(id.slice(0, 13).replace('-', ''), 16)).toBe(start + 321);
  });

  it('survives being parsed and serialised again', async () => {
    const generator = await make(6);
    for (const type of eventTypes) {
      const body = JSON.stringify(generator.sample(type, start).event);
      expect(JSON.stringify(JSON.parse(body))).toBe(body);
    }
  });

  it('names the author that was asked for, where its type has one', async () => {
    const generator = await make(7);
    const author = { identifier: 'magento', type: 'api' } as const;
    for (const type of pimEventTypes) {
      const data = generator.sample(type, start, { author }).event.data as { author?: unknown };
      expect(data.author).toEqual(/became/.test(type) ? undefined : author);
    }
  });
});

/** The traffic of some requests, checked against a consumer's copy of the PIM. */
async function replay(seed: number, stock: number, requests: number): Promise<GeneratedEvent[]> {
  const generator = await make(seed, stock);
  const replica = new PimReplica(generator.snapshot(), { strict: true });
  const events = Array.from({ length: requests }, (_, n) => generator.next(start + n * 1_000)).flat();
  for (const made of events) replica.apply(made);
  replica.compare(generator.snapshot());
  return events;
}

describe('traffic', () => {
  it('fits together, request after request, in a PIM with a past', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 1, max: 12 }), async (seed, stock) => {
        await replay(seed, stock, 120);
      }),
      { numRuns: 500 },
    );
  });

  it('fits together from an empty PIM on', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        await replay(seed, 0, 180);
      }),
      { numRuns: 300 },
    );
  });

  it('validates, and has every product event in it', async () => {
    const events = await replay(11, 25, 3_000);
    for (const { event } of events) expectValid(event);
    const seen = new Set(events.map(({ event }) => event.type));
    for (const type of pimEventTypes.filter((name) => name.includes('.product.'))) expect(seen).toContain(type);
  });

  it('shares a correlation id between the events of one request only', async () => {
    const generator = await make(12);
    const requests = Array.from({ length: 200 }, () => generator.next(start));
    const ids = requests.map((events) => new Set(events.map(({ correlationId }) => correlationId)));
    for (const each of ids) expect(each.size).toBe(1);
    expect(new Set(ids.flatMap((each) => [...each])).size).toBe(200);
  });

  it('keeps its PIM at about its size, however long it goes on', async () => {
    const generator = await make(13, 20);
    for (let n = 0; n < 20_000; n++) generator.next(start);
    const { products, productModels, assets } = generator.snapshot();
    expect(products.length).toBeLessThan(40);
    expect(productModels.length).toBeLessThan(40);
    expect(assets.length).toBeLessThan(600);
  });
});

describe('samples', () => {
  it('bring what they need into being, and never contradict what came before', async () => {
    const types = fc.array(fc.constantFrom(...pimEventTypes), { minLength: 60, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom(0, 5), types, async (seed, stock, chosen) => {
        const generator = await make(seed, stock);
        const replica = new PimReplica(generator.snapshot(), { strict: false });
        for (const [n, type] of chosen.entries()) {
          if (!type.includes('.workflow.')) replica.apply(generator.sample(type, start + n));
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['com.akeneo.pim.v1.product.became-complete', 'complete_on'],
    ['com.akeneo.pim.v1.product.became-incomplete', 'incomplete_on'],
  ] as const)('of %s never announce the same twice', async (type, key) => {
    const generator = await make(21, 5);
    const announced = Array.from(
      { length: 500 },
      () => generator.sample(type, start).event.data as { product: Record<string, unknown> },
    );
    const places = announced.flatMap(({ product }) =>
      (product[key] as { locale: string; scope: string }[]).map(
        ({ locale, scope }) => `${product.uuid} ${scope} ${locale}`,
      ),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it('of a job take it from its launch to its end', async () => {
    const generator = await make(22);
    const statuses = Array.from({ length: 3 }, () => {
      const { job } = generator.sample('com.akeneo.pim.v1.job.import.status-changed', start).event.data as {
        job: { status: string };
      };
      return job.status;
    });
    expect(statuses.slice(0, 2)).toEqual(['starting', 'in_progress']);
    expect(['completed', 'failed']).toContain(statuses[2]);
  });
});

describe('chance', () => {
  it('gives the same events, byte for byte, for the same seed and times', async () => {
    const run = async (seed: number): Promise<string> => {
      const generator = await make(seed);
      const traffic = Array.from({ length: 200 }, (_, n) => generator.next(start + n));
      return JSON.stringify([traffic, eventTypes.map((type) => generator.sample(type, start))]);
    };
    expect(await run(31)).toBe(await run(31));
    expect(await run(31)).not.toBe(await run(32));
  });

  it('and what is in the PIM go back to where they were, also while an empty PIM is being built', async () => {
    const lengths = fc.integer({ min: 0, max: 400 });
    await fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom(0, 12), lengths, lengths, async (seed, stock, before, after) => {
        const generator = await make(seed, stock);
        const events = (n: number) => JSON.stringify(Array.from({ length: n }, (_, at) => generator.next(start + at)));
        events(before);
        const captured = generator.capture();
        const [made, left] = [events(after), generator.snapshot()];
        for (const type of eventTypes) generator.sample(type, start);
        generator.restore(captured);
        expect(events(after)).toBe(made);
        expect(generator.snapshot()).toEqual(left);
        generator.restore(captured);
        expect(events(after)).toBe(made);
      }),
      { numRuns: 40 },
    );
  });

  it('is not shifted for one kind of event by events of another', async () => {
    const [alone, among] = [await make(33), await make(33)];
    for (let n = 0; n < 50; n++) {
      among.sample('com.akeneo.pim.v1.category.created', start);
      among.sample('com.akeneo.pim.v1.job.export.status-changed', start);
      const [first, second] = [alone, among].map(
        (generator) => generator.sample(delta, start).event.data as { product: unknown },
      );
      expect(second?.product).toEqual(first?.product);
    }
  });
});
