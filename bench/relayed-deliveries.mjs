// Relayed deliveries: server -> WebSocket -> `aep-mock listen` in its own process -> handler -> back; against a bare ws + undici loop
// that does just that, its client in its own process as well.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { startMock } from '../dist/index.js';
import { bareDelivery, deliveryRate } from './events.mjs';
import { rate } from './measure.mjs';

const count = 10_000;

export async function bareRelay(url) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const client = fork(new URL('./bare-relay-client.mjs', import.meta.url), [
    `ws://127.0.0.1:${server.address().port}`,
    url,
  ]);
  const [socket] = await once(server, 'connection');
  const waiting = new Map();
  socket.on('message', (text) => {
    const { id } = JSON.parse(text);
    waiting.get(id)();
    waiting.delete(id);
  });
  return {
    send: (n) =>
      new Promise((resolve) => {
        waiting.set(n, resolve);
        socket.send(JSON.stringify({ id: n, ...bareDelivery(n) }));
      }),
    close: () => {
      client.disconnect();
      server.close();
    },
  };
}

export async function listener(mock, url) {
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const args = [cli, 'listen', '--server', mock.url, '--forward-to', url, '--format', 'quiet'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  lines.close();
  child.stdout.resume();
  return {
    close: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export async function relayedDeliveries(url) {
  const mock = await startMock({ port: 0, seed: 1, rate: 'unlimited' });
  const listening = await listener(mock, url);
  const bare = await bareRelay(url);
  return {
    name: 'relayed deliveries a second',
    target: 0.8,
    baseline: () => rate(count, mock.policy.concurrency, (n) => bare.send(n)),
    measured: () => deliveryRate(mock, count),
    close: async () => {
      await listening.close();
      bare.close();
      await mock.close();
    },
  };
}
