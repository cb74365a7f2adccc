import { createHmac } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { redacted } from '../../src/core/redacted.ts';
import { createRng } from '../../src/core/rng.ts';
import type { DeliveryDetail } from '../../src/http/inspect-api.ts';
import type { FaultInput } from '../../src/index.ts';
import type { Mock } from '../../src/mock.ts';
import { RelayClient } from '../../src/relay/client.ts';
import { parseForwardTarget } from '../../src/relay/forward-target.ts';
import { kafkaSubscription } from '../runtime/broker-subscriptions.ts';
import { startHandler } from '../runtime/handler.ts';
import { startKafkaStub } from '../runtime/kafka-stub.ts';
import { Integration, start } from './integration.ts';

const secret = 'a-secret-of-16-characters';
const hmac = (body: string): string => createHmac('sha256', secret).update(body).digest('hex');

async function detailOf(mock: Mock, id = 'd1'): Promise<DeliveryDetail> {
  const answer = await fetch(`${mock.url}/_mock/deliveries/${id}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as DeliveryDetail;
}

/** The detail once its last attempt's answer has a body: that may come behind the verdict. */
const withBody = (mock: Mock): Promise<DeliveryDetail> =>
  mock.waitFor(async () => {
    const detail = await detailOf(mock);
    return (detail.wire.at(-1)?.response?.body ?? '') !== '' && detail;
  });

it('a delivery is shown with its event, each attempt as it went out, and each answer', async () => {
  const mock = await start({ clock: 'virtual', allowHttp: true });
  const handler = await startHandler(({ method }, response, n) => {
    if (method === 'HEAD') response.end();
    else response.writeHead(n === 2 ? 503 : 200, { 'X-Try': String(n), 'Set-Cookie': 's=1' }).end(`{"n":${n}}`);
  });
  await mock.subscribe({ url: handler.url, secret, headers: { 'X-Shop': 'a-key-of-the-shop' } });
  const event = await mock.publish('product.updated');
  await mock.clock.runUntilIdle();

  const detail = await detailOf(mock);
  expect(detail).toMatchObject({
    delivery: { id: 'd1', state: 'delivered' },
    event: { ...event },
    ack_deadline_ms: 3_000,
  });
  const posts = handler.received.filter(({ method }) => method === 'POST');
  expect(detail.wire.map(({ attempt }) => attempt)).toEqual([1, 2]);
  for (const [n, { request, response, sent_at, took_ms }] of detail.wire.entries()) {
    const arrived = posts[n];
    expect(request.body).toBe(arrived?.body.toString());
    expect(request).toMatchObject({ method: 'POST', url: handler.url });
    expect(request.headers).toEqual({
      'Content-Type': 'application/json',
      'User-Agent': 'akeneo/event-platform',
      'X-AKENEO-SIGNATURE-PRIMARY': hmac(request.body),
      'X-AKENEO-SIGNATURE-ALGORITHM': 'HmacSHA256',
      'X-Correlation-ID': arrived?.headers['x-correlation-id'],
      'X-Shop': redacted,
    });
    expect(response).toMatchObject({ status: n === 0 ? 503 : 200, body: `{"n":${n + 2}}`, is_cut: false });
    expect(response?.headers).toMatchObject({ 'x-try': String(n + 2), 'set-cookie': redacted });
    // Real time, while the mock's stands still in January 2026.
    expect(Date.parse(sent_at)).not.toBe(Date.parse(detail.delivery.attempts[n]?.started_at ?? ''));
    expect(took_ms).toBeGreaterThanOrEqual(0);
  }
});

describe('what a fault has made of a request', () => {
  const sentUnder = async (rule: FaultInput) => {
    const mock = await start({ clock: 'virtual', faults: [rule] });
    const arrived: { body: string; signature: string | null }[] = [];
    await mock.subscribe({
      secret,
      handler: async (request) => {
        if (request.method === 'POST')
          arrived.push({ body: await request.text(), signature: request.headers.get('x-akeneo-signature-primary') });
        return new Response();
      },
    });
    await mock.publish('product.updated');
    await mock.drain();
    return { ...(await detailOf(mock)), arrived };
  };

  const signatures = [{ corruptSignature: true }, { missingSignature: true }, { staleSecret: true }] as const;
  it.each(signatures)('%j: the signature that went out', async (rule) => {
    const { wire, arrived } = await sentUnder(rule);
    expect(wire[0]?.request.body).toBe(arrived[0]?.body);
    const signature = wire[0]?.request.headers['X-AKENEO-SIGNATURE-PRIMARY'] ?? null;
    expect(signature).toBe(arrived[0]?.signature);
    expect(signature).not.toBe(hmac(wire[0]?.request.body ?? ''));
  });

  it('oversizedBody: the body that went out', async () => {
    const { wire, arrived } = await sentUnder({ oversizedBody: 100_000 });
    expect(wire[0]?.request.body).toHaveLength(100_000);
    expect(wire[0]?.request.body).toBe(arrived[0]?.body);
  });

  it('status: what never reached the handler has not gone over the wire', async () => {
    expect((await sentUnder({ status: 503, first: 1 })).wire).toEqual([]);
  });

  it('status reached: the handler’s own answer is shown', async () => {
    const { wire, delivery } = await sentUnder({ status: 503, first: 1, reached: true });
    expect(delivery.attempts[0]?.outcome).toMatchObject({ status: 503 });
    expect(wire).toMatchObject([{ attempt: 1, response: { status: 200 } }]);
  });
});

describe('the answer', () => {
  it('is cut after 4 kB', async () => {
    const mock = await start({ allowHttp: true });
    const handler = await startHandler((_request, response) => response.end('x'.repeat(100_000)));
    await mock.subscribe({ url: handler.url });
    await mock.publish('product.updated');
    const { wire } = await withBody(mock);
    expect(wire[0]?.response?.body.length).toBeLessThanOrEqual(4_096);
    await mock.waitFor(async () => (await detailOf(mock)).wire[0]?.response?.is_cut);
  });

  it('is missing where none came', async () => {
    const mock = await start({ allowHttp: true, clock: 'virtual' });
    const handler = await startHandler((request, response) => {
      if (request.method === 'HEAD') response.end();
      else response.destroy();
    });
    await mock.subscribe({ url: handler.url });
    await mock.publish('product.updated');
    await mock.drain();
    const { wire, delivery } = await detailOf(mock);
    expect(delivery.attempts).toMatchObject([{ outcome: { kind: 'transport_error' } }]);
    expect(Object.keys(wire[0] ?? {})).toEqual(['attempt', 'sent_at', 'request']);
  });

  it('is shown when it comes too late', async () => {
    let release = (): void => {};
    const mock = await start({ allowHttp: true, policy: { ackDeadlineMs: 200 } });
    const handler = await startHandler((request, response) => {
      if (request.method === 'HEAD') response.end();
      else release = () => response.end('sorry');
    });
    mock.journal.subscribe(({ type }) => {
      if (type === 'attempt.finished') release();
    });
    await mock.subscribe({ url: handler.url });
    await mock.publish('product.updated');
    const { wire, delivery } = await withBody(mock);
    expect(delivery.attempts).toMatchObject([{ outcome: { kind: 'timeout' } }]);
    expect(wire).toMatchObject([{ response: { status: 200, body: 'sorry' } }]);
    expect(wire[0]?.took_ms).toBeGreaterThanOrEqual(200);
  });

  it.each([
    ['of a fetch-style handler', async () => new Response('done', { status: 201, headers: { 'X-Mine': 'yes' } })],
    [
      'of a Node listener',
      (_request: unknown, response: { writeHead(status: number, headers: object): { end(text: string): void } }) =>
        response.writeHead(201, { 'X-Mine': 'yes' }).end('done'),
    ],
  ] as const)('%s in this process', async (_style, handler) => {
    const mock = await start({ policy: { probe: 'none' } });
    await mock.subscribe({ handler: handler as () => Promise<Response> });
    await mock.publish('product.updated');
    const { wire } = await withBody(mock);
    expect(wire[0]?.response).toMatchObject({ status: 201, headers: { 'x-mine': 'yes' }, body: 'done', is_cut: false });
    expect(wire[0]?.request.headers).not.toHaveProperty('x-aep-mock-delivery-id');
  });

  it('of a handler that threw is the 500 that a server would have sent', async () => {
    const mock = await start({ clock: 'virtual' });
    await mock.subscribe({
      handler: async (request) => {
        if (request.method === 'POST') throw new Error('no');
        return new Response();
      },
    });
    await mock.publish('product.updated');
    await mock.drain();
    expect((await detailOf(mock)).wire).toMatchObject([{ response: { status: 500, headers: {}, body: '' } }]);
  });
});

it('through the relay the answer’s body follows, and the time is the handler’s own', async () => {
  const mock = await start();
  const handler = await startHandler((_request, response) => response.writeHead(200, { 'X-Mine': 'yes' }).end('done'));
  const client = new RelayClient({
    url: mock.url,
    client: 'test/1',
    forwardTo: parseForwardTarget(handler.url),
    claim: { kind: 'all' },
    ensure: { events: null },
    rng: createRng(1),
  });
  onTestFinished(() => client.close());
  await client.start();
  await mock.publish('product.updated');
  const { wire, delivery } = await withBody(mock);
  const { outcome } = delivery.attempts[0] ?? {};
  expect(wire[0]).toMatchObject({
    took_ms: outcome && 'duration_ms' in outcome ? outcome.duration_ms : undefined,
    request: { body: handler.received[0]?.body.toString() },
    response: { status: 200, headers: { 'x-mine': 'yes' }, body: 'done', is_cut: false },
  });

  // What is held for the next listener has not gone anywhere.
  await client.close();
  await mock.publish('product.updated');
  await mock.waitFor(() => [...mock.journal.entries()].some(({ type }) => type === 'relay.held'));
  expect(await detailOf(mock, 'd2')).toMatchObject({ delivery: { state: 'queued' }, wire: [] });
});

it('to a broker there are attributes and no answer, but the time of the acknowledgement', async () => {
  const mock = await start({ kafkaInsecure: true });
  const { broker } = await startKafkaStub({ topics: { 'pim-events': 0 } });
  const shop = await Integration.connect(mock);
  await shop.subscribe('', kafkaSubscription(broker, { headers: { 'X-Shop': 'a-key-of-the-shop' } }));
  await mock.publish('product.updated');
  await mock.expectDelivered();
  const { wire, event } = await detailOf(mock);
  expect(wire).toEqual([
    {
      attempt: 1,
      sent_at: expect.any(String),
      took_ms: expect.any(Number),
      request: {
        url: `${broker}/pim-events`,
        headers: { 'content-type': 'application/json', 'x-correlation-id': expect.any(String), 'X-Shop': redacted },
        body: expect.stringContaining(String(event?.id)),
      },
    },
  ]);
});

it('a reset begins anew', async () => {
  const mock = await start({ clock: 'virtual' });
  const handler = () => new Response();
  await mock.subscribe({ handler });
  await mock.publish('product.updated');
  await mock.drain();
  mock.reset();
  expect((await fetch(`${mock.url}/_mock/deliveries/d1`)).status).toBe(404);
  await mock.subscribe({ handler });
  const event = await mock.publish('product.created');
  await mock.drain();
  const { wire } = await detailOf(mock);
  expect(wire.map(({ request }) => JSON.parse(request.body).id)).toEqual([event.id]);
});
