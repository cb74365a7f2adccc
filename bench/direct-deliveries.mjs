// Direct deliveries: published, signed, journalled, posted, judged; against a loop that signs and posts the same bytes.
import { Agent } from 'undici';
import { startMock } from '../dist/index.js';
import { bareDelivery, deliveryRate, secret, type } from './events.mjs';
import { rate } from './measure.mjs';

const count = 10_000;

/** Gets a token, makes a subscriber and a subscription to `url`, as a user's program does. */
async function subscribe(mock, url) {
  const { clientId, clientSecret, username, password } = mock.credentials;
  const call = async (path, headers, body) => {
    const response = await fetch(mock.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const token = await call(
    '/api/oauth/v1/token',
    { Authorization: basic },
    { grant_type: 'password', username, password },
  );
  const headers = { 'X-PIM-URL': mock.url, 'X-PIM-TOKEN': token.access_token, 'X-PIM-CLIENT-ID': clientId };
  const subscriber = await call('/api/v1/subscribers', headers, {
    name: 'bench',
    contact: { technical_email: 'bench@example.com' },
  });
  await call(`/api/v1/subscribers/${subscriber.id}/subscriptions`, headers, {
    type: 'https',
    events: [type],
    config: { url, secret: { primary: secret } },
  });
}

export async function directDeliveries(url) {
  const mock = await startMock({ port: 0, seed: 1, allowHttp: true });
  await subscribe(mock, url);
  const agent = new Agent({ pipelining: 1 });
  const { origin, pathname: path } = new URL(url);
  return {
    name: 'direct deliveries a second',
    target: 0.8,
    baseline: () =>
      rate(count, mock.policy.concurrency, async (n) => {
        const { body } = await agent.request({ origin, path, method: 'POST', ...bareDelivery(n) });
        await body.dump();
      }),
    measured: () => deliveryRate(mock, count),
    close: async () => {
      await mock.close();
      await agent.close();
    },
  };
}
