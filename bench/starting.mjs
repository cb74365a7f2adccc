// Starting a mock and closing it again, one after the other, against a bare Hono server on the same adapter: with nothing in between,
// and with a first request, which is what the mock makes its routes with.
import { once } from 'node:events';
import { get } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { startMock } from '../dist/index.js';

const count = 100;
/** What a test may spend on it. */
const mostMs = 40;

async function startBare(use = async () => {}) {
  const app = new Hono();
  app.get('/_mock/health', (c) => c.text('ok'));
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await use(`http://127.0.0.1:${server.address().port}`);
  server.close();
  await once(server, 'close');
}

async function startAndClose(use = async () => {}) {
  const mock = await startMock();
  await use(mock.url);
  await mock.close();
}

/** A connection of its own: one that is kept open would be waited for, or outlive the server. */
async function askOnce(url) {
  const request = get(`${url}/_mock/health`, { agent: false });
  const [answer] = await once(request, 'response');
  answer.resume();
  await once(answer, 'close');
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
}

/** Runs `work` again and again, and answers how often in a second. The times of the single runs are added to `times`. */
async function pace(work, times = []) {
  const startedAt = performance.now();
  for (let n = 0; n < count; n++) {
    const before = performance.now();
    await work();
    times.push(performance.now() - before);
  }
  return count / ((performance.now() - startedAt) / 1000);
}

async function startingAlone() {
  const times = [];
  return {
    name: 'startMock() and close() a second (at most twice the time of a bare server)',
    target: 0.5,
    baseline: () => pace(() => startBare()),
    measured: () => pace(() => startAndClose(), times),
    close: async () => {},
    /** The same as an absolute figure, of all rounds. */
    also: () => {
      const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
      return {
        name: `startMock() and close(), median in ms against ${mostMs}`,
        baseline: mostMs,
        ratio: Math.round((median / mostMs) * 100) / 100,
        spread: 0,
        target: 1,
        pass: median <= mostMs,
      };
    },
  };
}

async function startingWithRequest() {
  return {
    name: 'startMock(), a first answer and close() a second (at most twice the time)',
    target: 0.5,
    baseline: () => pace(() => startBare(askOnce)),
    measured: () => pace(() => startAndClose(askOnce)),
    close: async () => {},
  };
}

export const starting = [startingAlone, startingWithRequest];
