// Direct deliveries: published, signed, journalled, posted, judged; against a loop that signs and posts the same bytes.
import { Agent } from 'undici';
import { startMock } from '../dist/index.js';
import { bareDelivery, deliveryRate } from './events.mjs';
import { rate } from './measure.mjs';
import { subscribe } from './subscribe.mjs';

const count = 10_000;

export async function directDeliveries(url) {
  const mock = await startMock({ port: 0, seed: 1, allowHttp: true, rate: 'unlimited' });
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
