import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { hello, RawClient } from './raw-client.ts';
import { RawServer } from './raw-server.ts';
import { listen, prepare, request, startHandler, startRelay, subscription } from './relay-kit.ts';

const shop = subscription('shop');
const bareWelcome = '{"type":"welcome","tunnel":"t1","run":"r","ack_deadline_ms":1,"subscriptions":[]}';

/** A server that takes connections and answers nothing by itself, not even a ping. */
async function silentServer() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  onTestFinished(() => server.close());
  server.on('connection', (socket) => onTestFinished(() => socket.terminate()));
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

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

  it.each([
    ['a secret that is too short', { ensure: { events: null, secret: 'short' } }, 'ensure.secret is 5 characters long'],
    ['a secret that is too long', { ensure: { events: null, secret: 'x'.repeat(257) } }, 'ensure.secret is 257'],
    ['no event type', { ensure: { events: [] } }, 'ensure.events names no event type'],
    ['a name without end', { client: 'x'.repeat(3_000) }, 'client is 3000 characters long'],
    ['too many ids', { claim: { kind: 'ids', ids: Array(1_001).fill('i') } }, 'claim.ids has 1001 entries'],
  ])('with %s is refused with what is wrong', async (_name, extra, message) => {
    const raw = new RawClient((await startRelay()).url);
    await raw.say(hello(extra));
    const error = await raw.frame('error');
    expect(error).toMatchObject({ code: 'RELAY_HELLO', message: expect.stringContaining(message) });
    expect(error.hint).not.toContain('same version');
  });

  it('with an unknown event type is refused as the command line would', async () => {
    const raw = new RawClient((await startRelay()).url);
    await raw.say(hello({ ensure: { events: ['product.upated'] } }));
    expect(await raw.frame('error')).toMatchObject({
      code: 'UNKNOWN_EVENT_TYPE',
      message: expect.stringContaining('nearest'),
    });
  });

  it('that comes behind something else in the same message is not heard', async () => {
    const { url, mock } = await startRelay([shop]);
    const raw = new RawClient(url);
    await raw.say(`{"type":"leave"}\n${JSON.stringify(hello())}`);
    expect(await raw.closed).toBe(1008);
    expect(raw.frames.all.map(({ type }) => type)).toEqual(['error']);
    expect(mock.facts.all).toEqual([]);
  });

  it('is shown without its control characters', async () => {
    const { url, hub, mock } = await startRelay();
    const raw = new RawClient(url);
    await raw.say(hello({ client: 'a\u001b[2J', forward_to: 'b\n', claim: { kind: 'url', prefix: 'c\u0007' } }));
    await raw.frame('welcome');
    expect(hub.tunnels()).toMatchObject([{ forward_to: 'b\\u000a', claim: 'url c\\u0007' }]);
    const fact = await mock.facts.when(({ type }) => type === 'relay.connected');
    expect(fact).toMatchObject({ message: 'a\\u001b[2J forwards to b\\u000a' });
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
    const id = await raw.delivered();
    const unheardOf = { id: 12_345, status: 500, headers: {}, duration_ms: 1 };
    await raw.say({
      type: 'results',
      results: [unheardOf, { id, status: 200, headers: {}, duration_ms: 1, extra: true }],
    });
    expect(await sent).toEqual({ kind: 'answered', status: 200, durationMs: 1 });
    expect(mock.facts.all.filter(({ type }) => type === 'mock.warning')).toHaveLength(1);
  });

  it('is warned of once for a message, whatever that has in it that is no frame', async () => {
    const { hub, url, mock } = await startRelay([shop]);
    const raw = new RawClient(url);
    await raw.say(hello());
    await raw.frame('welcome');
    const sent = hub.send(request(shop));
    const id = await raw.delivered();
    const result = { id, status: 200, headers: {}, duration_ms: 1 };
    const results = [{ ...result, status: 1 }, null, { ...result, error: null }, result];
    const frames = [{ type: 'probe_result' }, { type: 'results', results }, { type: 'answer_body' }];
    await raw.say(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(''));
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
      message: expect.stringContaining('connection refused'),
    });
  });

  it('says that a server has no relay', async () => {
    const handler = await startHandler((_request, response) => response.writeHead(404).end());
    await expect(prepare(handler.url, '3000').client.start()).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });

  it.each(['', 'localhost:8090', 'ftp://x', 'ws://127.0.0.1:1'])('takes no server URL like %j', (url) => {
    expect(() => prepare(url, '3000')).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('tries again when the server is gone, longer and longer', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => socket.on('message', () => socket.send(bareWelcome)));
    await once(server, 'listening');
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
    const { port } = server.address() as AddressInfo;
    const reconnect = { minMs: 100, maxMs: 1_000 };
    const { events } = await listen(`http://127.0.0.1:${port}`, '3000', { pause, reconnect });
    server.close();
    for (const socket of server.clients) socket.terminate();
    await waited;
    pauses.forEach((ms, tries) => {
      const ceiling = Math.min(1_000, 100 * 2 ** tries);
      expect(ms).toBeGreaterThanOrEqual(ceiling / 2);
      expect(ms).toBeLessThanOrEqual(ceiling);
    });
    expect(events.all.map(({ name }) => name)).toEqual(['connected', ...pauses.map(() => 'lost')]);
  });

  it('gives up at once when it is closed before the server has welcomed it', async () => {
    const { server, url } = await silentServer();
    const { client } = prepare(url, '3000');
    const connecting = once(server, 'connection');
    const starting = client.start();
    await connecting;
    await client.close();
    expect(await starting).toBeUndefined();
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
    const { server, url } = await silentServer();
    server.on('connection', (socket) => socket.on('message', () => socket.send(bareWelcome)));
    const { event } = await listen(url, '3000', { heartbeatMs: 5, pause: () => () => {} });
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
    const [, answer, fate] = await event('answered');
    expect(answer).toMatchObject({ status: 200 });
    expect(fate).toBe('lost');
  });

  it('leaves when the handler has finished, gets nothing more meanwhile, and leaves once', async () => {
    const { url, hub, mock } = await startRelay([shop]);
    let release = (): void => {};
    const handler = await startHandler((_request, response) => {
      release = () => response.end();
    });
    const { client, event } = await listen(url, handler.url, { drainMs: 20_000 });
    const sent = hub.send(request(shop));
    await handler.received.count(1);
    const closing = [client.close(), client.close()];
    await mock.facts.when(({ type }) => type === 'relay.disconnected');
    expect(await hub.send(request(shop))).toEqual({ kind: 'held' });
    release();
    expect(await sent).toMatchObject({ kind: 'answered', status: 200 });
    await Promise.all(closing);
    expect(await event('draining')).toEqual([1]);
    expect((await event('answered'))[2]).toBe('reported');
  });

  it('still hears the verdict of what was answered last before it leaves', async () => {
    const { url, hub } = await startRelay([shop]);
    let release = (): void => {};
    const handler = await startHandler((_request, response) => {
      release = () => response.end();
    });
    const { client, event } = await listen(url, handler.url, { drainMs: 20_000 });
    const sent = request(shop);
    const sending = hub.send(sent);
    await handler.received.count(1);
    const closing = client.close();
    release();
    const { deliveryId, eventId, eventType } = sent;
    const ref = { deliveryId, eventId, eventType, subscriptionId: shop.id, attempt: 1, destination: shop.config.url };
    hub.verdict({ type: 'attempt.finished', ...ref, outcome: await sending, verdict: { do: 'deliver' } });
    await closing;
    expect((await event('verdict'))[1].verdict).toEqual({ do: 'deliver' });
  });

  it('leaves a handler that hangs as soon as the mock waits for it no longer', async () => {
    const { url, hub } = await startRelay([shop]);
    const handler = await startHandler(() => {});
    const { client, event } = await listen(url, handler.url, { drainMs: 20_000 });
    const sent = request(shop, { ackDeadlineMs: 50 });
    const sending = hub.send(sent);
    await handler.received.count(1);
    const closing = client.close();
    const outcome = await sending;
    expect(outcome).toEqual({ kind: 'timeout', durationMs: 50 });
    const { deliveryId, eventId, eventType } = sent;
    const ref = { deliveryId, eventId, eventType, subscriptionId: shop.id, attempt: 1, destination: shop.config.url };
    const verdict = { do: 'retry', attempt: 1, of: 3, delayMs: 300_000, dueAt: 300_000 } as const;
    hub.verdict({ type: 'attempt.finished', ...ref, outcome, verdict });
    await closing;
    expect((await event('answered'))[2]).toBe('judged');
  });

  it('leaves after the ack deadline at the latest, and says what it cut off', async () => {
    const { url, hub } = await startRelay([shop], { ackDeadlineMs: 50 });
    const handler = await startHandler(() => {});
    const { client, event } = await listen(url, handler.url);
    const sending = hub.send(request(shop, { ackDeadlineMs: 20_000 }));
    await handler.received.count(1);
    await client.close();
    expect(await sending).toEqual({ kind: 'held' });
    expect((await event('answered'))[2]).toBe('abandoned');
  });

  it('tells a mock that was restarted from one that it merely lost', async () => {
    const { url, cut, hub } = await startRelay([shop]);
    const { event, events } = await listen(url, '3000');
    cut();
    expect((await event('regained'))[1]).toBe(false);
    const { run } = (await event('regained'))[0];
    expect(run).toBe((await event('connected'))[0].run);
    expect(hub.tunnels()).toHaveLength(1);
    expect(events.all.filter(({ name }) => name === 'lost')).toHaveLength(1);
  });

  it('notices that another mock has taken the place of the first', async () => {
    const { server, url } = await silentServer();
    let runs = 0;
    server.on('connection', (socket) =>
      socket.on('message', () => socket.send(JSON.stringify({ ...JSON.parse(bareWelcome), run: `run ${++runs}` }))),
    );
    const { event } = await listen(url, '3000');
    for (const socket of server.clients) socket.terminate();
    expect((await event('regained'))[1]).toBe(true);
  });

  it('takes no verdict of another mock for that on a delivery of the first, though both count from one', async () => {
    const server = await RawServer.start();
    const { event, events } = await listen(server.url, (await startHandler()).url);
    server.deliver(1);
    server.deliver(2);
    await server.frames.count(3);
    server.cut();
    await event('regained');
    server.deliver(2);
    await server.frames.count(5);
    server.say({ type: 'verdicts', verdicts: [1, 2] });
    await event('verdict');
    const judged = events.all.flatMap(({ name, args }) => (name === 'verdict' ? [args[0].id] : []));
    expect(judged).toEqual([2]);
  });

  it('is told when the mock stops', async () => {
    const { url, hub } = await startRelay([shop]);
    const { event } = await listen(url, '3000', { pause: () => () => {} });
    await hub.close();
    expect((await event('lost'))[0]).toBe('the mock stops');
  });
});
