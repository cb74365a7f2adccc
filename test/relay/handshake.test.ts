import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { hello, RawClient } from './raw-client.ts';
import { listen, prepare, request, startHandler, startRelay, subscription } from './relay-kit.ts';

const shop = subscription('shop');

describe('the relay’s path', () => {
  it('answers 426 to a request that is no WebSocket', async () => {
    const { url } = await startRelay();
    const response = await fetch(`${url}/_mock/relay`);
    expect(response.status).toBe(426);
    expect(await response.json()).toMatchObject({ errors: [{ code: 'RELAY_UPGRADE_REQUIRED' }] });
  });

  it.each([401, 403])('refuses the upgrade with the status %i of what guards it', async (status) => {
    const guard: Parameters<typeof startRelay>[1] = {
      guard: (app) => app.use('/_mock/*', async (c) => c.body(null, status as 401)),
    };
    const { url } = await startRelay([], guard);
    await expect(prepare(url, '3000').client.start()).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      details: { status },
    });
  });

  it('is given the token', async () => {
    const { url } = await startRelay([], {
      guard: (app) =>
        app.use((c, next) =>
          c.req.header('authorization') === 'Bearer open' ? next() : Promise.resolve(c.body(null, 401)),
        ),
    });
    await listen(url, '3000', { token: 'open' });
  });
});

describe('a hello', () => {
  it.each([
    ['no JSON', 'hello'],
    ['another frame', { type: 'leave' }],
    ['an incomplete one', { type: 'hello', protocol: 1 }],
    ['another protocol', hello({ protocol: 2 })],
    ['a claim of an unknown kind', hello({ claim: { kind: 'some' } })],
  ])('is refused with an error frame when it is %s', async (_name, message) => {
    const { url, hub } = await startRelay();
    const raw = new RawClient(url);
    await raw.say(message);
    expect(await raw.frame('error')).toMatchObject({
      code: 'RELAY_HELLO',
      hint: expect.stringContaining('same version'),
    });
    expect(await raw.closed).toBe(1008);
    expect(hub.tunnels()).toEqual([]);
  });

  it('has to come', async () => {
    const { url } = await startRelay([], { heartbeatMs: 5 });
    await new RawClient(url).closed;
  });

  it('that asks for what cannot be made is refused with the reason', async () => {
    const ensureSubscription = () => Promise.reject(new Error('no room'));
    const { url } = await startRelay([], { ensureSubscription });
    const { client } = prepare(url, '3000', { ensure: { events: null } });
    await expect(client.start()).rejects.toMatchObject({
      code: 'RELAY_REFUSED',
      message: expect.stringContaining('no room'),
    });
  });
});

describe('a tunnel', () => {
  it('passes over frames and fields of a newer version, and warns of what is no frame', async () => {
    const { hub, url, mock } = await startRelay([shop]);
    const raw = new RawClient(url);
    await raw.say(hello({ colour: 'blue' }), { type: 'novelty', x: 1 }, 'noise');
    await raw.frame('welcome');
    const sent = hub.send(request(shop));
    const { id } = await raw.frame('delivery');
    await raw.say({ type: 'result', id: 'unheard-of', attempt: 1, status: 500, headers: {}, duration_ms: 1 });
    await raw.say({ type: 'result', id, attempt: 1, status: 200, headers: {}, duration_ms: 1, extra: true });
    expect(await sent).toEqual({ kind: 'answered', status: 200, durationMs: 1 });
    expect(mock.facts.all.filter(({ type }) => type === 'mock.warning')).toHaveLength(1);
  });

  it('ends with a frame that is too large', async () => {
    const { url, mock } = await startRelay([], { maxPayload: 1_000 });
    const raw = new RawClient(url);
    await raw.say(hello());
    await raw.frame('welcome');
    await raw.say({ type: 'novelty', filler: 'x'.repeat(2_000) });
    expect(await raw.closed).toBe(1009);
    const fact = await mock.facts.when(({ type }) => type === 'relay.disconnected');
    expect(fact).toMatchObject({ message: expect.stringContaining('payload') });
  });
});

describe('the client', () => {
  it('says that nobody answers at an address', async () => {
    const handler = await startHandler();
    await handler.close();
    await expect(prepare(handler.url, '3000').client.start()).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      exitCode: 3,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('says that a server has no relay', async () => {
    const handler = await startHandler((_request, response) => response.writeHead(404).end());
    await expect(prepare(handler.url, '3000').client.start()).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });

  it.each(['', 'localhost:8090', 'ftp://x', 'ws://127.0.0.1:1'])('takes no server URL like %j', (url) => {
    expect(() => prepare(url, '3000')).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('waits for a server when told to, longer and longer', async () => {
    const handler = await startHandler();
    await handler.close();
    const pauses: number[] = [];
    let enough = (): void => {};
    const waited = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const pause = (ms: number, fn: () => void): (() => void) => {
      pauses.push(ms);
      if (pauses.length < 6) queueMicrotask(fn);
      else enough();
      return () => {};
    };
    const reconnect = { minMs: 100, maxMs: 1_000 };
    const { client, events } = prepare(handler.url, '3000', { waitForServer: true, pause, reconnect });
    const starting = client.start();
    await waited;
    pauses.forEach((ms, tries) => {
      const ceiling = Math.min(1_000, 100 * 2 ** tries);
      expect(ms).toBeGreaterThanOrEqual(ceiling / 2);
      expect(ms).toBeLessThanOrEqual(ceiling);
    });
    expect(events.all.every(({ name }) => name === 'lost')).toBe(true);
    await client.close();
    await expect(starting).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  });

  it('comes back by itself when the connection breaks, as often as it does', async () => {
    const { url, cut, hub } = await startRelay([shop]);
    const handler = await startHandler();
    const { event, events } = await listen(url, handler.url);
    for (let n = 0; n < 3; n++) {
      const from = events.all.length;
      cut();
      await event('regained', from);
      expect(await hub.send(request(shop))).toMatchObject({ kind: 'answered' });
    }
  });

  it('notices a server that goes silent', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
    onTestFinished(() => server.close());
    server.on('connection', (socket) => {
      onTestFinished(() => socket.terminate());
      socket.on('message', () =>
        socket.send('{"type":"welcome","tunnel":"t1","ack_deadline_ms":1,"subscriptions":[]}'),
      );
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { event } = await listen(`http://127.0.0.1:${port}`, '3000', { heartbeatMs: 5, pause: () => () => {} });
    expect((await event('lost'))[0]).toContain('silent');
  });

  it('survives a handler that answers when the connection is gone', async () => {
    const { url, cut, hub } = await startRelay([shop]);
    let release = (): void => {};
    const handler = await startHandler((_request, response) => {
      release = () => response.end();
    });
    const { event } = await listen(url, handler.url);
    const sent = hub.send(request(shop));
    await handler.received.count(1);
    cut();
    expect(await sent).toEqual({ kind: 'held' });
    await event('regained');
    release();
    const [, answer, reported] = await event('answered');
    expect(answer).toMatchObject({ status: 200 });
    expect(reported).toBe(false);
  });

  it('leaves when the handler has finished, gets nothing more meanwhile, and leaves once', async () => {
    const { url, hub, mock } = await startRelay([shop]);
    let release = (): void => {};
    const handler = await startHandler((_request, response) => {
      release = () => response.end();
    });
    const { client } = await listen(url, handler.url, { drainMs: 20_000 });
    const sent = hub.send(request(shop));
    await handler.received.count(1);
    const closing = [client.close(), client.close()];
    await mock.facts.when(({ type }) => type === 'relay.disconnected');
    expect(await hub.send(request(shop))).toEqual({ kind: 'held' });
    release();
    expect(await sent).toMatchObject({ kind: 'answered', status: 200 });
    await Promise.all(closing);
  });

  it('is told when the mock stops', async () => {
    const { url, hub } = await startRelay([shop]);
    const { event } = await listen(url, '3000', { pause: () => () => {} });
    await hub.close();
    expect((await event('lost'))[0]).toBe('the mock stops');
  });
});
