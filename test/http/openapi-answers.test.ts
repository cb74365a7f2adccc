import { describe, expect, it } from 'vitest';
import type { DeliveryView } from '../../src/http/control-api.ts';
import type { JournalBody } from '../../src/http/journal-api.ts';
import { start } from '../mock/integration.ts';
import { startHandler } from '../runtime/handler.ts';
import { DescribedClient } from './described-client.ts';

const connection = { clientId: 'erp', clientSecret: 'erp-secret', username: 'erp', password: 'erp-password' };
const minute = 60_000;

interface Items<T> {
  items: T[];
}

/** A mock in virtual time, a handler that answers as told, and a client that holds answers against their description. */
async function world() {
  const mock = await start({
    clock: 'virtual',
    allowHttp: true,
    policy: { activationDelayMs: 0 },
    connections: [{ kind: 'connection', permission: true, ...connection }],
  });
  let status = 200;
  const handler = await startHandler((request, response) =>
    response.writeHead(request.method === 'HEAD' ? 200 : status).end(),
  );
  const client = await DescribedClient.of(mock);
  const answerWith = (next: number): void => {
    status = next;
  };
  return { mock, handler, client, answerWith };
}

describe('what /openapi.json says of the control API', () => {
  it('is what every operation answers', async () => {
    const { mock, handler, client, answerWith } = await world();
    await client.call('GET /_mock/health', 200);
    const { id, subscriber_id } = await client.call<{ id: string; subscriber_id: string }>(
      'POST /_mock/subscribe',
      201,
      {
        body: { url: handler.url, events: ['product.*'], filter: 'not user="nobody"' },
      },
    );
    const publish = (count = 1) =>
      client.call<{ published: { id: string }[] }>('POST /_mock/publish', 202, {
        body: { types: ['product.updated'], count, as: 'user:julia' },
      });
    const [event] = (await publish()).published;
    await client.call('POST /_mock/publish', 202, { body: { types: ['product.updated'], as: 'user:nobody' } });
    const replay = { path: { replay: 'mine' } };
    const recorded = { specversion: '1.0', id: 'r', source: 'pim', type: 'com.akeneo.pim.v1.product.updated' };
    await client.call('POST /_mock/replays/{replay}', 200, { ...replay, body: { events: [recorded], after_ms: [0] } });
    await client.call('DELETE /_mock/replays/{replay}', 200, replay);
    await client.call('POST /_mock/drain', 200, { body: { timeout_ms: 10_000 } });
    await client.call('POST /_mock/expect/delivered', 200, { body: { event_id: event?.id, count: 1 } });
    await client.call('POST /_mock/expect/never', 200, { body: { type: 'family.*' } });
    await client.call('POST /_mock/expect/all-delivered', 200);
    await client.call('GET /_mock/events/{id}', 200, { path: { id: event?.id ?? '' } });

    await client.call('GET /_mock/event-types', 200);
    const draft = await client.call<{ event: unknown }>('POST /_mock/events/draft', 200, {
      body: { type: 'product.updated', seed: 2 },
    });
    await client.call('POST /_mock/events/check', 200, { body: draft });
    await client.call('POST /_mock/events/check', 200, { body: { event: { type: 'nothing' } } });
    await client.call('POST /_mock/subscriptions/{id}/rotate-secret', 200, { path: { id } });
    expect(await client.open('GET /_mock/stream')).toMatch(/^retry: \d+/);

    await client.call('POST /_mock/snapshots', 201, { body: { name: 'calm' } });
    await client.call('GET /_mock/snapshots', 200);
    const body = { topic: 'projects/my-project/topics/pim-events' };
    await client.call('POST /_mock/pubsub/revoke', 200, { body });
    await client.call('GET /_mock/pubsub/topics', 200);
    await client.call('POST /_mock/pubsub/grant', 200, { body });
    const rules = [
      'status=503 first=1 reached',
      'duplicate every=3',
      'reorder=2 probability=0.5',
      'delay=1s attempt=2',
    ];
    await client.call('POST /_mock/faults', 201, { body: rules });
    await client.call('POST /_mock/faults', 201, { body: { apiStatus: 503, first: 1, method: 'PATCH' } });
    await publish(2);
    answerWith(503);
    await publish();
    await client.call('GET /_mock/clock', 200);
    await client.call('POST /_mock/clock/next', 200);
    await client.call('POST /_mock/clock/advance', 200, { body: { by: '5m' } });
    await client.call('GET /_mock/faults', 200);
    await client.call('PUT /_mock/faults', 200, { body: [] });
    await client.call('DELETE /_mock/faults', 200);
    await client.call('GET /_mock/state', 200);
    await client.call('POST /_mock/clock/run-until-idle', 200, { body: { limit: 1_000 } });
    const resend = { path: { id: 'd1' } };
    for (const as of ['itself', 'duplicate', 'new_event'])
      await client.call('POST /_mock/deliveries/{id}/resend', 202, { ...resend, body: { as } });
    await client.call('GET /_mock/deliveries/{id}', 200, resend);
    answerWith(404);
    await publish();
    await client.call('POST /_mock/drain', 200);
    answerWith(200);

    const path = { id };
    const { items } = await client.call<Items<DeliveryView>>('GET /_mock/deliveries', 200, { query: { order: 'asc' } });
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['delivered', 'dropped', 'discarded']));
    const attempts = await client.call<Items<unknown>>('GET /_mock/attempts', 200, { query: { subscription_id: id } });
    expect(attempts.items.length).toBeGreaterThan(items.length);
    await client.call('GET /_mock/why', 200, { query: { event_id: event?.id ?? '' } });
    await client.call('GET /_mock/timeline', 200);
    await client.call('GET /_mock/logs', 200, { query: { subscriber_id } });
    await client.call('GET /_mock/outbox', 200);
    await client.call('GET /_mock/state', 200);
    await client.call('GET /_mock/journal', 200);

    await client.call('POST /_mock/snapshots/{name}/restore', 200, { path: { name: 'calm' } });
    await client.call('DELETE /_mock/snapshots/{name}', 200, { path: { name: 'calm' } });
    await client.call('POST /_mock/subscriptions/{id}/suspend', 200, { path, body: { by: 'user' } });
    await publish();
    await client.call('POST /_mock/subscriptions/{id}/resume', 200, { path });
    await client.call('POST /_mock/subscriptions/{id}/revoke', 200, { path });
    const clientId = mock.credentials.clientId;
    const permission = { path: { clientId }, body: { granted: false } };
    await client.call('PUT /_mock/connections/{clientId}/permission', 200, permission);
    await client.call('POST /_mock/connections/{clientId}/remove', 200, { path: { clientId } });
    await client.call('GET /_mock/journal', 200);
    await client.call('POST /_mock/reset', 200);

    expect([...client.called].sort()).toEqual(client.operations('control').sort());
  });

  it('is what its errors answer, each with a code and a way out', async () => {
    const { client } = await world();
    const body = { tpye: 'product.updated' };
    await client.call('POST /_mock/publish', 400, { body: { types: ['product.updated'], cuont: 2 } });
    await client.call('POST /_mock/expect/delivered', 400, { body });
    await client.call('GET /_mock/deliveries', 400, { query: { stat: 'queued' } });
    await client.call('GET /_mock/events/{id}', 404, { path: { id: 'nothing' } });
    await client.call('GET /_mock/deliveries/{id}', 404, { path: { id: 'd99' } });
    await client.call('POST /_mock/deliveries/{id}/resend', 404, { path: { id: 'd99' } });
    await client.call('POST /_mock/deliveries/{id}/resend', 400, { path: { id: 'd99' }, body: { as: 'copy' } });
    await client.call('POST /_mock/subscriptions/{id}/suspend', 404, { path: { id: 'nothing' } });
    await client.call('POST /_mock/expect/delivered', 409, { body: { timeout_ms: 0 } });
    await client.call('GET /_mock/health', 403, { headers: { Origin: 'https://evil.example.com' } });
  });

  it('names each operation of its own, for generated clients', async () => {
    const { client } = await world();
    const names = Object.values(client.document.paths).flatMap((methods) =>
      Object.values(methods).map((operation) => 'operationId' in operation && operation.operationId),
    );
    expect(names).not.toContain(false);
    expect(new Set(names).size).toBe(names.length);
  });

  it('describes itself and the schemas of events', async () => {
    const { client } = await world();
    expect(await client.call('GET /openapi.json', 200)).toEqual(client.document);
    const path = { type: 'com.akeneo.pim.v1.product.updated' };
    const schema = await client.call('GET /spec/{type}.schema.json', 200, { path });
    expect(schema).toMatchObject({ title: 'product.updated' });
    await client.call('GET /spec/{type}.schema.json', 404, { path: { type: 'product.updated' } });
  });

  it('calls what is published and what became of it by other names than the library calls other things', async () => {
    const { schemas } = (await world()).client.document.components;
    expect(schemas).toMatchObject({ PublishAnswer: {}, EventWithDeliveries: {} });
    expect(schemas).not.toHaveProperty('Published');
    expect(schemas).not.toHaveProperty('PublishedEvent');
  });

  it('covers the entries of the journal that an ordinary run does not have', async () => {
    const { mock, handler, client, answerWith } = await world();
    const headers = {
      'X-PIM-URL': mock.url,
      'X-PIM-TOKEN': mock.token(),
      'X-PIM-CLIENT-ID': mock.credentials.clientId,
    };
    await fetch(`${mock.url}/api/v1/subscribers`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'no contact' }),
    });
    const { id } = await client.call<{ id: string }>('POST /_mock/subscribe', 201, { body: { url: handler.url } });
    answerWith(503);
    await mock.generate({ types: ['product.updated'], count: 1 });
    await client.call('POST /_mock/clock/advance', 200, { body: { ms: 36 * minute } });
    await client.call('POST /_mock/subscriptions/{id}/suspend', 200, { path: { id } });
    await mock.generate({ types: ['product.updated'], count: 1 });
    await client.call('POST /_mock/subscriptions/{id}/resume', 200, { path: { id } });
    const { items } = await client.call<JournalBody>('GET /_mock/journal', 200);
    const types = items.map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['creation.refused', 'delivery.dropped', 'notification.sent', 'subscription.missed']),
    );
  });
});

describe('what /openapi.json says of the PIM and the management API', () => {
  it('is what they answer', async () => {
    const { mock, handler, client } = await world();
    const basic = `Basic ${Buffer.from(`${connection.clientId}:${connection.clientSecret}`).toString('base64')}`;
    const { username, password } = connection;
    const { access_token: token } = await client.call<{ access_token: string }>('POST /api/oauth/v1/token', 200, {
      headers: { Authorization: basic },
      body: { grant_type: 'password', username, password },
    });
    await client.call('GET /api/rest/v1/token-info', 200, { headers: { Authorization: `Bearer ${token}` } });
    const headers = { 'X-PIM-URL': mock.url, 'X-PIM-TOKEN': token, 'X-PIM-CLIENT-ID': connection.clientId };
    const contact = { technical_email: 'dev@example.com' };
    const subscriber = await client.call<{ id: string }>('POST /api/v1/subscribers', 201, {
      headers,
      body: { name: 'shop', contact },
    });
    const path = { subscriberId: subscriber.id };
    const documented = client.operations('subscriptions', 'subscribers');
    const named = (pattern: RegExp): string => documented.find((operation) => pattern.test(operation)) ?? '';
    const own = (operation: string, id: string) => {
      const names = [...operation.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      return Object.fromEntries(names.map((name, i) => [name, i === 0 ? path.subscriberId : id]));
    };
    const create = named(/^POST \/api\/v1\/subscribers\/\{\w+\}\/subscriptions$/);
    const wish = {
      type: 'https',
      events: ['com.akeneo.pim.v1.product.updated'],
      config: { url: handler.url, secret: { primary: 'a-secret-of-the-shop' } },
    };
    const made = await client.call<{ id: string }>(create, 201, { headers, path: own(create, ''), body: wish });
    for (const operation of documented.filter((each) => each.startsWith('GET ')))
      await client.call(operation, 200, { headers, path: own(operation, made.id) });
    for (const end of ['suspend', 'resume']) {
      const operation = named(new RegExp(`/${end}$`));
      await client.call(operation, 202, { headers, path: own(operation, made.id) });
    }
    await client.call('GET /api/v1/logs', 200, { headers });
    await client.call('GET /api/v1/logs', 401);
    const deletion = named(/^DELETE .*\/subscriptions\/\{\w+\}$/);
    await client.call(deletion, 200, { headers, path: own(deletion, made.id) });
  });
});
