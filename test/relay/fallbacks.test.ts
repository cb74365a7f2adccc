import { describe, expect, it } from 'vitest';
import type { JournalFact } from '../../src/core/types.ts';
import { listen, request, startHandler, startRelay, subscription } from './relay-kit.ts';

const shop = subscription('shop');
const ensure = { events: null };
const warning = ({ type }: JournalFact): boolean => type === 'mock.warning';

describe('the subscription that was made for a listener', () => {
  it('steps aside when the listener gets one of its own, and says so', async () => {
    const { hub, url, mock } = await startRelay([]);
    const handler = await startHandler();
    const { event, events } = await listen(url, handler.url, { ensure });
    expect((await event('connected'))[0].subscriptions.map(({ id }) => id)).toEqual(['made-1']);

    const from = events.all.length;
    mock.subscriptions.push(shop);
    hub.claimsChanged();
    expect(await mock.facts.when(warning)).toMatchObject({ message: expect.stringContaining('made-1') });
    hub.claimsChanged();

    const told = await events.when(
      (thing) => thing.name === 'claims' && thing.args[0].subscriptions.every(({ id }) => id === 'shop'),
      from,
    );
    expect(told).toBeDefined();
    expect(mock.subscriptions).toEqual([shop]);
    expect(await hub.send(request(shop))).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('stays while the other one is suspended, because nothing would come otherwise', async () => {
    const { hub, url, mock } = await startRelay([]);
    await listen(url, '3000', { ensure });
    mock.subscriptions.push({ ...shop, status: 'suspended' });
    hub.claimsChanged();
    expect(mock.subscriptions.map(({ id }) => id)).toEqual(['made-1', 'shop']);
  });

  it('stays when the other one goes to somebody else', async () => {
    const { hub, url, mock } = await startRelay([]);
    await listen(url, '3000', { ensure });
    await listen(url, '3001', { claim: { kind: 'ids', ids: ['shop'] } });
    mock.subscriptions.push(shop);
    hub.claimsChanged();
    expect(mock.subscriptions.map(({ id }) => id)).toEqual(['made-1', 'shop']);
  });

  it('is not one with event types that were asked for', async () => {
    const { hub, url, mock } = await startRelay([]);
    await listen(url, '3000', { ensure: { events: ['product.*'] } });
    mock.subscriptions.push(shop);
    hub.claimsChanged();
    expect(mock.subscriptions.map(({ id }) => id)).toEqual(['made-1', 'shop']);
  });

  it('takes the secret of a listener that comes back with another one', async () => {
    const { url, mock } = await startRelay([]);
    await (await listen(url, '3000', { ensure: { events: null, secret: 'the-first-secret-of-all' } })).client.close();
    const secret = 'the-second-secret-of-all';
    const { event } = await listen(url, '3000', { ensure: { events: null, secret } });
    expect((await event('connected'))[0].subscriptions).toMatchObject([{ id: 'made-1', secret }]);
    expect(mock.ensured).toHaveLength(1);
  });

  it('keeps its secret for a listener that names none', async () => {
    const { url } = await startRelay([]);
    const secret = 'the-first-secret-of-all';
    await (await listen(url, '3000', { ensure: { events: null, secret } })).client.close();
    const { event } = await listen(url, '3000', { ensure });
    expect((await event('connected'))[0].subscriptions).toMatchObject([{ id: 'made-1', secret }]);
  });

  it.each([null, ['com.akeneo.pim.v1.product.deleted']])(
    'is resumed, when it was suspended, for a listener that comes back (events: %j)',
    async (events) => {
      const { url, mock } = await startRelay([]);
      for (let n = 0; n < 22; n++) {
        const { client, event } = await listen(url, '3000', { ensure: { events } });
        expect((await event('connected'))[0].subscriptions).toMatchObject([{ id: 'made-1', status: 'active' }]);
        await client.close();
        for (const made of mock.subscriptions) made.status = 'suspended';
      }
      expect(mock.subscriptions).toHaveLength(1);
    },
  );

  it('is not made beside a suspended one of the integration, whose resumption is the integration’s', async () => {
    const { url, mock } = await startRelay([{ ...shop, status: 'suspended' }]);
    const { event } = await listen(url, '3000', { ensure });
    expect((await event('connected'))[0].subscriptions).toMatchObject([{ id: 'shop', status: 'suspended' }]);
    expect(mock.ensured).toEqual([]);
  });
});
