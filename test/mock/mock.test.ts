import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolvePolicy } from '../../src/core/profile.ts';
import { startMock } from '../../src/mock.ts';
import { VirtualClock } from '../../src/runtime/clock.ts';
import { answer, startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

const minute = 60_000;

/** Answers the creation probe with 200, and deliveries as told. */
const onPost =
  (reply: Parameters<typeof startHandler>[0]): Parameters<typeof startHandler>[0] =>
  (request, response, n) =>
    request.method === 'HEAD' ? response.end() : (reply ?? answer(200))(request, response, n);

describe('an integration that points at the mock for the PIM and the platform', () => {
  it('gets a token, subscribes, and is sent signed events', async () => {
    const mock = await start({ allowHttp: true });
    const handler = await startHandler();
    const shop = await Integration.connect(mock);
    const { id, secret } = await shop.subscribe(handler.url);
    const published = await mock.generate({ types: ['product.updated'], count: 5 });
    expect(published.map(({ deliveries }) => deliveries)).toEqual([1, 1, 1, 1, 1]);
    await mock.drain();

    const [probe, ...deliveries] = handler.received;
    expect(probe?.method).toBe('HEAD');
    expect(deliveries).toHaveLength(5);
    for (const { headers, body } of deliveries) {
      expect(headers['x-akeneo-signature-primary']).toBe(createHmac('sha256', secret).update(body).digest('hex'));
      const event = JSON.parse(body.toString());
      expect(event).toMatchObject({ type: 'com.akeneo.pim.v1.product.updated', subject: id });
      expect(JSON.stringify(event)).toBe(body.toString());
    }
    expect(mock.deliveries().map(({ state }) => state)).toEqual(Array(5).fill('delivered'));
  });

  it('loses what is published while it is suspended, and gets what comes after it resumes', async () => {
    const mock = await start({ allowHttp: true });
    const handler = await startHandler();
    const shop = await Integration.connect(mock);
    const { path } = await shop.subscribe(handler.url);
    expect(await shop.call('POST', `${path}/suspend`)).toMatchObject({ status: 202, body: { status: 'suspended' } });
    const [lost] = await mock.generate({ types: ['product.updated'], count: 1 });
    expect(lost?.deliveries).toBe(0);
    expect(await shop.call('POST', `${path}/resume`)).toMatchObject({ status: 202, body: { status: 'active' } });
    const [sent] = await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    expect(handler.received.slice(1).map(({ body }) => JSON.parse(body.toString()).id)).toEqual([sent?.id]);
  });

  it('is tried again after 5, 10 and 20 minutes of the clock that the user holds, and is revoked by a 404', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 5));
    const mock = await start({ allowHttp: true, clock });
    const statuses = [503, 503, 503, 404];
    const handler = await startHandler(
      onPost((_request, response) => response.writeHead(statuses.shift() ?? 500).end()),
    );
    const shop = await Integration.connect(mock);
    const { path } = await shop.subscribe(handler.url);
    await mock.generate({ types: ['product.updated'], count: 1 });
    await clock.advance(35 * minute - 1);
    expect(handler.received).toHaveLength(1 + 3);
    await clock.advance(1);
    expect(handler.received).toHaveLength(1 + 4);
    expect((await shop.call('GET', path)).body).toMatchObject({ status: 'revoked' });
    expect(mock.deliveries()).toMatchObject([{ state: 'discarded', reason: 'revoked', attempts: [{}, {}, {}, {}] }]);
  });

  it('is tried four times in 35 minutes of a clock that runs ten thousand times faster, and then the event is dropped', async () => {
    const mock = await start({ allowHttp: true, timeScale: 10_000 });
    const handler = await startHandler(onPost(answer(503)));
    const shop = await Integration.connect(mock);
    await shop.subscribe(handler.url);
    const dropped = new Promise<void>((resolve) => {
      mock.journal.subscribe((entry) => {
        if (entry.type === 'delivery.dropped' && entry.reason === 'retries_exhausted') resolve();
      });
    });
    await mock.generate({ types: ['product.updated'], count: 1 });
    await dropped;
    const at = [...mock.journal.entries()].filter(({ type }) => type === 'attempt.finished').map((entry) => entry.at);
    expect(at).toHaveLength(4);
    [5, 10, 20].forEach((delay, n) => {
      expect((at[n + 1] as number) - (at[n] as number)).toBeGreaterThanOrEqual(delay * minute);
    });
  });

  it('has to ask for a new token after an hour of the mock', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 5));
    const mock = await start({ clock });
    const shop = await Integration.connect(mock);
    await clock.advance(60 * minute - 1);
    expect((await shop.call('GET', '/subscribers')).status).toBe(200);
    await clock.advance(1);
    expect((await shop.call('GET', '/subscribers')).status).toBe(401);
  });
});

describe('the same seed and the same clock', () => {
  it('publish the same events, byte for byte, also after a reset', async () => {
    const bodies = async (
      mock: Awaited<ReturnType<typeof start>>,
      handler: Awaited<ReturnType<typeof startHandler>>,
    ) => {
      handler.received.length = 0;
      const shop = await Integration.connect(mock);
      await shop.subscribe(handler.url, { events: ['com.akeneo.pim.v1.product.updated.delta'] });
      await mock.generate({ types: ['product.updated.delta'], count: 20 });
      await mock.drain();
      const sent = handler.received.filter(({ method }) => method === 'POST');
      return new Set(sent.map(({ body }) => body.toString().replace(/"subject":"[^"]*"/, '')));
    };
    const handler = await startHandler();
    // Without a rate, draining moves no time.
    const policy = { rateMax: null };
    const options = { seed: 42, allowHttp: true, policy, clock: new VirtualClock(Date.UTC(2026, 0, 5)) };
    const mock = await start(options);
    const first = await bodies(mock, handler);
    expect(first.size).toBe(20);
    mock.reset();
    expect(await bodies(mock, handler)).toEqual(first);
    expect(await bodies(await start(options), handler)).toEqual(first);
  });
});

describe('starting', () => {
  it('says so when the port is in use, with the way out', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    await expect(startMock({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      exitCode: 3,
      hint: expect.stringContaining('--port 0'),
    });
  });

  it('refuses to be open to other machines without a token', async () => {
    await expect(startMock({ port: 0, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'TOKEN_REQUIRED_TO_BIND' });
  });

  it('names the address that it cannot bind', async () => {
    await expect(startMock({ port: 0, host: '192.0.2.1', token: 't' })).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
    });
  });

  it('names the certificate file that it cannot read', async () => {
    await expect(startMock({ port: 0, ca: '/no/such.pem' })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('follows the profile and the overrides of its rows', async () => {
    const mock = await start({ profile: '2026-09', policy: { concurrency: 3 } });
    expect(mock.policy).toEqual(resolvePolicy('2026-09', { concurrency: 3 }));
  });

  it('two mocks run side by side, and closing twice is fine', async () => {
    const one = await start();
    const two = await start();
    expect(one.url).not.toBe(two.url);
    await one.close();
    await one.close();
    expect((await fetch(`${two.url}/_mock/health`)).status).toBe(200);
    await expect(fetch(`${one.url}/_mock/health`)).rejects.toThrow();
  });

  it('draws a seed of its own when it is given none', async () => {
    const mock = await startMock({ port: 0 });
    onTestFinished(() => mock.close());
    expect(Number.isSafeInteger(mock.seed)).toBe(true);
  });
});
