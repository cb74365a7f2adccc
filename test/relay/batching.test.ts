import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/types.ts';
import { dial } from '../../src/relay/dial.ts';
import type { Frame, HelloFrame } from '../../src/relay/frames.ts';
import type { RelayHub } from '../../src/relay/hub.ts';
import { readMessage } from '../../src/relay/protocol.ts';
import type { DeliveryRequest } from '../../src/runtime/destinations/port.ts';
import { Happenings } from './happenings.ts';
import { hello, RawClient } from './raw-client.ts';
import { RawServer } from './raw-server.ts';
import { listen, request, startHandler, startRelay, subscription } from './relay-kit.ts';

const shop = subscription('shop');
const blog = subscription('blog');

async function connect() {
  const relay = await startRelay([shop, blog]);
  const raw = new RawClient(relay.url);
  await raw.say(hello());
  await raw.frame('welcome');
  const messages = new Happenings<Frame[]>();
  raw.socket.on('message', (data) => messages.add([...readMessage(data.toString())] as Frame[]));
  return { ...relay, raw, messages };
}

const result = (id: number) => ({ id, status: 200, headers: {}, duration_ms: 7 });
const idsIn = (frames: Frame[] = []) =>
  frames.flatMap((frame) => (frame.type === 'deliveries' ? frame.deliveries.map(({ id }) => id) : []));

type Attempt = Parameters<RelayHub['verdict']>[0];

function tellVerdict(hub: RelayHub, sent: DeliveryRequest, outcome: Outcome, told: Partial<Attempt> = {}) {
  const verdict = { do: 'deliver' } as const;
  const { deliveryId, eventId, eventType, attempt } = sent;
  const of = { deliveryId, eventId, eventType, subscriptionId: sent.subscription.id, attempt };
  hub.verdict({ type: 'attempt.finished', ...of, destination: 'somewhere', outcome, verdict, ...told });
}

describe('what is sent within one turn', () => {
  it('goes together, each subscription’s in a frame, but the first at once when nothing else is under way', async () => {
    const { hub, messages } = await connect();
    const requests = [shop, shop, shop, blog, blog].map((of, n) =>
      request(of, { body: n === 2 ? '{"name":"Übergröße 🧦"}\n\n' : `{"n":${n}}` }),
    );
    for (const sent of requests) void hub.send(sent);
    await messages.count(2);
    const [first, second] = messages.all;
    expect(first).toMatchObject([{ subscription_id: 'shop', bodies: [requests[0]?.body] }]);
    expect(second).toMatchObject([
      { subscription_id: 'shop', url: shop.config.url, bodies: [requests[1]?.body, requests[2]?.body] },
      { subscription_id: 'blog', url: blog.config.url, bodies: [requests[3]?.body, requests[4]?.body] },
    ]);
    expect(idsIn(first).concat(idsIn(second))).toEqual([1, 2, 3, 4, 5]);
  });

  it('goes together from the first on when something is under way', async () => {
    const { hub, raw, messages } = await connect();
    void hub.send(request(shop));
    await raw.delivered();
    for (const of of [shop, blog, shop]) void hub.send(request(of));
    await messages.count(2);
    expect(messages.all.map((frames) => idsIn(frames))).toEqual([[1], [2, 3, 4]]);
  });

  it('goes in several messages when it is too much for one', async () => {
    const { hub, messages } = await connect();
    const megabyte = 'x'.repeat(1024 * 1024);
    for (const body of ['{}', megabyte, megabyte, '{}', '{}']) void hub.send(request(shop, { body }));
    await messages.count(4);
    expect(messages.all.map((frames) => idsIn(frames))).toEqual([[1], [2], [3], [4, 5]]);
  });

  it('goes in frames of their own when it differs in more than what a delivery has for itself', async () => {
    const { hub, messages } = await connect();
    const moved = { ...shop, config: { ...shop.config, url: 'https://moved.example/' } };
    for (const sent of [request(shop), request(shop), request(moved), request(moved, { ackDeadlineMs: 10_000 })])
      void hub.send(sent);
    await messages.count(2);
    expect(messages.all[1]).toMatchObject([
      { url: shop.config.url, ack_deadline_ms: 20_000 },
      { url: moved.config.url, ack_deadline_ms: 20_000 },
      { url: moved.config.url, ack_deadline_ms: 10_000 },
    ]);
  });

  it('comes back when the tunnel is lost before the turn ends', async () => {
    const { hub, cut, raw, messages } = await connect();
    const sent = [shop, shop, blog].map((of) => hub.send(request(of)));
    cut();
    expect(await Promise.all(sent)).toEqual(Array(3).fill({ kind: 'held' }));
    await raw.closed;
    expect(idsIn(messages.all.flat())).not.toContain(2);
  });

  it('is told when the client leaves, however much is answered at once', async () => {
    const { hub, url } = await startRelay([shop]);
    const responses: ServerResponse[] = [];
    const handler = await startHandler((_request, response) => responses.push(response));
    const { client, events } = await listen(url, handler.url, { drainMs: 20_000 });
    const sent = Array.from({ length: 20 }, () => hub.send(request(shop)));
    await handler.received.count(20);
    const leaving = client.close();
    for (const response of responses) response.end('an answer');
    for (const outcome of await Promise.all(sent)) expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
    await leaving;
    const fates = events.all.flatMap(({ name, args }) => (name === 'answered' ? [args[2]] : []));
    expect(fates).toEqual(Array(20).fill('reported'));
  });

  it('is answered together', async () => {
    const { hub, raw } = await connect();
    const sent = [shop, blog, shop].map((of) => hub.send(request(of)));
    await raw.frames.when(() => idsIn(raw.frames.all as Frame[]).length === 3);
    await raw.say({ type: 'results', results: [3, 1, 2].map(result) });
    expect(await Promise.all(sent)).toEqual(Array(3).fill({ kind: 'answered', status: 200, durationMs: 7 }));
  });
});

it('the results of one turn go in messages of a hundred', async () => {
  const server = await RawServer.start();
  const { signal } = new AbortController();
  const own = hello() as unknown as HelloFrame;
  const link = await dial({ url: server.url, hello: own, heartbeatMs: 60_000, signal, onFrame: () => {} });
  for (let id = 1; id <= 250; id++) link.report(result(id), false);
  await server.frames.count(4);
  const sizes = server.frames.all.map((frame) => (frame?.type === 'results' ? frame.results.length : 'hello'));
  expect(sizes).toEqual(['hello', 100, 100, 50]);
});

describe('a verdict', () => {
  async function answered() {
    const connected = await connect();
    const { hub, raw } = connected;
    const first = request(shop);
    const sending = hub.send(first);
    const id = await raw.delivered();
    await raw.say({ type: 'results', results: [result(id)] });
    return { ...connected, first, id, outcome: await sending };
  }

  it('goes with the delivery that follows it', async () => {
    const { hub, messages, first, id, outcome } = await answered();
    tellVerdict(hub, first, outcome);
    void hub.send(request(shop));
    await messages.count(2);
    expect(messages.all[1]).toMatchObject([
      { type: 'deliveries', deliveries: [{ id: id + 1 }] },
      { type: 'verdicts', verdicts: [id] },
    ]);
  });

  it('goes alone when nothing follows it', async () => {
    const { hub, raw, first, id, outcome } = await answered();
    tellVerdict(hub, first, outcome);
    expect(await raw.frame('verdicts')).toEqual({ type: 'verdicts', verdicts: [id] });
  });

  it.each([
    [
      'on another outcome than the one that was told',
      { outcome: { kind: 'answered', status: 200, durationMs: 0 } },
      {},
    ],
    ['other than that it is delivered', { verdict: { do: 'drop', reason: 'not_retryable' } }, {}],
    ['on what a fault was injected into', { fault: { rule: 'r', kind: 'staleSecret' } }, {}],
    ['on a duplicate', { duplicateOf: 'd0' }, { duplicate_of: 'd0' }],
  ] as [string, Partial<Attempt>, object][])('%s is told in full', async (_what, told, renamed) => {
    const { hub, raw, first, id, outcome } = await answered();
    tellVerdict(hub, first, outcome, told);
    const { duplicateOf: _renamed, ...plain } = told;
    const judged = { id, outcome, verdict: { do: 'deliver' }, ...plain, ...renamed };
    expect(await raw.frame('verdicts')).toEqual({ type: 'verdicts', verdicts: [judged] });
  });

  it('goes before the tunnel closes', async () => {
    const { hub, raw, first, id, outcome } = await answered();
    tellVerdict(hub, first, outcome);
    void hub.close();
    expect(await raw.frame('verdicts')).toEqual({ type: 'verdicts', verdicts: [id] });
  });

  it('that was told by its id alone reaches whoever looks on in full', async () => {
    const handler = await startHandler((_request, response) => response.writeHead(202).end());
    const { hub, url } = await startRelay([shop]);
    const { event } = await listen(url, handler.url);
    const sent = request(shop);
    tellVerdict(hub, sent, await hub.send(sent));
    const [, answer] = await event('answered');
    const [delivery, judged] = await event('verdict');
    expect(delivery).toMatchObject({ delivery_id: sent.deliveryId, subscription_id: 'shop', url: shop.config.url });
    const outcome = { kind: 'answered', status: 202, durationMs: answer.duration_ms };
    expect(judged).toMatchObject({ outcome, verdict: { do: 'deliver' } });
  });
});
