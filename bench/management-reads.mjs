// Reads of the management API, checked and scoped, against a bare Hono route that returns the same JSON.
import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { Agent } from 'undici';
import { startMock } from '../dist/index.js';
import { rate } from './measure.mjs';

const count = 5_000;

export async function managementReads(url) {
  const mock = await startMock({ seed: 1, allowHttp: true });
  const { id, subscriberId } = await mock.subscribe({ url });
  const path = `/api/v1/subscribers/${subscriberId}/subscriptions/${id}`;
  const headers = {
    'X-PIM-URL': mock.url,
    'X-PIM-TOKEN': mock.token(),
    'X-PIM-CLIENT-ID': mock.credentials.clientId,
  };
  const agent = new Agent({ pipelining: 1 });
  const read = async (origin) => {
    const { statusCode, body } = await agent.request({ origin, path, method: 'GET', headers });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(text);
    return text;
  };

  const same = JSON.parse(await read(mock.url));
  const app = new Hono();
  app.get('/api/v1/subscribers/:subscriberId/subscriptions/:id', (c) => c.json(same));
  const bare = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  bare.listen(0, '127.0.0.1');
  await once(bare, 'listening');
  const bareUrl = `http://127.0.0.1:${bare.address().port}`;
  return {
    name: 'management API reads a second',
    target: 0.6,
    baseline: () => rate(count, 10, () => read(bareUrl)),
    measured: () => rate(count, 10, () => read(mock.url)),
    close: async () => {
      await agent.close();
      bare.close();
      await mock.close();
    },
  };
}
