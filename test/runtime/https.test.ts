import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Subscription } from '../../src/core/types.ts';
import { HttpsDestination, type HttpsOptions } from '../../src/runtime/destinations/https.ts';
import type { DeliveryRequest } from '../../src/runtime/destinations/port.ts';
import { createSafetyBelt } from '../../src/runtime/destinations/safety-belt.ts';
import { deliveryHeaders } from '../../src/runtime/signature.ts';
import { subscription } from '../core/world.ts';
import { answer, certificateFile, startHandler } from './handler.ts';

const body = '{"specversion":"1.0","data":{"name":"Crème brûlée 🍮 \\u2028 </script>"}}';
const primary = 'the-primary-secret-of-a-test';
const secondary = 'the-secondary-secret-of-a-test';

function destination(options: Partial<HttpsOptions> & { allowHosts?: string[] } = {}): HttpsDestination {
  const { allowHosts = [], ...rest } = options;
  const made = new HttpsDestination({ safetyBelt: createSafetyBelt(allowHosts), probeDeadlineMs: 3_000, ...rest });
  onTestFinished(() => made.close());
  return made;
}

function request(url: string, changes: Partial<DeliveryRequest> = {}): DeliveryRequest {
  const config = { type: 'https', url, secret: { primary, secondary }, headers: { 'X-Tenant': 'shop-1' } } as const;
  const to: Subscription = subscription('sub', { config });
  const headers = deliveryHeaders(config, body, 'correlation-1');
  return {
    deliveryId: 'd1',
    attempt: 1,
    subscription: to,
    eventId: 'e1',
    eventType: 't',
    body,
    headers,
    ackDeadlineMs: 3_000,
    ...changes,
  };
}

const hmac = (bytes: Buffer, secret: string): string => createHmac('sha256', secret).update(bytes).digest('hex');

describe('a direct delivery', () => {
  it("arrives byte for byte, signed twice, with the platform's headers and the subscription's own", async () => {
    const handler = await startHandler();
    const outcome = await destination().send(request(`${handler.url}?tenant=1&x=%2F`));
    expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
    const [arrived] = handler.received;
    expect(arrived?.method).toBe('POST');
    expect(arrived?.url).toBe('/hook?tenant=1&x=%2F');
    expect(arrived?.body.equals(Buffer.from(body))).toBe(true);
    expect(arrived?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'akeneo/event-platform',
      'x-akeneo-signature-algorithm': 'HmacSHA256',
      'x-akeneo-signature-primary': hmac(Buffer.from(body), primary),
      'x-akeneo-signature-secondary': hmac(Buffer.from(body), secondary),
      'x-correlation-id': 'correlation-1',
      'x-tenant': 'shop-1',
    });
  });

  it('keeps connections open and uses them again', async () => {
    const handler = await startHandler();
    const to = destination();
    for (let n = 0; n < 20; n++) await to.send(request(handler.url));
    // Two, not one: the status is the answer, so the next request may leave while the last body is still being read.
    expect(handler.sockets.length).toBeLessThanOrEqual(2);
  });

  it('never follows a redirect', async () => {
    const elsewhere = await startHandler();
    const handler = await startHandler(answer(302, { location: elsewhere.url }));
    expect(await destination().send(request(handler.url))).toMatchObject({ kind: 'answered', status: 302 });
    expect(elsewhere.received).toEqual([]);
  });

  it('is a timeout when no answer comes within the deadline, and its slot is free again', async () => {
    const handler = await startHandler(() => {});
    expect(await destination().send(request(handler.url, { ackDeadlineMs: 20 }))).toMatchObject({ kind: 'timeout' });
  });

  it('takes the status for the answer: an endless body does not hold it up', async () => {
    const handler = await startHandler((_request, response) => {
      response.writeHead(200);
      response.write('and so on');
    });
    expect(await destination().send(request(handler.url))).toMatchObject({ kind: 'answered', status: 200 });
  });
});

describe('an answer that comes too late', () => {
  /** Answers when the test says so. */
  async function slowHandler() {
    const waiting: (() => void)[] = [];
    const handler = await startHandler((_request, response) => {
      waiting.push(() => response.writeHead(202).end());
    });
    return { handler, release: () => waiting.shift()?.() };
  }

  it('is reported once it is there, and the outcome stays a timeout', async () => {
    const { handler, release } = await slowHandler();
    const late = new Promise<{ status: number; durationMs: number }>((resolve) => {
      const send = destination().send(request(handler.url, { ackDeadlineMs: 100, onLate: resolve }));
      void send.then(async (outcome) => {
        expect(outcome).toEqual({ kind: 'timeout', durationMs: 100 });
        await handler.waitFor(1);
        release();
      });
    });
    const { status, durationMs } = await late;
    expect(status).toBe(202);
    expect(durationMs).toBeGreaterThanOrEqual(99);
  });

  it('is not waited for by close', async () => {
    const { handler } = await slowHandler();
    const told: unknown[] = [];
    const to = destination();
    await to.send(request(handler.url, { ackDeadlineMs: 20, onLate: (answer) => told.push(answer) }));
    await to.close();
    expect(told).toEqual([]);
  });

  it('is given up after ten times the deadline', async () => {
    const { handler } = await slowHandler();
    await destination().send(request(handler.url, { ackDeadlineMs: 50, onLate: () => {} }));
    await handler.waitFor(1);
    const [socket] = handler.sockets;
    if (socket && !socket.destroyed) await once(socket, 'close');
    expect(handler.received).toHaveLength(1);
  });
});

/** A server below HTTP, for what only sockets can do wrong. */
async function startSocketServer(onConnection: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `localhost:${(server.address() as { port: number }).port}`;
}

describe('what goes wrong below HTTP has the name that the platform gives it', () => {
  it('a closed port: connection_refused', async () => {
    const handler = await startHandler();
    await handler.close();
    expect(await destination().send(request(handler.url))).toMatchObject({
      kind: 'transportError',
      reason: 'connection_refused',
    });
  });

  it('a reset socket: connection_reset', async () => {
    const host = await startSocketServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    expect(await destination().send(request(`http://${host}/`))).toMatchObject({
      kind: 'transportError',
      reason: 'connection_reset',
    });
  });

  it('a connection closed without an answer: unexpected_eof', async () => {
    const host = await startSocketServer((socket) => {
      socket.once('data', () => socket.end());
    });
    expect(await destination().send(request(`http://${host}/`))).toMatchObject({
      kind: 'transportError',
      reason: 'unexpected_eof',
    });
  });

  it('plain http on an https port: invalid_tls_handshake', async () => {
    const host = await startSocketServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    expect(await destination().send(request(`https://${host}/`))).toMatchObject({
      kind: 'transportError',
      reason: 'invalid_tls_handshake',
    });
  });

  it('the mock that closes meanwhile: client_closed_connection', async () => {
    const handler = await startHandler(() => {});
    const to = destination();
    const sent = to.send(request(handler.url));
    await handler.waitFor(1);
    await to.close();
    expect(await sent).toMatchObject({ kind: 'transportError', reason: 'client_closed_connection' });
  });

  it('a certificate that nobody vouches for: invalid_certificate', async () => {
    const handler = await startHandler(answer(200), { secure: true });
    expect(await destination().send(request(handler.url))).toMatchObject({
      kind: 'transportError',
      reason: 'invalid_certificate',
    });
  });
});

describe('a local certificate', () => {
  it('is taken when its authority is named', async () => {
    const handler = await startHandler(answer(200), { secure: true });
    const ca = readFileSync(certificateFile, 'utf8');
    expect(await destination({ ca }).send(request(handler.url))).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('is taken unseen with insecure', async () => {
    const handler = await startHandler(answer(200), { secure: true });
    expect(await destination({ insecure: true }).send(request(handler.url))).toMatchObject({
      kind: 'answered',
      status: 200,
    });
  });
});

describe('localhost', () => {
  it('reaches a handler that listens on IPv6 only', async () => {
    const handler = await startHandler(answer(200), { host: '::1' });
    expect(await destination().send(request(handler.url))).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('has subdomains without a name server', async () => {
    const handler = await startHandler();
    const url = handler.url.replace('localhost', 'shop.localhost');
    expect(await destination().send(request(url))).toMatchObject({ kind: 'answered', status: 200 });
  });
});

describe('the safety belt', () => {
  it('refuses every host but this machine, and names the flag', async () => {
    const outcome = await destination().send(request('https://hooks.example.com/x'));
    expect(outcome).toMatchObject({
      kind: 'refused',
      reason: 'host_not_allowed',
      message: expect.stringContaining('--allow-host hooks.example.com'),
    });
    const probe = await destination().probe('https://hooks.example.com/x');
    expect(probe).toMatchObject({ kind: 'refused', hint: expect.stringContaining('--allow-host hooks.example.com') });
  });

  it.each([
    ['http://127.0.0.1:3000/', true],
    ['http://127.1.2.3/', true],
    ['http://2130706433/', true],
    ['http://0x7f.1/', true],
    ['http://[::1]:8080/', true],
    ['http://[::ffff:127.0.0.1]/', true],
    ['http://LOCALHOST./', true],
    ['http://app.localhost/', true],
    ['http://0.0.0.0/', false],
    ['http://localhost.example.com/', false],
    ['http://127.0.0.1.example.com/', false],
    ['http://169.254.169.254/', false],
    ['http://[::ffff:8.8.8.8]/', false],
    ['http://notlocalhost/', false],
  ])('%s: %s', (url, isAllowed) => {
    expect(createSafetyBelt([])(new URL(url)) === undefined).toBe(isAllowed);
  });

  it('lets through what the user names: a host, a host with its port, a wildcard', () => {
    const belt = createSafetyBelt(['Hooks.Example.com.', 'other.example:8443', 'tls.example:443', '*.Corp.Example']);
    const passes = (url: string): boolean => belt(new URL(url)) === undefined;
    expect(passes('https://hooks.example.com:9999/')).toBe(true);
    expect(passes('https://hooks.example.com./')).toBe(true);
    expect(passes('https://other.example:8443/')).toBe(true);
    expect(passes('https://tls.example/')).toBe(true);
    expect(passes('https://other.example/')).toBe(false);
    expect(passes('https://a.b.corp.example/')).toBe(true);
    expect(passes('https://corp.example/')).toBe(false);
    expect(passes('https://evilcorp.example/')).toBe(false);
  });
});

describe('the creation probe', () => {
  it('asks with HEAD and answers with the status', async () => {
    const handler = await startHandler(answer(405));
    expect(await destination().probe(handler.url)).toEqual({ kind: 'answered', status: 405 });
    expect(handler.received).toMatchObject([{ method: 'HEAD', url: '/hook' }]);
  });

  it('says what went wrong', async () => {
    const handler = await startHandler(() => {});
    expect(await destination({ probeDeadlineMs: 20 }).probe(handler.url)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('20 ms'),
    });
    expect(await destination().probe(handler.url.replace('http:', 'https:'))).toMatchObject({
      kind: 'failed',
      reason: 'invalid_tls_handshake',
    });
    await handler.close();
    expect(await destination().probe(handler.url)).toMatchObject({ kind: 'failed', reason: 'connection_refused' });
  });
});
