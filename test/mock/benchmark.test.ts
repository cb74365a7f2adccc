import { describe, expect, it } from 'vitest';
import { startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

const type = 'com.akeneo.benchmark.v1.test';

describe('a benchmark', () => {
  it('reaches the benchmark subscriptions only, with numbered events of about the size', async () => {
    const mock = await start({ allowHttp: true, policy: { rateMax: null } });
    const [benchmark, pim] = [await startHandler(), await startHandler()];
    const shop = await Integration.connect(mock);
    await shop.subscribe(benchmark.url, { source: 'benchmark', events: [type] });
    await shop.subscribe(pim.url);
    const { status } = await shop.call('POST', '/benchmark', { type, count: 450, size: 2, custom_data: { run: 7 } });
    expect(status).toBe(202);
    await mock.drain();

    const sent = benchmark.received.slice(1).map(({ body }) => JSON.parse(body.toString()));
    expect(sent.map(({ data }) => data.index).sort((a, b) => a - b)).toEqual(Array.from({ length: 450 }, (_, n) => n));
    expect(new Set(sent.map(({ id }) => id)).size).toBe(450);
    for (const { data, type: sentType } of sent) {
      expect(sentType).toBe(type);
      expect(data.custom_data).toEqual({ run: 7 });
      expect(JSON.stringify(data)).toHaveLength(2_048);
    }
    expect(pim.received.slice(1)).toEqual([]);
  });

  it('answers at once and is published slice by slice, while other requests are answered', async () => {
    const mock = await start();
    const shop = await Integration.connect(mock);
    await shop.call('POST', '/benchmark', { type, count: 100_000, size: 0.1 });
    const meanwhile = (await (await fetch(`${mock.url}/_mock/state`)).json()) as { counters: { published: number } };
    expect(meanwhile.counters.published).toBeLessThan(100_000);
    await mock.drain();
    const after = (await (await fetch(`${mock.url}/_mock/state`)).json()) as { counters: { published: number } };
    expect(after.counters.published).toBe(100_000);
  });

  it.each(['reset', 'close'] as const)('stops at a %s', async (end) => {
    const mock = await start();
    const shop = await Integration.connect(mock);
    let published = 0;
    await shop.call('POST', '/benchmark', { type, count: 20_000 });
    mock.journal.subscribe((entry) => {
      if (entry.type === 'event.published') published++;
    });
    await mock[end]();
    // Waits for what is still under way, of a closed mock too.
    await mock.expectNever();
    expect(published).toBe(0);
  });
});
