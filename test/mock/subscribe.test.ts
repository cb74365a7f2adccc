import type { IncomingMessage, ServerResponse } from 'node:http';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { Mock, SubscribeOptions } from '../../src/index.ts';
import { answer, startHandler } from '../runtime/handler.ts';
import { start } from './integration.ts';

const ok = (): Response => new Response();

describe('subscribing in a test', () => {
  it('has a handler in the same process served, with the defaults of the mock', async () => {
    const mock = await start({ clock: 'virtual' });
    const received: string[] = [];
    const subscription = await mock.subscribe({
      handler: async (request) => {
        if (request.method === 'POST') received.push(await request.text());
        return new Response();
      },
    });
    expect(subscription).toMatchObject({
      destination: 'https://handler-1.in-process.aep-mock.localhost/',
      secret: mock.credentials.webhookSecret,
      status: 'active',
    });
    const { id } = await mock.publish('category.created');
    await mock.expectAllDelivered();
    expect(received.map((body) => JSON.parse(body))).toMatchObject([{ id, subject: subscription.id }]);
  });

  it('has an app served under the path that it routes', async () => {
    const mock = await start({ clock: 'virtual' });
    const app = new Hono().on(['HEAD', 'GET', 'POST'], '/webhooks/akeneo', (c) => c.text(c.req.query('tenant') ?? ''));
    const subscription = await mock.subscribe({ handler: app, path: '/webhooks/akeneo?tenant=1' });
    expect(subscription.destination).toBe('https://handler-1.in-process.aep-mock.localhost/webhooks/akeneo?tenant=1');
    await mock.publish('product.updated');
    await mock.expectAllDelivered();
  });

  it('passes every wish on', async () => {
    const mock = await start({ clock: 'virtual', allowHttp: true });
    const handler = await startHandler(answer(200));
    const subscription = await mock.subscribe({
      url: handler.url,
      events: ['product.*'],
      filter: 'user="julia"',
      secret: 'a-primary-secret-1',
      secondarySecret: 'a-secondary-secret',
      headers: { 'X-Tenant': 'blue' },
      sendProductIdentifier: true,
      source: 'pim',
    });
    expect(subscription).toMatchObject({ destination: handler.url, secret: 'a-primary-secret-1' });
    await mock.publish('category.created', { as: 'user:julia' });
    await mock.publish('product.updated', { as: 'user:paul' });
    await mock.publish('product.updated', { as: 'user:julia', data: { product: { identifier: 'sku-1' } } });
    await mock.drain();
    const [probe, ...deliveries] = handler.received;
    expect(probe?.method).toBe('HEAD');
    expect(deliveries.map(({ body }) => JSON.parse(body.toString()).data.product.identifier)).toEqual(['sku-1']);
    expect(deliveries[0]?.headers).toMatchObject({
      'x-tenant': 'blue',
      'x-akeneo-signature-secondary': expect.any(String),
    });
  });

  it('subscribes topics of brokers', async () => {
    const mock = await start();
    const pubsub = await mock.subscribe({ pubsub: { projectId: 'my-project', topicId: 'my-topic' } });
    expect(pubsub).toMatchObject({ destination: 'projects/my-project/topics/my-topic', secret: '' });
    const saslAuth = { mechanism: 'scram', username: 'u', password: 'p', scramVariant: 'sha-256' } as const;
    const tls = { serverName: 'kafka', caPem: 'CA', clientCertPem: 'CERT', clientKeyPem: 'KEY' };
    const kafka = await mock.subscribe({ kafka: { broker: 'kafka.example:9092', topic: 'aep', saslAuth, tls } });
    expect(kafka.destination).toBe('kafka.example:9092/aep');
  });

  it('can be done many times, with two hundred handlers', async () => {
    const mock = await start({ clock: 'virtual', policy: { rateMax: null } });
    const count = 200;
    const made = await Promise.all(
      Array.from({ length: count }, () => mock.subscribe({ handler: () => new Response() })),
    );
    expect(new Set(made.map(({ subscriberId }) => subscriberId)).size).toBe(10);
    expect((await mock.publish('product.updated')).deliveries).toBe(count);
    await mock.expectAllDelivered();
  });

  it('gives the same ids and journal in every run with the same seed', async () => {
    const run = async (): Promise<string> => {
      const mock = await start({ clock: 'virtual', seed: 3 });
      for (const status of [200, 503])
        await mock.subscribe({
          handler: ({ method }) => new Response(null, { status: method === 'HEAD' ? 200 : status }),
        });
      await mock.generate({ types: ['product.*'], count: 3 });
      await mock.clock.runUntilIdle();
      return JSON.stringify([...mock.journal.entries()]);
    };
    expect(await run()).toBe(await run());
  });
});

describe('a subscription of a test', () => {
  async function subscribed() {
    const mock = await start({ clock: 'virtual' });
    const other = await mock.subscribe({ handler: ok });
    const subscription = await mock.subscribe({ handler: ok, events: ['product.*'] });
    return { mock, other, subscription };
  }
  const told = (mock: Mock) =>
    [...mock.journal.entries()].flatMap((entry) =>
      'by' in entry && 'subscriptionId' in entry ? [[entry.type, entry.by]] : [],
    );

  it('shows its own deliveries', async () => {
    const { mock, other, subscription } = await subscribed();
    await mock.publish('product.updated');
    await mock.publish('category.updated');
    await mock.drain();
    expect(subscription.deliveries()).toMatchObject([{ subscriptionId: subscription.id, state: 'delivered' }]);
    expect(other.deliveries({ type: 'category.*' })).toHaveLength(1);
    expect(subscription.deliveries({ type: 'category.*' })).toEqual([]);
  });

  it('is suspended, resumed and deleted as by a user, and revoked as by the platform', async () => {
    const { mock, other, subscription } = await subscribed();
    subscription.suspend();
    expect(subscription.status).toBe('suspended');
    expect((await mock.publish('product.updated')).deliveries).toBe(1);
    subscription.resume();
    expect(subscription.status).toBe('active');
    subscription.revoke();
    expect(subscription.status).toBe('revoked');
    other.delete();
    expect(other.status).toBe('deleted');
    expect(told(mock)).toEqual([
      ['subscription.suspended', 'user'],
      ['subscription.resumed', 'user'],
      ['subscription.revoked', 'system'],
      ['subscription.deleted', 'user'],
    ]);
    expect(() => subscription.resume()).toThrow(expect.objectContaining({ code: 'SUBSCRIPTION_ENDED' }));
    expect(() => other.suspend()).toThrow(expect.objectContaining({ code: 'SUBSCRIPTION_ENDED' }));
  });
});

describe('subscribing is refused', () => {
  const refusal = async (options: unknown, start_: Parameters<typeof start>[0] = {}) => {
    const mock = await start({ clock: 'virtual', ...start_ });
    return mock.subscribe(options as SubscribeOptions).then(
      () => undefined,
      (error) => error,
    );
  };

  it.each<[string, unknown, object]>([
    [
      'without anything to subscribe',
      {},
      { code: 'MISSING_OPTION', message: 'subscribe needs one of url, handler, pubsub, kafka' },
    ],
    [
      'for two at once',
      { url: 'https://localhost/', handler: ok },
      { code: 'CONFLICTING_OPTIONS', message: 'url and handler exclude each other' },
    ],
    [
      'for the path of a URL, which has one',
      { url: 'https://localhost/', path: '/x' },
      { code: 'CONFLICTING_OPTIONS' },
    ],
    [
      'for a path that is none',
      { handler: ok, path: 'x' },
      { code: 'INVALID_OPTION', message: expect.stringContaining('"x" is not a path') },
    ],
    ['for a misspelt option', { hander: ok }, { code: 'INVALID_OPTION', hint: 'did you mean handler?' }],
    ['for what is no handler', { handler: {} }, { code: 'INVALID_OPTION', hint: expect.stringContaining('app.fetch') }],
    ['for an unknown event type', { handler: ok, events: ['product.nothing'] }, { code: 'UNKNOWN_EVENT_TYPE' }],
    [
      'for values of the wrong type',
      { handler: ok, events: 'product.*' },
      { code: 'VALIDATION', message: expect.stringContaining('events: must be an array') },
    ],
    [
      'with what the platform says',
      { handler: ok, filter: 'user =' },
      {
        code: 'SUBSCRIPTION_REFUSED',
        message: expect.stringMatching(/^the platform refuses the subscription: filter: /),
      },
    ],
    [
      'for a broker with half of its data',
      { kafka: { broker: 'a:1', topic: 't' } },
      { code: 'SUBSCRIPTION_REFUSED', message: expect.stringContaining('config.sasl_auth') },
    ],
    [
      'for plain http, with the option that allows it',
      { url: 'http://localhost:1/' },
      { code: 'SUBSCRIPTION_REFUSED', message: expect.stringContaining('allowHttp: true') },
    ],
  ])('%s', async (_what, options, expected) => {
    expect(await refusal(options)).toMatchObject(expected);
  });

  it('for an app that only takes POST, and not where the platform does not ask', async () => {
    const app = new Hono().post('/', (c) => c.text('ok'));
    expect(await refusal({ handler: app })).toMatchObject({
      code: 'SUBSCRIPTION_REFUSED',
      message: expect.stringMatching(
        /status 404, and 200 is required; give the path if .* at \/: .*; or answer HEAD with 200.*probe: 'none'/,
      ),
    });
    expect(await refusal({ handler: app }, { profile: '2026-09' })).toBeUndefined();
    expect(await refusal({ handler: app }, { policy: { probe: 'none' } })).toBeUndefined();
  });

  it('for an app that routes it elsewhere, with the option that says so', async () => {
    const app = new Hono().all('/webhooks/akeneo', (c) => c.text('ok'));
    const hint =
      "give the path if your app routes it elsewhere than at /hook: subscribe({ handler, path: '/webhooks/akeneo' })";
    expect(await refusal({ handler: app.fetch, path: '/hook' })).toMatchObject({
      message: expect.stringContaining(hint),
    });
    expect(await refusal({ handler: app.fetch, path: '/webhooks/akeneo' })).toBeUndefined();
    const listener = (_request: IncomingMessage, response: ServerResponse) => response.writeHead(500).end();
    expect(await refusal({ handler: listener })).toMatchObject({
      message: expect.not.stringContaining('give the path'),
    });
  });

  it('for a handler that throws at a request without a body, in its words', async () => {
    const handler = async (request: Request): Promise<Response> => Response.json(await request.json());
    expect(await refusal({ handler })).toMatchObject({
      code: 'SUBSCRIPTION_REFUSED',
      message: expect.stringMatching(/status 500 \(the handler threw SyntaxError: .*\), and 200 is required/),
    });
  });

  it('for a handler in the wrong form, before anything is sent to it', async () => {
    const handler = (_request: unknown, _env: unknown): Response => new Response();
    expect(await refusal({ handler })).toMatchObject({
      code: 'HANDLER_STYLE',
      hint: expect.stringContaining('wrap yours'),
    });
  });

  it('for the form of a handler only when that is what was wrong', async () => {
    const mock = await start({ clock: 'virtual', profile: '2026-09' });
    const handler = (() => undefined) as unknown as () => Response;
    await mock.subscribe({ handler });
    await mock.publish('product.updated');
    await mock.drain();
    expect(mock.attempts()).toMatchObject([{ outcome: { message: expect.stringContaining('no Response') } }]);
    await expect(mock.subscribe({ handler, filter: 'user =' })).rejects.toMatchObject({ code: 'SUBSCRIPTION_REFUSED' });
  });
});
