import { describe, expect, it } from 'vitest';
import { pimEventTypes } from '../../src/events/catalog.ts';
import { start } from '../mock/integration.ts';
import { answer, startHandler } from '../runtime/handler.ts';

async function subscriber(options: Parameters<typeof start>[0] = {}) {
  const mock = await start({ allowHttp: true, clock: 'virtual', ...options });
  const handler = await startHandler(answer(200));
  const subscribe = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${mock.url}/_mock/subscribe`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { mock, handler, subscribe };
}

describe('POST /_mock/subscribe', () => {
  it('subscribes an address to every event of a PIM, with the secret of the mock', async () => {
    const { mock, handler, subscribe } = await subscriber({ webhookSecret: 'a-secret-for-all-of-them' });
    const { status, body } = await subscribe({ url: handler.url });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        subscriber_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        destination: handler.url,
        secret: 'a-secret-for-all-of-them',
        status: 'active',
        events: pimEventTypes,
      },
    });
    await mock.publish('category.created');
    await mock.expectDelivered({ subscriptionId: String(body.id) });
  });

  it('does so through the management API, which asks the address first and has it all among its own', async () => {
    const { mock, handler, subscribe } = await subscriber();
    const wish = {
      url: handler.url,
      headers: { 'X-Tenant': 'blue' },
      filter: 'user="julia"',
      send_product_identifier: true,
    };
    const { body } = await subscribe({ ...wish, secret: 'a-primary-secret-1', secondary_secret: 'a-secondary-secret' });
    expect(handler.received.map(({ method }) => method)).toEqual(['HEAD']);
    const { clientId } = mock.credentials;
    const headers = { 'X-PIM-URL': mock.url, 'X-PIM-TOKEN': mock.token(), 'X-PIM-CLIENT-ID': clientId };
    const path = `${mock.url}/api/v1/subscribers/${body.subscriber_id}`;
    const read = async (url: string) => (await fetch(url, { headers })).json();
    expect(await read(path)).toMatchObject({
      name: 'aep-mock subscribe',
      contact: { technical_email: 'subscribe@aep-mock.localhost' },
    });
    expect(await read(`${path}/subscriptions/${body.id}`)).toMatchObject({
      config: { headers: { 'X-Tenant': expect.any(String) }, secret: { secondary: expect.any(String) } },
      filter: 'user="julia"',
      send_product_identifier: true,
      source: 'pim',
    });
  });

  it('takes short names and wildcards, each type once', async () => {
    const { handler, subscribe } = await subscriber();
    const { body } = await subscribe({
      url: handler.url,
      events: ['product.updated', 'category.*', 'category.created'],
    });
    expect(body.events).toEqual([
      'com.akeneo.pim.v1.product.updated',
      ...['created', 'updated', 'deleted'].map((what) => `com.akeneo.pim.v1.category.${what}`),
    ]);
  });

  it('subscribes the benchmark to its own event', async () => {
    const { handler, subscribe } = await subscriber();
    const { body } = await subscribe({ url: handler.url, source: 'benchmark' });
    expect(body.events).toEqual(['com.akeneo.benchmark.v1.test']);
  });

  it('subscribes topics of brokers, which have no secret', async () => {
    const { subscribe } = await subscriber();
    const pubsub = await subscribe({ pubsub: { project_id: 'my-project', topic_id: 'my-topic' } });
    expect(pubsub).toMatchObject({ status: 201, body: { destination: 'projects/my-project/topics/my-topic' } });
    expect(pubsub.body).not.toHaveProperty('secret');
    const sasl_auth = { mechanism: 'plain', username: 'u', password: 'p' };
    const kafka = await subscribe({ kafka: { broker: 'kafka.example:9092', topic: 'aep', sasl_auth } });
    expect(kafka).toMatchObject({ status: 201, body: { destination: 'kafka.example:9092/aep' } });
  });

  it('makes a second subscriber when the first one is full, also for those who come at once', async () => {
    const { subscribe } = await subscriber({ policy: { subscriptionsPerSubscriber: 2, probe: 'none' } });
    const made = await Promise.all([1, 2, 3, 4].map((n) => subscribe({ url: `https://localhost:${n}/` })));
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const [first, second, third, fourth] = made.map(({ body }) => body.subscriber_id);
    expect([second, fourth]).toEqual([first, third]);
    expect(third).not.toBe(first);
  });

  it('gives the same ids in every run with the same seed, also after a reset', async () => {
    const ids = async ({ subscribe }: Awaited<ReturnType<typeof subscriber>>) => {
      const made = [await subscribe({ url: 'https://localhost:1/' }), await subscribe({ url: 'https://localhost:2/' })];
      return made.flatMap(({ body }) => [body.id, body.subscriber_id]);
    };
    const options = { seed: 7, policy: { probe: 'none' } } as const;
    const one = await subscriber(options);
    const first = await ids(one);
    one.mock.reset();
    expect(await ids(one)).toEqual(first);
    expect(await ids(await subscriber(options))).toEqual(first);
  });
});

describe('what POST /_mock/subscribe refuses', () => {
  const errors = (messages: RegExp[], code: string) => ({
    status: 400,
    body: {
      errors: messages.map((message) => ({ code, message: expect.stringMatching(message), hint: expect.any(String) })),
    },
  });

  it.each<[string, unknown, RegExp[]]>([
    ['nothing to subscribe', {}, [/exactly one of url, pubsub, kafka/]],
    ['two at once', { url: 'https://localhost/', pubsub: { project_id: 'p', topic_id: 't' } }, [/exactly one of/]],
    ['fields that it does not know', { url: 'https://localhost/', event: [] }, [/must not have "event"/]],
    [
      'custom headers beside the topic, where they would be lost',
      { pubsub: { project_id: 'my-project', topic_id: 'my-topic', headers: { 'X-Tenant': 'blue' } } },
      [/^pubsub: must not have "headers"$/],
    ],
    ['settings of a broker that it does not know', { kafka: { broker: 'a:1', topic: 't', ssl: {} } }, [/"ssl"/]],
    ['wrong types', { url: 1, events: 'product.*' }, [/^url: must be a string/, /^events: must be an array/]],
    ['an empty list', { url: 'https://localhost/', events: [] }, [/^events: must not be empty/]],
    [
      'a secret for a broker',
      { pubsub: { project_id: 'p', topic_id: 't' }, secret: 'a-secret-of-a-test' },
      [/^secret: is for url/],
    ],
    ['what is no object', 'https://localhost/', [/must be an object/]],
  ])('%s', async (_what, body, messages) => {
    const { subscribe } = await subscriber();
    expect(await subscribe(body)).toEqual(errors(messages, 'VALIDATION'));
  });

  it('event types that nobody knows, with the nearest', async () => {
    const { subscribe } = await subscriber();
    const refused = await subscribe({ url: 'https://localhost/', events: ['product.updatd'] });
    expect(refused).toEqual(
      errors([/"product.updatd".* nearest known one is com.akeneo.pim.v1.product.updated$/], 'UNKNOWN_EVENT_TYPE'),
    );
  });

  it('what the platform refuses, in all of its words', async () => {
    const { mock, subscribe } = await subscriber();
    const refused = await subscribe({ url: 'ftp://localhost/', secret: 'short', filter: 'user' });
    expect(refused).toEqual(
      errors(
        [/filter: column 5.*; config\.url: only https.*; config\.secret\.primary: must be 16 to 256/s],
        'SUBSCRIPTION_REFUSED',
      ),
    );
    expect([...mock.journal.entries()].filter(({ type }) => type === 'creation.refused')).toHaveLength(1);
  });

  it('an address that does not answer the probe with 200', async () => {
    const { subscribe } = await subscriber();
    const handler = await startHandler(answer(405));
    expect(await subscribe({ url: handler.url })).toEqual(
      errors(
        [/answered with status 405, and 200 is required; answer HEAD with 200.*--policy probe=none/],
        'SUBSCRIPTION_REFUSED',
      ),
    );
  });

  it('everything, while the platform is down or the connection gone', async () => {
    const { mock, subscribe } = await subscriber();
    mock.faults.add({ apiStatus: 503, first: 1 });
    expect(await subscribe({ url: 'https://localhost/' })).toEqual(
      errors([/the platform answers 503/], 'SUBSCRIPTION_REFUSED'),
    );
    await fetch(`${mock.url}/_mock/connections/${mock.credentials.clientId}/remove`, { method: 'POST' });
    expect(await subscribe({ url: 'https://localhost/' })).toEqual(errors([/client_id/], 'SUBSCRIPTION_REFUSED'));
  });

  it('web pages, and with a token whoever does not have it', async () => {
    const { subscribe } = await subscriber({ token: 'a-token' });
    expect(await subscribe({ url: 'https://localhost/' })).toMatchObject({ status: 401 });
    const page = await subscribe(
      { url: 'https://localhost/' },
      { Origin: 'https://example.com', Authorization: 'Bearer a-token' },
    );
    expect(page).toMatchObject({ status: 403 });
  });
});

it('POST /_mock/subscribe is in the description of the API', async () => {
  const { mock } = await subscriber();
  const { paths } = (await (await fetch(`${mock.url}/openapi.json`)).json()) as { paths: Record<string, unknown> };
  expect(paths['/_mock/subscribe']).toMatchObject({ post: { operationId: 'subscribe', responses: { 201: {} } } });
});
