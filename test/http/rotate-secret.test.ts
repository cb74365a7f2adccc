import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Integration, start } from '../mock/integration.ts';
import { answer, type Received, startHandler } from '../runtime/handler.ts';

const send = async (url: string, body?: unknown) => {
  const sent =
    body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, { method: 'POST', ...sent });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const signed = (request: Received | undefined, header: string, secret: unknown): boolean =>
  request?.headers[header] ===
  createHmac('sha256', String(secret))
    .update(request?.body ?? '')
    .digest('hex');
const primary = 'x-akeneo-signature-primary';
const secondary = 'x-akeneo-signature-secondary';

async function shopFor() {
  const mock = await start({ allowHttp: true, clock: 'virtual' });
  const handler = await startHandler(answer(200));
  const shop = await Integration.connect(mock);
  const { id, path, secret } = await shop.subscribe(handler.url);
  const rotate = (body?: unknown) => send(`${mock.url}/_mock/subscriptions/${id}/rotate-secret`, body);
  const delivered = async (): Promise<Received | undefined> => {
    await mock.publish('product.updated');
    await mock.drain();
    return handler.received.at(-1);
  };
  return { mock, shop, id, path, secret, rotate, delivered };
}

describe('POST /_mock/subscriptions/{id}/rotate-secret', () => {
  it('makes a new secret up, and lets the one of before sign as well', async () => {
    const { id, secret, rotate, delivered } = await shopFor();
    const { status, body } = await rotate();
    expect([status, body]).toEqual([200, { id, secret: expect.stringMatching(/^[0-9a-f]{48}$/), has_secondary: true }]);
    const request = await delivered();
    expect([signed(request, primary, body.secret), signed(request, secondary, secret)]).toEqual([true, true]);
  });

  it('takes a secret of one’s own, and leaves nothing of the one before when told to', async () => {
    const { rotate, delivered } = await shopFor();
    await rotate();
    const secret = 'a-secret-of-my-own-choice';
    expect((await rotate({ secret, keep_previous: false })).body).toMatchObject({ secret, has_secondary: false });
    const request = await delivered();
    expect(signed(request, primary, secret)).toBe(true);
    expect(request?.headers).not.toHaveProperty(secondary);
  });

  it('shows the secret this once, and tells nobody else', async () => {
    const { mock, shop, path, rotate } = await shopFor();
    const { secret } = (await rotate()).body;
    const seen = [
      await (await fetch(`${mock.url}/_mock/journal`)).text(),
      await (await fetch(`${mock.url}/_mock/state`)).text(),
      JSON.stringify(await shop.call('GET', path)),
    ];
    expect(seen.filter((text) => text.includes(String(secret)))).toEqual([]);
    expect([...mock.journal.entries()].at(-1)?.type).toBe('subscription.updated');
  });

  it('refuses what the platform refuses, and what would change nothing', async () => {
    const { secret, rotate } = await shopFor();
    const messageOf = async (body: unknown): Promise<string> => {
      const { status, body: answered } = await rotate(body);
      return `${status} ${(answered.errors as { message: string }[])[0]?.message}`;
    };
    expect(await messageOf({ secret: 'short' })).toBe('400 secret: must be 16 to 256 characters, got 5');
    expect(await messageOf({ secret: '🔑'.repeat(8) })).toBe('400 secret: must be 16 to 256 characters, got 8');
    expect(await messageOf({ secret })).toMatch(/^400 secret: is the primary secret already/);
    expect(await messageOf({ keep: true })).toBe('400 the body must not have "keep"');
  });

  it('is for what is signed and has not ended', async () => {
    const { mock, shop, id, rotate } = await shopFor();
    const pubsub = { type: 'pubsub', config: { project_id: 'my-project', topic_id: 'pim-events' } };
    const broker = await shop.subscribe('', pubsub);
    expect(await send(`${mock.url}/_mock/subscriptions/${broker.id}/rotate-secret`)).toMatchObject({
      status: 409,
      body: { errors: [{ message: expect.stringContaining('only https deliveries are signed') }] },
    });
    expect((await send(`${mock.url}/_mock/subscriptions/nothing/rotate-secret`)).status).toBe(404);
    await send(`${mock.url}/_mock/subscriptions/${id}/revoke`);
    expect(await rotate()).toMatchObject({ status: 409, body: { errors: [{ code: 'SUBSCRIPTION_ENDED' }] } });
  });
});
