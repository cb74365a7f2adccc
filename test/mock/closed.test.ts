import { describe, expect, it } from 'vitest';
import type { Mock } from '../../src/mock.ts';
import { rejectionOf } from '../rejection-of.ts';
import { start } from './integration.ts';

const event = { specversion: '1.0', id: 'e1', source: 'pim', type: 'com.akeneo.pim.v1.product.updated' } as const;

/** What gives a mock something to do, as a call that rejects. */
const asks: Record<string, (mock: Mock) => Promise<unknown>> = {
  publish: (mock) => mock.publish('product.updated'),
  subscribe: (mock) => mock.subscribe({ handler: () => new Response() }),
  generate: (mock) => mock.generate({ types: ['product.updated'], count: 1 }),
  replay: async (mock) => mock.replay([event]),
  publishNext: (mock) => mock.publishNext(),
  drain: (mock) => mock.drain(),
  snapshot: (mock) => mock.snapshot(),
  reset: async (mock) => mock.reset(),
  token: async (mock) => mock.token(),
};

describe.each(['virtual', 'system'] as const)('a closed mock on the %s clock', (clock) => {
  it.each(Object.keys(asks))('refuses %s', async (asked) => {
    const mock = await start({ clock });
    await mock.close();
    const error = await rejectionOf(() => asks[asked]?.(mock) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'MOCK_CLOSED', message: `${asked}: the mock is closed` });
    expect(mock.deliveries()).toEqual([]);
  });

  it('refuses to go back to a snapshot', async () => {
    const mock = await start({ clock });
    const snapshot = await mock.snapshot();
    await mock.close();
    expect(await rejectionOf(() => mock.restore(snapshot))).toMatchObject({ code: 'MOCK_CLOSED' });
  });

  it('refuses all of it from the moment that it begins to close', async () => {
    const mock = await start({ clock });
    const closed = mock.close();
    for (const ask of Object.values(asks))
      expect(await rejectionOf(() => ask(mock))).toMatchObject({ code: 'MOCK_CLOSED' });
    await closed;
  });

  it('says of an event that it overtook that it was not published', async () => {
    const mock = await start({ clock });
    const published = rejectionOf(() => mock.publish('product.updated'));
    const own = rejectionOf(() => mock.publish({ type: 'product.deleted' }));
    await mock.close();
    expect(await published).toMatchObject({ code: 'PUBLISHING_ENDED' });
    expect(await own).toMatchObject({ code: 'PUBLISHING_ENDED', message: expect.stringMatching(/^product\.deleted /) });
    expect(mock.journal.lastSeq).toBe(0);
  });

  it('can still be judged, at once, by what there is', async () => {
    const mock = await start({ clock });
    let status = 200;
    await mock.subscribe({ handler: () => new Response(null, { status }), events: ['product.*'] });
    await mock.publish('product.updated');
    await mock.expectAllDelivered();
    status = 503;
    await mock.publish('product.deleted');
    await mock.drain();
    await mock.close();
    const patient = { timeoutMs: Number.POSITIVE_INFINITY };
    expect(await mock.expectDelivered({ type: 'product.updated' }, patient)).toHaveLength(1);
    await mock.expectNever({ type: 'family.*' });
    const code = 'EXPECTATION_FAILED';
    expect(await rejectionOf(() => mock.expectDelivered({ type: 'product.deleted' }, patient))).toMatchObject({ code });
    expect(await rejectionOf(() => mock.expectNever({ type: 'product.deleted' }))).toMatchObject({ code });
    expect(await rejectionOf(() => mock.expectAllDelivered())).toMatchObject({ code });
    expect(await rejectionOf(() => mock.waitFor(() => false, patient))).toMatchObject({ code: 'WAIT_TIMEOUT' });
  });
});
