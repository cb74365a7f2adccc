import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogEntry } from '../../src/runtime/platform-logs.ts';
import { answer, startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

interface Logs {
  items: LogEntry[];
}

/** A mock that does not probe and does not retry, with an integration that is signed in. */
async function startShop(options: Parameters<typeof start>[0] = {}) {
  const policy = { retryDelaysMs: [], ...options.policy };
  const mock = await start({ allowHttp: true, profile: '2026-09', ...options, policy });
  const shop = await Integration.connect(mock);
  const logs = async (query = '') => (await shop.call<Logs>('GET', `/logs${query}`)).body.items;
  return { mock, shop, logs };
}

/** A destination below HTTP. */
async function socketServer(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `localhost:${(server.address() as { port: number }).port}/`;
}

/** A server that speaks HTTP/2 alone: what comes as HTTP/1.1 it answers with GOAWAY. */
async function http2Server(): Promise<string> {
  const server = createHttp2Server();
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://localhost:${(server.address() as { port: number }).port}/`;
}

async function closedPort(): Promise<string> {
  const handler = await startHandler();
  await handler.close();
  return handler.url;
}

describe('each reason comes from a real failure', () => {
  const failures: [string, () => string | Promise<string>, { ackDeadlineMs?: number }?][] = [
    ['destination_timeout', async () => (await startHandler(() => {})).url, { ackDeadlineMs: 50 }],
    ['connection_refused', closedPort],
    [
      'connection_reset',
      async () => `http://${await socketServer((socket) => socket.once('data', () => socket.resetAndDestroy()))}`,
    ],
    ['unexpected_eof', async () => `http://${await socketServer((socket) => socket.once('data', () => socket.end()))}`],
    ['server_goaway', http2Server],
    ['invalid_certificate', async () => (await startHandler(answer(200), { secure: true })).url],
    [
      'invalid_tls_handshake',
      async () =>
        `https://${await socketServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400\r\n\r\n')))}`,
    ],
    // A label of 64 characters is longer than the DNS allows, so that no server is asked.
    ['dns_lookup_failure', () => `https://${'x'.repeat(64)}.invalid/`, { ackDeadlineMs: 30_000 }],
    // TCP to a multicast address: the system refuses it before anything is sent.
    ['network_unreachable', () => 'https://224.0.0.1/', { ackDeadlineMs: 30_000 }],
    ['destination_not_found', async () => (await startHandler(answer(404))).url],
    ['destination_redirected', async () => (await startHandler(answer(308))).url],
    ['destination_failure', async () => (await startHandler(answer(418))).url],
    ['invalid_destination_configuration', () => 'https://not-this-machine.example/'],
  ];

  it.each(failures)('%s', async (reason, makeUrl, policy = {}) => {
    const { mock, shop, logs } = await startShop({ policy, allowHost: ['*.invalid', '224.0.0.1'] });
    const { id } = await shop.subscribe(await makeUrl());
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    expect(await logs('?log_type=error')).toMatchObject([
      {
        operation: 'failed_to_deliver_event',
        subscription_id: id,
        error_type: 'failed_delivery',
        error_reason: reason,
        documentation_url: `https://api.akeneo.com/event-platform/logs.html#${reason}`,
      },
    ]);
  });
});

describe('a refused creation', () => {
  it('is logged with what was asked and answered, and no secret', async () => {
    const { shop, logs } = await startShop();
    const { path } = await shop.subscribe((await startHandler()).url);
    const subscriberId = path.split('/')[2];
    const secret = 'a-secret-that-nobody-may-read';
    const refused = await shop.call('POST', `/subscribers/${subscriberId}/subscriptions`, {
      type: 'https',
      events: ['com.akeneo.pim.v1.product.update'],
      config: { url: 'http://example.com/', secret: { primary: secret }, headers: { 'X-Key': secret } },
    });
    expect(refused.status).toBe(400);
    const [entry] = await logs();
    expect(Object.entries(entry ?? {})).toEqual([
      ['log_id', expect.any(String)],
      ['log_type', 'error'],
      ['timestamp', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)],
      ['operation', 'failed_to_create_subscription'],
      ['subscriber_id', subscriberId],
      ['subscription_id', ''],
      ['error_type', 'validation_error'],
      ['error_code', 400],
      ['error_message', expect.stringContaining('unknown event type')],
      [
        'request',
        {
          body: expect.objectContaining({ type: 'https' }),
          method: 'POST',
          url: `/api/v1/subscribers/${subscriberId}/subscriptions`,
        },
      ],
      ['response', { status: 400, body: refused.body }],
    ]);
    expect(JSON.stringify(entry)).not.toContain(secret);
  });

  it('of a subscriber has no subscriber', async () => {
    const { shop, logs } = await startShop();
    await shop.call('POST', '/subscribers', { name: '' });
    expect(await logs()).toMatchObject([
      {
        operation: 'failed_to_create_subscriber',
        subscriber_id: '',
        subscription_id: '',
        request: { body: { name: '' } },
      },
    ]);
  });
});

describe('GET /logs', () => {
  it('pages, orders and filters', async () => {
    const { shop, logs } = await startShop();
    const { id, path } = await shop.subscribe((await startHandler()).url);
    await shop.call('POST', `${path}/suspend`);
    await shop.call('POST', `${path}/resume`);
    const operations = async (query: string) => (await logs(query)).map(({ operation }) => operation);
    const all = [
      'subscriber_created_by_the_user',
      'subscription_created_by_the_user',
      'subscription_suspended_by_the_user',
      'subscription_resumed_by_the_user',
    ];
    expect(await operations('?order=asc')).toEqual(all);
    expect(await operations('')).toEqual(all.toReversed());
    expect(await operations('?order=asc&limit=3&page=2')).toEqual(all.slice(3));
    expect(await operations(`?order=asc&subscription_id=${id}`)).toEqual(all.slice(1));
    expect(await operations('?log_type=error')).toEqual([]);
    expect(await operations('?to=2001-01-01T00:00:00%2B02:00')).toEqual([]);
    expect(await operations('?from=2001-01-01T00:00:00Z&limit=1')).toEqual(all.slice(3));
  });

  it('refuses what it cannot read, one entry per problem', async () => {
    const { shop } = await startShop();
    const query = 'log_type=all&order=up&limit=1001&page=0&from=yesterday&to=2026-01-01';
    const { status, body } = await shop.call<{ errors: { message: string }[] }>('GET', `/logs?${query}`);
    expect(status).toBe(400);
    expect(body.errors.map(({ message }) => message)).toEqual([
      'log_type: must be one of "action", "error", got "all"',
      'order: must be one of "asc", "desc", got "up"',
      'limit: must be a whole number from 1 to 1000, got "1001"',
      'page: must be a whole number from 1 to 999999999, got "0"',
      'from: must be an RFC 3339 date and time such as 2024-11-15T12:34:56Z, got "yesterday"',
      'to: must be an RFC 3339 date and time such as 2024-11-15T12:34:56Z, got "2026-01-01"',
    ]);
    const turned = await shop.call('GET', '/logs?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z');
    expect(turned).toMatchObject({ status: 400, body: { errors: [{ message: 'from: must not be after to' }] } });
  });

  it('shows a client its own entries only, and nobody without a token any', async () => {
    const other = {
      kind: 'connection',
      clientId: 'dam',
      clientSecret: 's',
      username: 'u',
      password: 'p',
      permission: true,
    } as const;
    const { mock, shop, logs } = await startShop({ connections: [other] });
    await shop.call('POST', '/subscribers', { name: '' });
    expect(await logs()).toHaveLength(1);
    const credentials = {
      ...mock.credentials,
      ...{ clientId: 'dam', clientSecret: 's', username: 'u', password: 'p' },
    };
    const dam = await Integration.connect({ ...mock, credentials });
    expect((await dam.call<Logs>('GET', '/logs')).body).toEqual({ items: [] });
    expect((await fetch(`${mock.url}/api/v1/logs`)).status).toBe(401);
    expect(mock.logs()).toHaveLength(1);
  });

  it('answers null for no items where the profile is told so', async () => {
    const { shop } = await startShop({ policy: { emptyList: 'null' } });
    expect((await shop.call('GET', '/logs')).body).toEqual({ items: null });
  });
});

describe('notifications of a running mock', () => {
  it('reach the outbox and the control API, and have settled when the mock is idle', async () => {
    const { mock, shop } = await startShop();
    await shop.subscribe((await startHandler(answer(404))).url);
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    const [email] = mock.outbox();
    expect(email).toMatchObject({ to: 'dev@example.com', notification_type: 'subscription.suspended.system' });
    const answered = await fetch(`${mock.url}/_mock/outbox`);
    expect(await answered.json()).toEqual({ items: [email] });
  });
});
