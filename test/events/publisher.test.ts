import { describe, expect, it } from 'vitest';
import type { SealedEvent } from '../../src/core/types.ts';
import { Publisher } from '../../src/events/publisher.ts';

const now = Date.UTC(2026, 0, 5, 8);

function publisherWith(options: { isManual?: boolean } = {}) {
  const accepted: SealedEvent[] = [];
  const accept = (event: SealedEvent): number => accepted.push(event);
  return { publisher: new Publisher({ seed: 1, source: 'pim', now: () => now, accept, ...options }), accepted };
}

describe('a large request', () => {
  it('is refused beyond 10,000 events, and the error names the product', async () => {
    const { publisher, accepted } = publisherWith();
    await expect(publisher.generate({ types: ['*'], count: 10_000 })).rejects.toMatchObject({
      code: 'TOO_MANY_EVENTS',
      message: expect.stringMatching(
        /^\d+ event types × 10000 are \d+0000 events, and one request makes at most 10000$/,
      ),
    });
    expect(accepted).toEqual([]);
  });

  it('lets others have their turn', async () => {
    const { publisher, accepted } = publisherWith();
    const turns: number[] = [];
    let isDone = false;
    const watch = (): void => {
      turns.push(accepted.length);
      if (!isDone) setImmediate(watch);
    };
    setImmediate(watch);
    await publisher.generate({ types: ['product.updated'], count: 1_000 });
    isDone = true;
    expect(turns.some((seen) => seen > 0 && seen < 1_000)).toBe(true);
  });

  it('is published in one go where time stands still', async () => {
    const { publisher, accepted } = publisherWith({ isManual: true });
    const seen = new Set<number>();
    setImmediate(() => seen.add(accepted.length));
    await publisher.generate({ types: ['product.updated'], count: 1_000 });
    expect([...seen].filter((n) => n > 0 && n < 1_000)).toEqual([]);
  });

  it('has the same events whatever else is asked for meanwhile', async () => {
    const bodies = async (together: boolean): Promise<string[]> => {
      const { publisher, accepted } = publisherWith();
      const wishes = (['product.updated', 'family.updated'] as const).map(
        (type) => () => publisher.generate({ types: [type], count: 500 }),
      );
      if (together) await Promise.all(wishes.map((wish) => wish()));
      else for (const wish of wishes) await wish();
      return accepted.map(({ text }) => text);
    };
    expect(await bodies(true)).toEqual(await bodies(false));
  });

  it('ends when it is stopped', async () => {
    const { publisher, accepted } = publisherWith();
    const published = publisher.generate({ types: ['product.updated'], count: 1_000 });
    publisher.stop();
    expect(await published).toEqual([]);
    expect(accepted).toEqual([]);
  });
});

describe('values that are set', () => {
  it.each([
    [{ type: 'zzz' }, 'UNKNOWN_EVENT_TYPE'],
    [{ type: 'product.updated' }, 'INVALID_EVENT'],
    [{ id: '' }, 'INVALID_EVENT'],
    [{ specversion: 2 }, 'INVALID_EVENT'],
  ])('%j are refused, and nothing is published', async (set, code) => {
    const { publisher, accepted } = publisherWith();
    await expect(publisher.generate({ types: ['product.updated'], count: 2, set })).rejects.toMatchObject({ code });
    expect(accepted).toEqual([]);
  });

  it('may change the type to another known one', async () => {
    const { publisher } = publisherWith();
    const set = { type: 'com.akeneo.pim.v1.family.updated' };
    expect(await publisher.generate({ types: ['product.updated'], count: 1, set })).toMatchObject([set]);
  });
});
