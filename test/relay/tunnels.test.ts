import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { JournalFact } from '../../src/core/types.ts';
import { RelayDestination } from '../../src/runtime/destinations/relay.ts';
import { hello, RawClient } from './raw-client.ts';
import { listen, request, startHandler, startRelay, subscription } from './relay-kit.ts';

const shop = subscription('shop', 'https://shop.example/a/hook');
const other = subscription('other', 'https://other.example/hook');
const local = subscription('local', 'https://localhost:8443/hook');
const channel = subscription('channel', 'https://relay.aep-mock.localhost/orders');
const isA =
  <T extends JournalFact['type']>(type: T) =>
  (fact: JournalFact): fact is Extract<JournalFact, { type: T }> =>
    fact.type === type;

describe('what a tunnel claims', () => {
  it('is every https subscription but those at loopback addresses, which the mock reaches itself', async () => {
    const broker = { ...subscription('broker'), config: { type: 'pubsub', projectId: 'p', topicId: 't' } as const };
    const ended = { ...subscription('ended'), status: 'revoked' as const };
    const { hub, url } = await startRelay([shop, local, channel, broker, ended]);
    expect([shop, local, channel].map((s) => hub.resolve(s))).toEqual(['unclaimed', 'unclaimed', 'offline']);

    const { event } = await listen(url, '3000');

    const [welcome] = await event('connected');
    expect(welcome.subscriptions.map(({ id }) => id)).toEqual(['shop', 'channel']);
    expect([shop, local, channel].map((s) => hub.resolve(s))).toEqual(['online', 'unclaimed', 'online']);
    expect(hub.resolve(broker)).toBe('unclaimed');
  });

  it('includes a loopback subscription that it names', async () => {
    const { hub, url } = await startRelay([local]);
    await listen(url, '3000', { claim: { kind: 'ids', ids: ['local'] } });
    expect(hub.resolve(local)).toBe('online');
  });

  it('tells the secret of those that only the relay serves, and of no other', async () => {
    const { url } = await startRelay([shop, channel]);
    const [welcome] = await (await listen(url, '3000')).event('connected');
    expect(welcome.subscriptions.map(({ secret }) => secret)).toEqual([undefined, channel.config.secret.primary]);
  });

  it('goes to the most specific claim: ids, then the longer prefix, then all', async () => {
    const { hub, url } = await startRelay([shop]);
    const everything = await startHandler();
    const host = await startHandler();
    const path = await startHandler();
    const named = await startHandler();
    const claims = [
      listen(url, everything.url),
      listen(url, host.url, { claim: { kind: 'url', prefix: 'https://shop.example/' } }),
      listen(url, path.url, { claim: { kind: 'url', prefix: 'https://shop.example/a/' } }),
      listen(url, named.url, { claim: { kind: 'ids', ids: ['shop'] } }),
    ];
    const listeners = await Promise.all(claims);

    for (const handler of [named, path, host, everything]) {
      await hub.send(request(shop));
      expect(handler.received.all).toHaveLength(1);
      await listeners.pop()?.client.close();
    }
    expect(hub.resolve(shop)).toBe('offline');
  });

  it('is shared in turns by tunnels that claim it alike, and both are told', async () => {
    const { hub, url } = await startRelay([shop]);
    const [one, two] = [await startHandler(), await startHandler()];
    const first = await listen(url, one.url);
    const second = await listen(url, two.url);

    const [claims] = await first.event('claims');
    expect(claims.subscriptions).toMatchObject([{ id: 'shop', tunnels: 2 }]);
    expect((await second.event('connected'))[0].subscriptions).toMatchObject([{ id: 'shop', tunnels: 2 }]);
    for (let n = 0; n < 4; n++) await hub.send(request(shop));
    expect([one, two].map(({ received }) => received.all.length)).toEqual([2, 2]);
  });

  it('tells what has stopped, and what was revoked only to who was there', async () => {
    const own = { ...shop };
    const { hub, mock, url } = await startRelay([own]);
    const { event, events } = await listen(url, '3000');
    const told = async () => {
      const from = events.all.length;
      hub.claimsChanged();
      return (await event('claims', from))[0].subscriptions.map(({ id, status }) => [id, status]);
    };
    own.status = 'suspended';
    expect(await told()).toEqual([['shop', 'suspended']]);
    Object.assign(own, { status: 'revoked', updatedAt: Date.UTC(2024, 9, 1) });
    expect(await told()).toEqual([['shop', 'revoked']]);
    expect(hub.tunnels()).toMatchObject([{ subscriptions: [] }]);
    own.updatedAt--;
    expect((await (await listen(url, '3000')).event('connected'))[0].subscriptions).toEqual([]);
    expect(mock.ensured).toEqual([]);
  });

  it('follows the subscriptions as they come, change and go', async () => {
    const { hub, mock, url } = await startRelay([]);
    const { event, events } = await listen(url, '3000');
    const told = async (): Promise<string[]> => {
      const from = events.all.length;
      hub.claimsChanged();
      return (await event('claims', from))[0].subscriptions.map(({ id }) => id);
    };
    mock.subscriptions.push(shop);
    expect(await told()).toEqual(['shop']);
    mock.subscriptions.push(other);
    expect(await told()).toEqual(['shop', 'other']);
    mock.subscriptions.shift();
    expect(await told()).toEqual(['other']);
    mock.subscriptions[0] = { ...other, config: { ...other.config, url: 'https://localhost/now' } };
    expect(await told()).toEqual([]);
    expect(hub.resolve(mock.subscriptions[0])).toBe('unclaimed');
  });

  it('is shown with the tunnel', async () => {
    const { hub, url } = await startRelay([shop]);
    await listen(url, 'localhost:3000/hook?a=1', { claim: { kind: 'url', prefix: 'https://shop.example' } });
    expect(hub.tunnels()).toEqual([
      {
        id: 't1',
        connected_at: '2024-10-01T00:00:00.000Z',
        forward_to: 'http://localhost:3000/hook?a=1',
        claim: 'url https://shop.example',
        subscriptions: ['shop'],
      },
    ]);
  });
});

describe('without a tunnel', () => {
  it('deliveries are held, and go when one has come', async () => {
    const { hub, url } = await startRelay([channel]);
    const destination = new RelayDestination(hub);
    expect(destination.claims(channel)).toBe(true);
    expect(destination.isOnline(channel)).toBe(false);
    expect(await destination.send(request(channel))).toEqual({ kind: 'held' });

    const online = new Promise<void>((resolve) => hub.onOnline(resolve));
    const handler = await startHandler();
    await listen(url, handler.url);
    await online;
    expect(destination.isOnline(channel)).toBe(true);
    expect(await destination.send(request(channel))).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('deliveries are refused as by a closed port when the mock was told to fail them', async () => {
    const { hub } = await startRelay([channel], { whileOffline: 'fail' });
    expect(await hub.send(request(channel))).toMatchObject({
      kind: 'transportError',
      reason: 'connection_refused',
      message: expect.stringContaining('no tunnel is connected'),
    });
  });

  it('what was claimed before stays the relay’s, until it is given another URL or the mock goes back to before', async () => {
    const { hub, url } = await startRelay([shop]);
    await (await listen(url, '3000')).client.close();
    expect(hub.resolve(shop)).toBe('offline');
    expect(hub.resolve({ ...shop, config: { ...shop.config, url: 'https://elsewhere.example' } })).toBe('unclaimed');
    const memory = hub.capture();
    await hub.restore({ claimedOnce: [], fallbacks: [] });
    expect(hub.resolve(shop)).toBe('unclaimed');
    await hub.restore(memory);
    expect(hub.resolve(shop)).toBe('offline');
  });
});

describe('a tunnel that is lost', () => {
  it('gives back what is in flight as held, and it is delivered when the client has come again', async () => {
    const { hub, url, cut, mock } = await startRelay([shop]);
    let hanging = true;
    const handler = await startHandler((_request, response) => {
      if (!hanging) response.end();
    });
    const { event } = await listen(url, handler.url);
    const deliveries = Array.from({ length: 20 }, () => request(shop));
    const sent = deliveries.map((delivery) => hub.send(delivery));
    await handler.received.count(20);

    cut();

    expect(await Promise.all(sent)).toEqual(deliveries.map(() => ({ kind: 'held' })));
    const gone = await mock.facts.when(isA('relay.disconnected'));
    expect(gone).toMatchObject({ subscriptions: ['shop'], message: expect.stringContaining('20 in flight') });
    await event('lost');
    await event('regained');
    hanging = false;
    for (const outcome of await Promise.all(deliveries.map((delivery) => hub.send(delivery)))) {
      expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
    }
  });

  it('passes what it had on to another that takes the subscription, at the same attempt', async () => {
    const { hub, url, mock } = await startRelay([shop]);
    const handler = await startHandler();
    const dying = new RawClient(url);
    await dying.say(hello());
    await dying.frame('welcome');
    await listen(url, handler.url);
    const deliveries = Array.from({ length: 4 }, () => request(shop, { attempt: 2 }));
    const sent = deliveries.map((delivery) => hub.send(delivery));
    await dying.frames.when(
      () => dying.frames.all.flatMap((frame) => (frame.type === 'deliveries' ? frame.deliveries : [])).length === 2,
    );

    dying.socket.terminate();

    for (const outcome of await Promise.all(sent)) expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
    expect(handler.received.all.map(({ body }) => body.toString()).sort()).toEqual(
      deliveries.map(({ body }) => body).sort(),
    );
    expect(await mock.facts.when(isA('relay.disconnected'))).toMatchObject({
      message: expect.stringContaining('2 in flight'),
    });
  });

  it('passes nothing on of a subscription that has ended meanwhile', async () => {
    const { hub, url, mock } = await startRelay([shop]);
    const dying = new RawClient(url);
    await dying.say(hello());
    await dying.frame('welcome');
    const handler = await startHandler();
    await listen(url, handler.url);
    const sent = hub.send(request(shop));
    await dying.delivered();
    mock.subscriptions.length = 0;
    dying.socket.terminate();
    expect(await sent).toEqual({ kind: 'held' });
    expect(handler.received.all).toEqual([]);
  });

  it('makes no timeouts of what was sent into its silence', async () => {
    const { hub, url } = await startRelay([shop], { heartbeatMs: 20 });
    const asleep = new RawClient(url, {}, false);
    await asleep.say(hello());
    await asleep.frame('welcome');
    const handler = await startHandler();
    await listen(url, handler.url);
    const sent = [1, 2].map(() => hub.send(request(shop, { ackDeadlineMs: 1 })));
    await asleep.delivered();
    await asleep.closed;
    const [first] = await Promise.all(sent);
    // Whatever the second try comes to, it was made by the one that is awake.
    expect(first?.kind).not.toBe('held');
    await handler.received.count(2);
  });

  it('makes timeouts of them when it turns out to be awake', async () => {
    const { hub, url } = await startRelay([shop]);
    const raw = new RawClient(url, {}, false);
    await raw.say(hello());
    await raw.frame('welcome');
    const pinged = once(raw.socket, 'ping');
    const sent = hub.send(request(shop, { ackDeadlineMs: 1 }));
    await pinged;
    raw.socket.pong();
    expect(await sent).toEqual({ kind: 'timeout', durationMs: 1 });
  });

  it('has each of them at its own deadline, whatever the others have', async () => {
    const { hub, url } = await startRelay([shop]);
    const raw = new RawClient(url);
    await raw.say(hello());
    await raw.frame('welcome');
    const send = (ackDeadlineMs: number) => hub.send(request(shop, { ackDeadlineMs }));
    const patient = [send(20_000)];
    const hasty = [send(20), send(1)];
    patient.push(send(10_000));
    expect(await Promise.all(hasty)).toEqual([20, 1].map((durationMs) => ({ kind: 'timeout', durationMs })));
    // A deadline that is set when the timer was set anew counts as well.
    expect(await send(5)).toEqual({ kind: 'timeout', durationMs: 5 });
    raw.socket.terminate();
    expect(await Promise.all(patient)).toEqual([{ kind: 'held' }, { kind: 'held' }]);
  });

  it('has no turn while it is in doubt, when there is another', async () => {
    const { hub, url } = await startRelay([shop]);
    const asleep = new RawClient(url, {}, false);
    await asleep.say(hello());
    await asleep.frame('welcome');
    const pinged = once(asleep.socket, 'ping');
    const sent = hub.send(request(shop, { ackDeadlineMs: 1 }));
    await pinged;
    const handler = await startHandler();
    await listen(url, handler.url);
    for (let n = 0; n < 4; n++) expect(await hub.send(request(shop))).toMatchObject({ kind: 'answered' });
    asleep.socket.terminate();
    await sent;
  });

  it('resets the connection when the mock was told to fail', async () => {
    const { hub, url, cut } = await startRelay([shop], { whileOffline: 'fail' });
    const handler = await startHandler(() => {});
    await listen(url, handler.url);
    const sent = hub.send(request(shop));
    await handler.received.count(1);
    cut();
    expect(await sent).toMatchObject({ kind: 'transportError', reason: 'connection_reset' });
  });

  it('is noticed when its end goes silent', async () => {
    const { hub, url, mock } = await startRelay([shop], { heartbeatMs: 5 });
    const raw = new RawClient(url, {}, false);
    await raw.say(hello());
    await raw.frame('welcome');
    const sent = hub.send(request(shop));

    expect(await mock.facts.when(isA('relay.disconnected'))).toMatchObject({
      message: expect.stringContaining('silent'),
    });
    expect(await sent).toEqual({ kind: 'held' });
    await raw.closed;
  });

  it('is replaced when its client connects anew before it was noticed', async () => {
    const { hub, url } = await startRelay([shop]);
    const [before, after] = [new RawClient(url), new RawClient(url)];
    await before.say(hello());
    await before.frame('welcome');
    const sent = hub.send(request(shop));
    await after.say(hello());
    await after.frame('welcome');
    expect(await sent).toEqual({ kind: 'held' });
    await before.closed;
    expect(hub.tunnels()).toHaveLength(1);
  });
});

describe('a tunnel that was asked to make sure of a subscription', () => {
  it('gets one for all events when there is none to relay, and leaves it to the next', async () => {
    const { url, mock } = await startRelay([local]);
    const ensure = { events: null };
    const first = await listen(url, '3000', { ensure });
    const [welcome] = await first.event('connected');
    expect(welcome.created).toEqual({ id: 'made-1', secret: expect.any(String) });
    expect(welcome.subscriptions.map(({ id }) => id)).toEqual(['made-1']);
    await first.client.close();

    const [again] = await (await listen(url, '3000', { ensure })).event('connected');
    expect(again.created).toBeUndefined();
    expect(again.subscriptions).toMatchObject([{ id: 'made-1', secret: welcome.created?.secret }]);
    expect(mock.ensured).toHaveLength(1);
  });

  it('gets none when there is one to relay', async () => {
    const { url, mock } = await startRelay([shop]);
    await listen(url, '3000', { ensure: { events: null } });
    expect(mock.ensured).toEqual([]);
  });

  it('gets one of its own for the events it names, and that alone', async () => {
    const { url, mock } = await startRelay([shop]);
    const ensure = { events: ['com.akeneo.pim.v1.product.deleted'], secret: 'a-secret-of-my-own' };
    const first = await listen(url, '3000', { ensure });
    const second = await listen(url, '3001', { ensure });
    const ids = async ({ event }: typeof first) => (await event('connected'))[0].subscriptions.map(({ id }) => id);
    expect([await ids(first), await ids(second)]).toEqual([['made-1'], ['made-2']]);
    expect(mock.ensured[0]).toEqual(ensure);

    await second.client.close();
    expect(await ids(await listen(url, '3002', { ensure }))).toEqual(['made-2']);
  });

  it('shares one with another that comes at the same moment', async () => {
    const { url, mock } = await startRelay([]);
    await Promise.all([1, 2, 3].map(() => listen(url, '3000', { ensure: { events: null } })));
    expect(mock.ensured).toHaveLength(1);
  });

  it('gets one again after a reset, and is told', async () => {
    const { hub, url, mock } = await startRelay([]);
    const { event } = await listen(url, '3000', { ensure: { events: ['product.*'] } });
    mock.subscriptions.length = 0;
    await hub.restore({ claimedOnce: [], fallbacks: [] });
    const [claims] = await event('claims');
    expect(claims).toMatchObject({ created: { id: 'made-2' }, subscriptions: [{ id: 'made-2' }] });
  });
});
