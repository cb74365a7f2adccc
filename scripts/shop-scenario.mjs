// A mock with something to see, for the pictures of the inspector: virtual time, a fixed seed, and a shop with four handlers behind the
// relay: a good one, a slow one, one that fails now and then, and one that fails too often and is suspended. Between two runs only the
// milliseconds differ that the handlers really took.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startMock } from '../dist/index.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const shop = 'https://shop.example.com';

/** What each handler takes, and how it answers its nth request: after how long, and with which status. */
const handlers = {
  '/webhooks/orders': {
    events: ['product.*'],
    answer: (n) => ({ afterMs: 25 + ((n * 37) % 190), status: 200 }),
  },
  '/webhooks/search': {
    events: ['product.updated.delta'],
    answer: (n) => ({ afterMs: 500 + ((n * 311) % 1_900), status: 200 }),
  },
  '/webhooks/stock': {
    events: ['product.*', 'category.*'],
    answer: (n) => ({ afterMs: 40 + ((n * 53) % 320), status: n === 9 || n === 52 ? 503 : 200 }),
  },
  '/webhooks/erp': {
    events: ['product.updated', 'category.*'],
    answer: (n) => ({ afterMs: 90 + ((n * 71) % 240), status: n > 12 && n % 4 === 0 ? 500 : 200 }),
  },
};

/** Starts it and lets most of an hour pass. `stock` is the subscription that is near its line; `close` ends all of it. */
export async function startShop() {
  const mock = await startMock({ port: 0, clock: 'virtual', seed: 7, policy: { probe: 'none' } });
  const server = await startHandlers();
  const made = {};
  for (const [path, { events }] of Object.entries(handlers))
    made[path] = await mock.subscribe({ url: shop + path, events });
  const relay = await startRelay(mock.url, server.address().port);
  await anHour(mock);
  return {
    mock,
    stock: made['/webhooks/stock'],
    close: async () => {
      relay.kill();
      await once(relay, 'exit');
      server.close();
      await mock.close();
    },
  };
}

async function startHandlers() {
  const counts = new Map();
  const server = createServer(async (request, response) => {
    request.resume();
    const handler = handlers[request.url];
    if (request.method !== 'POST' || !handler) return response.writeHead(404).end();
    const n = (counts.get(request.url) ?? 0) + 1;
    counts.set(request.url, n);
    const { afterMs, status } = handler.answer(n);
    await sleep(afterMs);
    response.writeHead(status, { 'content-type': 'application/json' });
    return response.end(status === 200 ? '{"taken":true}' : '{"error":"the queue is full"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Relays what goes to the shop to the handlers. */
async function startRelay(server, port) {
  const args = ['listen', '--server', server, '--forward-to', String(port), '--url-prefix', shop, '--format', 'json'];
  const relay = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(relay.stdout, 'data');
  relay.stdout.resume();
  return relay;
}

async function anHour(mock) {
  for (let n = 0; n < 14; n++) {
    await mock.generate({ types: ['product.updated'], count: 2 });
    await mock.publish(n % 3 === 0 ? 'product.created' : 'category.updated');
    if (n % 2 === 0) await mock.publish('product.updated.delta');
    await mock.clock.advance(195_000 + n * 1_310);
  }
  await mock.publish('product.deleted');
  await mock.clock.advance(300_400);
  await mock.publish('product.updated.delta');
  await mock.publish('category.updated');
  await mock.clock.advance(400);
}
