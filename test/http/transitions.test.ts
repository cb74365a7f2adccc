import { describe, expect, it } from 'vitest';
import { Integration, start } from '../mock/integration.ts';
import { answer, startHandler } from '../runtime/handler.ts';

const send = async (url: string, method: string, body?: unknown) => {
  const sent =
    body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, { method, ...sent });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

async function shopFor() {
  const mock = await start({ allowHttp: true, clock: 'virtual' });
  const handler = await startHandler(answer(200));
  const shop = await Integration.connect(mock);
  const { id } = await shop.subscribe(handler.url);
  const status = async () => (await send(`${mock.url}/_mock/state`, 'GET')).body.subscriptions as { status: string }[];
  return { mock, shop, id, status, control: `${mock.url}/_mock` };
}

describe('what a developer does to a subscription', () => {
  it('suspends and resumes it, and is told what was missed meanwhile', async () => {
    const { mock, id, control, status } = await shopFor();
    const one = `${control}/subscriptions/${id}`;
    expect(await send(`${one}/suspend`, 'POST')).toEqual({
      status: 200,
      body: { id, status: 'suspended', by: 'system', lost: 0 },
    });
    await mock.generate({ types: ['product.updated'], count: 2 });
    expect(await status()).toMatchObject([{ status: 'suspended', missed: 2 }]);
    expect(await send(`${one}/resume`, 'POST', { by: 'user' })).toMatchObject({
      body: { status: 'active', by: 'user' },
    });
    const told = [...mock.journal.entries()].filter(({ type }) => type === 'subscription.missed');
    expect(told).toMatchObject([{ subscriptionId: id, events: 2 }]);
    expect((await status())[0]).not.toHaveProperty('missed');
  });

  it('revokes it for good', async () => {
    const { id, control } = await shopFor();
    expect(await send(`${control}/subscriptions/${id.slice(-8)}/revoke`, 'POST', { by: 'system' })).toMatchObject({
      body: { id, status: 'revoked' },
    });
    expect(await send(`${control}/subscriptions/${id}/resume`, 'POST')).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'SUBSCRIPTION_ENDED' }] },
    });
  });

  it('is refused for what is not there, and for an actor that nobody knows', async () => {
    const { id, control } = await shopFor();
    expect(await send(`${control}/subscriptions/nothing/suspend`, 'POST')).toMatchObject({ status: 404 });
    expect(await send(`${control}/subscriptions/${id}/suspend`, 'POST', { by: 'me' })).toMatchObject({ status: 400 });
  });
});

describe('what happens to a connection in the PIM', () => {
  it('loses its permission: what it subscribed is suspended, and new calls are refused', async () => {
    const { mock, shop, id, control } = await shopFor();
    const path = `${control}/connections/${mock.credentials.clientId}/permission`;
    expect(await send(path, 'PUT', { granted: false })).toMatchObject({
      body: { subscriptions: [{ id, status: 'suspended' }] },
    });
    expect((await shop.call('GET', '/subscribers')).status).toBe(403);
    await send(path, 'PUT', { granted: true });
    expect((await shop.call('GET', '/subscribers')).status).toBe(200);
  });

  it('is removed: what it subscribed is revoked, and its credentials stop working', async () => {
    const { mock, shop, id, control } = await shopFor();
    const { clientId } = mock.credentials;
    const removed = await send(`${control}/connections/${clientId}/remove`, 'POST');
    expect(removed.body).toMatchObject({ client_id: clientId, subscriptions: [{ id, status: 'revoked' }] });
    expect((await shop.call('GET', '/subscribers')).status).toBe(401);
    expect(await send(`${control}/connections/nobody/remove`, 'POST')).toMatchObject({
      status: 404,
      body: { errors: [{ code: 'CONNECTION_NOT_FOUND' }] },
    });
  });
});

describe('the control API', () => {
  it('shows rate, health and answer times of a subscription', async () => {
    const { mock, status } = await shopFor();
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.clock.runUntilIdle();
    expect(await status()).toMatchObject([
      { rate_per_second: 50, health: { requests: 1, successRate: 1 }, latency: { answers: 1, slow: 0, late: 0 } },
    ]);
  });

  it('explains where an event is, by its id or the end of it', async () => {
    const { mock, id, control } = await shopFor();
    const [event] = await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.clock.runUntilIdle();
    const asked = await send(`${control}/why?event_id=${event?.id.slice(-8)}&subscription_id=${id}`, 'GET');
    expect(asked.body).toMatchObject({
      event_id: event?.id,
      event_type: 'com.akeneo.pim.v1.product.updated',
      items: [{ subscription_id: id, delivery_id: 'd1', reason: 'delivered' }],
    });
    expect(await send(`${control}/why?event_id=nothing`, 'GET')).toMatchObject({
      status: 404,
      body: { errors: [{ code: 'EVENT_NOT_FOUND' }] },
    });
  });
});
