// Fan-out: one event to four hundred subscriptions, twenty of each of twenty subscribers; against as many bare signed posts.
import { Agent } from 'undici';
import { startMock } from '../dist/index.js';
import { bareDelivery, event, type } from './events.mjs';
import { rate } from './measure.mjs';

const subscriptions = 400;
const events = 20;

export async function fanOut(url) {
  const mock = await startMock({ seed: 1, allowHttp: true, rate: 'unlimited' });
  for (let n = 0; n < subscriptions; n++) await mock.subscribe({ url, events: [type] });
  const agent = new Agent({ pipelining: 1 });
  const { origin, pathname: path } = new URL(url);
  let published = 0;
  return {
    name: 'fan-out, deliveries a second of one event to 400 subscriptions',
    target: 0.75,
    // As many at once as the mock has: ten of each subscription would be more connections than one handler has.
    baseline: () =>
      rate(subscriptions * events, subscriptions, async (n) => {
        const { body } = await agent.request({ origin, path, method: 'POST', ...bareDelivery(n) });
        await body.dump();
      }),
    measured: async () => {
      const startedAt = performance.now();
      for (let n = 0; n < events; n++) {
        mock.replay([event(published++)], { keepIds: true });
        await mock.drain();
      }
      return (subscriptions * events) / ((performance.now() - startedAt) / 1000);
    },
    close: async () => {
      await agent.close();
      await mock.close();
    },
  };
}
