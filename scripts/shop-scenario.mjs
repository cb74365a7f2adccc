// A mock with something to see, for the pictures of the inspector: a clock that stands, a fixed seed, and a shop with four handlers behind
// the relay: a good one, a slow one, one that is near the line, and one that is suspended. Between two runs only the milliseconds differ
// that the handlers really took.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startMock } from '../dist/index.js';
import { SteppedClock } from './stepped-clock.mjs';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const shop = 'https://shop.example';
const rounds = 11;

/** What each handler takes, and how it answers its nth request: after how long, and with which status. */
const handlers = {
  '/orders': {
    events: ['product.*'],
    answer: (n) => ({ afterMs: 25 + ((n * 37) % 190), status: 200 }),
  },
  '/search': {
    events: ['product.updated.delta', 'category.*'],
    answer: (n) => ({ afterMs: 300 + ((n * 811) % 2_100), status: 200 }),
  },
  '/stock': {
    events: ['product.*', 'category.*', 'asset.*'],
    answer: (n) => ({ afterMs: 40 + ((n * 53) % 320), status: n === 9 || n === 53 ? 503 : 200 }),
  },
  '/erp': {
    events: ['product.updated'],
    answer: (n) => ({ afterMs: 90 + ((n * 71) % 240), status: n === 16 || n === 20 ? 500 : 200 }),
  },
};

/**
 * Starts it and lets the larger part of an hour pass. With `virtual` the mock's time can be moved afterwards. `stock` is the
 * subscription that is near its line; `close` ends all of it.
 */
export async function startShop({ virtual = false } = {}) {
  const clock = new SteppedClock();
  const options = { port: 0, seed: 7, policy: { probe: 'none' } };
  const mock = await startMock({ ...options, clock: virtual ? 'virtual' : clock });
  const server = await startHandlers();
  const made = {};
  for (const [path, { events }] of Object.entries(handlers))
    made[path] = await mock.subscribe({ url: shop + path, events });
  const relay = await startRelay(mock.url, server.address().port);
  const settled = async () => {
    while (mock.deliveries({ state: 'inFlight' }).length > 0) await sleep(2);
  };
  await live(mock, (ms) => (virtual ? mock.clock.advance(ms) : clock.pass(ms, settled)));
  return {
    mock,
    stock: made['/stock'],
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

async function live(mock, pass) {
  for (let n = 0; n < rounds; n++) {
    await mock.generate({ types: ['product.updated'], count: 2 });
    await pass(640);
    await mock.publish(n % 3 === 0 ? 'product.created' : 'category.updated');
    await mock.publish('asset.updated');
    if (n % 2 === 0) await mock.publish('product.updated.delta');
    await pass(n < rounds - 1 ? 245_000 + n * 1_310 : 1_400);
  }
  await mock.publish('product.updated.delta');
  await mock.publish('product.deleted');
  await pass(400);
}
