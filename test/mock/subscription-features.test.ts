import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../src/core/types.ts';
import { VirtualClock } from '../../src/runtime/clock.ts';
import { answer, type Received, startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

const minute = 60_000;
/** Without a rate to keep to, everything is sent once the mock is idle. */
const options = { allowHttp: true, policy: { rateMax: null } };
const primary = 'the-first-primary-secret';
const rotated = 'the-second-primary-secret';

const deliveriesTo = ({ received }: { received: Received[] }): Received[] =>
  received.filter(({ method }) => method === 'POST');
const eventOf = ({ body }: Received) => JSON.parse(body.toString());
const sign = (body: Buffer, secret: string): string => createHmac('sha256', secret).update(body).digest('hex');
const event = (type: string, data: unknown): CloudEvent => ({
  specversion: '1.0',
  id: '019b8d12-0000-7000-8000-000000000000',
  source: 'pim',
  type: `com.akeneo.pim.v1.${type}`,
  data,
});

describe('custom headers', () => {
  it('come with every delivery, their names as they were given, and change nothing of the signature', async () => {
    const mock = await start(options);
    const handler = await startHandler();
    const shop = await Integration.connect(mock);
    const headers = { 'X-Tenant-ID': 'blue', 'x-API-key': 'k 1' };
    await shop.subscribe(handler.url, { config: { url: handler.url, secret: { primary }, headers } });
    await mock.generate({ types: ['product.updated'], count: 2 });
    await mock.drain();

    const deliveries = deliveriesTo(handler);
    expect(deliveries).toHaveLength(2);
    for (const { rawHeaders, headers: arrived, body } of deliveries) {
      for (const [name, value] of Object.entries(headers)) expect(rawHeaders[rawHeaders.indexOf(name) + 1]).toBe(value);
      expect(arrived['x-akeneo-signature-primary']).toBe(sign(body, primary));
    }
  });
});

describe('secrets that are rotated while events flow', () => {
  it('sign what is sent from then on, and a secondary one signs beside the primary', async () => {
    const mock = await start(options);
    const handler = await startHandler();
    const shop = await Integration.connect(mock);
    const { path } = await shop.subscribe(handler.url, { config: { url: handler.url, secret: { primary } } });
    const steps = [undefined, { secondary: rotated }, { primary: rotated }];
    for (const secret of steps) {
      if (secret) expect((await shop.call('PATCH', path, { config: { secret } })).status).toBe(200);
      await mock.generate({ types: ['product.updated'], count: 1 });
      await mock.drain();
    }

    const signed = deliveriesTo(handler).map(({ headers, body }) => ({
      primary: headers['x-akeneo-signature-primary'] === sign(body, primary) ? primary : rotated,
      secondary: headers['x-akeneo-signature-secondary'] === sign(body, rotated) ? rotated : undefined,
    }));
    expect(signed).toEqual([
      { primary, secondary: undefined },
      { primary, secondary: rotated },
      { primary: rotated, secondary: undefined },
    ]);
  });

  it('sign a retry anew, with the same bytes in its body', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 5));
    const mock = await start({ ...options, clock });
    const statuses = [503, 200];
    const handler = await startHandler((request, response, n) =>
      answer(request.method === 'HEAD' ? 200 : (statuses.shift() ?? 500))(request, response, n),
    );
    const shop = await Integration.connect(mock);
    const { path } = await shop.subscribe(handler.url, {
      events: ['com.akeneo.pim.v1.product.updated.delta'],
      config: { url: handler.url, secret: { primary } },
    });
    await mock.generate({ types: ['product.updated.delta'], count: 1 });
    await mock.drain();
    await shop.call('PATCH', path, {
      send_product_identifier: true,
      config: { secret: { primary: rotated, secondary: primary } },
    });
    await clock.advance(5 * minute);

    const [first, second] = deliveriesTo(handler);
    if (!first || !second) throw new Error('there are two attempts');
    expect(second.body.equals(first.body)).toBe(true);
    expect(first.headers['x-akeneo-signature-primary']).toBe(sign(first.body, primary));
    expect(first.headers).not.toHaveProperty('x-akeneo-signature-secondary');
    expect(second.headers['x-akeneo-signature-primary']).toBe(sign(second.body, rotated));
    expect(second.headers['x-akeneo-signature-secondary']).toBe(sign(second.body, primary));
    expect(mock.deliveries()).toMatchObject([{ state: 'delivered', attempts: [{}, {}] }]);
  });
});

describe('send_product_identifier', () => {
  it('shows the identifier of the same event to the subscription that asked for it, and to no other', async () => {
    const mock = await start(options);
    const [plain, identified] = [await startHandler(), await startHandler()];
    const shop = await Integration.connect(mock);
    const names = ['created', 'updated', 'updated.delta', 'deleted', 'became-complete', 'became-incomplete'] as const;
    const events = names.map((name) => `com.akeneo.pim.v1.product.${name}` as const);
    await shop.subscribe(plain.url, { events });
    await shop.subscribe(identified.url, { events, send_product_identifier: true });
    await mock.generate({ types: events, count: 1 });
    const recorded = { product: { uuid: 'u', identifier: 'SKU-1' }, author: { identifier: 'julia', type: 'user' } };
    mock.replay([event('product.updated', recorded), event('product.updated', { product: { uuid: 'u' } })]);
    await mock.drain();

    const byId = (received: Received[]) => new Map(received.map(eventOf).map((sent) => [sent.id, sent]));
    const [without, with_] = [byId(deliveriesTo(plain)), byId(deliveriesTo(identified))];
    expect(without.size).toBe(8);
    const identifiers: unknown[] = [];
    for (const [id, sent] of with_) {
      const { identifier, ...product } = sent.data.product;
      identifiers.push(identifier);
      expect(without.get(id)?.data).toEqual({ ...sent.data, product });
    }
    expect(identifiers.filter((identifier) => typeof identifier === 'string')).toHaveLength(7);
    expect(identifiers).toContain('SKU-1');
  });
});

describe('a filter', () => {
  const delta = (attribute: string, username = 'julia') =>
    event('product.updated.delta', {
      product: {
        uuid: attribute,
        changes: { values: { [attribute]: [{ previous: 1, new: 2, type: 't', locale: null, scope: null }] } },
      },
      author: { identifier: username, type: 'user' },
    });

  it('keeps events back, says which part of it was false, and can be changed and removed', async () => {
    const mock = await start(options);
    const handler = await startHandler();
    const shop = await Integration.connect(mock);
    const filter = 'attribute in ["price", "stock"] and not user = "import"';
    const events = ['com.akeneo.pim.v1.product.updated.delta'];
    const { id, path } = await shop.subscribe(handler.url, { events, filter });
    const send = async (...sent: CloudEvent[]): Promise<number[]> => {
      const published = mock.replay(sent);
      await mock.drain();
      return published.map(({ deliveries }) => deliveries);
    };

    expect(await send(delta('price'), delta('name'), delta('stock', 'import'))).toEqual([1, 0, 0]);
    expect([...mock.journal.entries()].filter(({ type }) => type === 'event.filtered')).toMatchObject([
      { subscriptionId: id, because: expect.stringContaining('the changed attributes are name') },
      { subscriptionId: id, because: 'not is false, since user = "import" is true: the author is import' },
    ]);
    await shop.call('PATCH', path, { filter: 'attribute = "name"' });
    expect(await send(delta('price'), delta('name'))).toEqual([0, 1]);
    expect((await shop.call('PATCH', path, { filter: 'attribute = name' })).status).toBe(400);
    expect(await send(delta('price'), delta('name'))).toEqual([0, 1]);
    await shop.call('PATCH', path, { filter: null });
    expect(await send(delta('price'), delta('name'))).toEqual([1, 1]);
    expect(deliveriesTo(handler).map((sent) => eventOf(sent).data.product.uuid)).toEqual(
      expect.arrayContaining(['price', 'name', 'name', 'price', 'name']),
    );
    expect(deliveriesTo(handler)).toHaveLength(5);
  });

  it('of one subscription is nothing to another', async () => {
    const mock = await start(options);
    const handler = await startHandler();
    const shop = await Integration.connect(mock);
    const events = ['com.akeneo.pim.v1.product.updated.delta'];
    await shop.subscribe(handler.url, { events, filter: 'user = "nobody"' });
    await shop.subscribe(handler.url, { events });
    expect(mock.replay([delta('price')])).toMatchObject([{ deliveries: 1 }]);
  });
});
