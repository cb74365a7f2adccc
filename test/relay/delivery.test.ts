import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Happenings } from './happenings.ts';
import { type Handler, listen, request, startHandler, startRelay, subscription } from './relay-kit.ts';

const shop = subscription('shop', 'https://shop.example/hooks/akeneo?tenant=a%20b');
const hmac = (body: string | Buffer): string => createHmac('sha256', 'secret').update(body).digest('hex');

async function relayTo(handler: Handler, forwardTo = handler.url) {
  const relay = await startRelay([shop]);
  return { ...relay, ...(await listen(relay.url, forwardTo)) };
}

const awkwardBodies = [
  '{"plain":true}',
  '{"text":"Crème brûlée, 日本語, 😀 and 👩‍👩‍👧"}',
  '{"escapes":"\\u00e9 \\n \\" \\\\ \\/ \\ud83d\\ude00 \\ud83d"}',
  '{"html":"</script><!-- \u2028\u2029"}',
  '{"numbers":[1.0,1e3,12345678901234567890],"a":1,"a":2}',
  '',
];

describe('a delivery through the relay', () => {
  it.each(awkwardBodies)('arrives as the exact bytes that were signed: %j', async (body) => {
    const handler = await startHandler();
    const { hub } = await relayTo(handler);
    const headers = { 'X-AKENEO-SIGNATURE-PRIMARY': hmac(body) };

    const outcome = await hub.send(request(shop, { body, headers }));

    expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
    const { body: bytes, headers: received } = await handler.received.count(1);
    expect(bytes.equals(Buffer.from(body))).toBe(true);
    expect(received['x-akeneo-signature-primary']).toBe(hmac(bytes));
  });

  it('arrives as large as a fault may make it', async () => {
    const handler = await startHandler();
    const { hub } = await relayTo(handler);
    const length = 64 * 1024 * 1024;
    expect(await hub.send(request(shop, { body: 'x'.repeat(length) }))).toMatchObject({ status: 200 });
    expect((await handler.received.count(1)).body).toHaveLength(length);
  });

  it('carries the headers as given, except those of the connection', async () => {
    const handler = await startHandler();
    const { hub } = await relayTo(handler);
    const custom = { 'X-Custom': 'a value', 'X-Correlation-ID': 'c-1', 'Content-Type': 'application/json' };

    await hub.send(
      request(shop, { headers: { ...custom, Host: 'shop.example', Connection: 'close', TE: 'trailers' } }),
    );

    const { headers, method, body } = await handler.received.count(1);
    expect(method).toBe('POST');
    expect(headers).toMatchObject({
      'x-custom': 'a value',
      'x-correlation-id': 'c-1',
      'content-type': 'application/json',
    });
    expect(headers.host).toBe(`127.0.0.1:${handler.port}`);
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers.connection).toBe('keep-alive');
    expect(headers.te).toBeUndefined();
  });

  it.each([200, 204, 404, 429, 503])('brings back the status %i', async (status) => {
    const handler = await startHandler((_request, response) => response.writeHead(status).end());
    const { hub } = await relayTo(handler);
    expect(await hub.send(request(shop))).toMatchObject({ kind: 'answered', status });
  });

  it('fails on a status that HTTP does not have', async () => {
    const handler = await startHandler((_request, response) => response.writeHead(999).end());
    const { hub } = await relayTo(handler);
    expect(await hub.send(request(shop))).toMatchObject({
      kind: 'transportError',
      reason: 'destination_failure',
      message: expect.stringContaining('999'),
    });
  });

  it('does not follow a redirect', async () => {
    const handler = await startHandler((_request, response) => response.writeHead(302, { Location: '/other' }).end());
    const { hub } = await relayTo(handler);
    expect(await hub.send(request(shop))).toMatchObject({ kind: 'answered', status: 302 });
    expect(handler.received.all).toHaveLength(1);
  });

  it('shows the client the answer with its headers, bounded in number and size', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`x-${n}`, 'v'.repeat(n === 5 ? 9_000 : 1)]));
    const handler = await startHandler((_request, response) => response.writeHead(200, many).end());
    const { hub, event } = await relayTo(handler);
    await hub.send(request(shop));
    const [, answer] = await event('answered');
    expect(answer).toMatchObject({ status: 200, headers: { 'x-0': 'v', 'x-4': 'v' } });
    expect(JSON.stringify(answer).length).toBeLessThan(9_000);
  });

  it('uses the connection again, however long the answer is', async () => {
    const handler = await startHandler((_request, response) => response.end('x'.repeat(300_000)));
    const { hub, event } = await relayTo(handler);
    for (let n = 0; n < 3; n++) {
      expect(await hub.send(request(shop))).toMatchObject({ kind: 'answered', status: 200 });
    }
    await event('answered');
    expect(handler.received.all).toHaveLength(3);
  });

  it('keeps path and query of the subscription when the target has none', async () => {
    const handler = await startHandler();
    const { hub } = await relayTo(handler);
    await hub.send(request(shop));
    expect((await handler.received.count(1)).url).toBe('/hooks/akeneo?tenant=a%20b');
  });

  it('goes to the path and query of the target when it has one', async () => {
    const handler = await startHandler();
    const { hub } = await relayTo(handler, `${handler.url}/my/hook?key=1`);
    await hub.send(request(shop));
    expect((await handler.received.count(1)).url).toBe('/my/hook?key=1');
  });

  it.each(['127.0.0.1', '::1'])('finds under "localhost" a handler that listens on %s only', async (host) => {
    const handler = await startHandler(undefined, { host });
    const { hub } = await relayTo(handler, `localhost:${handler.port}`);
    expect(await hub.send(request(shop))).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('is refused when no handler listens, and the client says so once and says when it is back', async () => {
    const handler = await startHandler();
    const { hub, event, events } = await relayTo(handler);
    await handler.close();

    for (let n = 0; n < 2; n++) {
      const outcome = await hub.send(request(shop));
      expect(outcome).toMatchObject({ kind: 'transportError', reason: 'connection_refused' });
    }
    const [message] = await event('handlerUnreachable');
    expect(message).toContain('connection refused');
    expect(events.all.filter(({ name }) => name === 'handlerUnreachable')).toHaveLength(1);

    await startHandler(undefined, { port: handler.port });
    expect(await hub.send(request(shop))).toMatchObject({ kind: 'answered' });
    await event('handlerBack');
  });

  it('is cut off by a handler that closes the connection without an answer', async () => {
    const handler = await startHandler((incoming) => incoming.socket.end());
    const { hub } = await relayTo(handler);
    expect(await hub.send(request(shop))).toMatchObject({ kind: 'transportError', reason: 'unexpected_eof' });
  });

  it('is reset by a handler that resets the connection', async () => {
    const handler = await startHandler((incoming) => incoming.socket.resetAndDestroy());
    const { hub } = await relayTo(handler);
    expect(await hub.send(request(shop))).toMatchObject({ kind: 'transportError', reason: 'connection_reset' });
  });

  it('reaches an https handler with a certificate of its own only when told to take any', async () => {
    const file = (name: string) => readFile(new URL(`../certificates/${name}`, import.meta.url));
    const [key, cert] = [await file('localhost.key'), await file('localhost.pem')];
    const server = createServer({ key, cert }, (_request, response) => response.end()).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    await once(server, 'listening');
    const target = `https://localhost:${(server.address() as AddressInfo).port}`;
    const { hub, url } = await startRelay([shop]);

    const strict = await listen(url, target);
    expect(await hub.send(request(shop))).toMatchObject({ kind: 'transportError', reason: 'invalid_certificate' });
    await strict.client.close();
    await listen(url, target, { insecure: true });
    expect(await hub.send(request(shop))).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('times out at the deadline, whatever comes later', async () => {
    let release = (): void => {};
    const handler = await startHandler((_request, response) => {
      release = () => response.end();
    });
    const { hub, event } = await relayTo(handler);
    const late = new Happenings<{ status: number; durationMs: number }>();
    const outcome = await hub.send(request(shop, { ackDeadlineMs: 100, onLate: late.add }));
    expect(outcome).toEqual({ kind: 'timeout', durationMs: 100 });
    await handler.received.count(1);
    release();
    const [, answer] = await event('answered');
    expect(answer).toMatchObject({ status: 200 });
    const told = await late.count(1);
    expect(told.status).toBe(200);
    expect(told.durationMs).toBeGreaterThanOrEqual(100);
  });

  it('tells the client of an answer that came too late, with the verdict that was passed meanwhile', async () => {
    let release = (): void => {};
    const handler = await startHandler((_request, response) => {
      release = () => response.end();
    });
    const { hub, event } = await relayTo(handler);
    const sent = request(shop, { ackDeadlineMs: 100 });
    const outcome = await hub.send(sent);
    const verdict = { do: 'retry', attempt: 1, of: 3, delayMs: 300_000, dueAt: 300_000 } as const;
    const { deliveryId, eventId, eventType } = sent;
    const ref = { deliveryId, eventId, eventType, subscriptionId: shop.id, attempt: 1, destination: shop.config.url };
    hub.verdict({ type: 'attempt.finished', ...ref, outcome, verdict });
    await event('verdict');
    release();
    const [delivery, answer, judged] = await event('late');
    expect(delivery.delivery_id).toBe(sent.deliveryId);
    expect(answer.status).toBe(200);
    expect(judged.verdict).toEqual(verdict);
  });

  it('forgets a late answer when its tunnel is lost', async () => {
    const handler = await startHandler(() => {});
    const { hub, cut, event } = await relayTo(handler);
    const late = new Happenings<unknown>();
    await hub.send(request(shop, { ackDeadlineMs: 20, onLate: late.add }));
    cut();
    await event('regained');
    expect(late.all).toEqual([]);
  });

  it('gives up on a handler that takes ten times the deadline', async () => {
    const handler = await startHandler(() => {});
    const { hub, event } = await relayTo(handler);
    await hub.send(request(shop, { ackDeadlineMs: 5 }));
    const [, answer] = await event('answered');
    expect(answer).toMatchObject({ error: { reason: 'client_closed_connection' } });
  });

  it('tells the client the verdict of its own delivery', async () => {
    const handler = await startHandler();
    const { hub, event } = await relayTo(handler);
    const sent = request(shop);
    const outcome = await hub.send(sent);
    const ref = {
      deliveryId: sent.deliveryId,
      eventId: sent.eventId,
      eventType: sent.eventType,
      subscriptionId: shop.id,
    };

    const health = {
      requests: 1,
      successRate: 1,
      nearest: { measure: '5xx', value: 0, limit: 0.05 },
      leastRequests: 20,
      suspends: false,
    };
    const fault = { rule: 'r', kind: 'staleSecret' } as const;
    const verdict = { do: 'drop', reason: 'not_retryable' } as const;
    const about = { attempt: 1, destination: shop.config.url, outcome, verdict, health, fault, duplicateOf: 'd0' };
    hub.verdict({ type: 'attempt.finished', ...ref, ...about });

    const [delivery, judged] = await event('verdict');
    expect(delivery).toMatchObject({ delivery_id: sent.deliveryId, event_id: sent.eventId, attempt: 1 });
    expect(judged).toMatchObject({ outcome, verdict, health, fault, duplicate_of: 'd0' });
  });

  it.each([
    { suspends: false, told: 'leaves how the subscription does out of the verdict on what was taken' },
    { suspends: true, told: 'tells how the subscription does when even what was taken tips it' },
  ])('$told', async ({ suspends }) => {
    const handler = await startHandler();
    const { hub, event } = await relayTo(handler);
    const sent = request(shop);
    const outcome = await hub.send(sent);
    const { deliveryId, eventId, eventType } = sent;
    const nearest = { measure: '5xx', value: 0.05, limit: 0.05 };
    const health = { requests: 100, successRate: 0.95, nearest, leastRequests: 20, suspends };
    hub.verdict({
      type: 'attempt.finished',
      ...{ deliveryId, eventId, eventType, subscriptionId: shop.id, attempt: 1, destination: shop.config.url },
      ...{ outcome, verdict: { do: 'deliver' }, health },
    });

    const [, judged] = await event('verdict');
    expect('health' in judged).toBe(suspends);
  });
});

describe('a probe through the relay', () => {
  it('is a HEAD request to the handler', async () => {
    const handler = await startHandler((_request, response) => response.writeHead(405).end());
    const { hub } = await relayTo(handler);
    expect(await hub.probe('https://new.example/hook')).toEqual({ kind: 'answered', status: 405 });
    expect(await handler.received.count(1)).toMatchObject({ method: 'HEAD', url: '/hook' });
  });

  it('fails when no handler listens', async () => {
    const handler = await startHandler();
    const { hub } = await relayTo(handler);
    await handler.close();
    const result = await hub.probe('https://new.example/hook');
    expect(result).toMatchObject({ kind: 'failed', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('fails when the tunnel is lost meanwhile', async () => {
    const handler = await startHandler(() => {});
    const { hub, cut } = await relayTo(handler);
    const probing = hub.probe('https://new.example/hook');
    await handler.received.count(1);
    cut();
    expect(await probing).toMatchObject({ kind: 'failed' });
  });

  it('is nobody’s without a tunnel, except for URLs that only the relay knows', async () => {
    const { hub } = await startRelay();
    expect(hub.probe('https://new.example/hook')).toBeUndefined();
    expect(await hub.probe('https://relay.aep-mock.localhost/orders')).toMatchObject({ kind: 'failed' });
  });

  it('is not for a tunnel that claims all when the mock can reach the URL itself', async () => {
    const { hub } = await relayTo(await startHandler());
    expect(hub.probe('https://localhost:8443/hook')).toBeUndefined();
    expect(hub.probe('http://127.0.0.1:3000/hook')).toBeUndefined();
  });
});
