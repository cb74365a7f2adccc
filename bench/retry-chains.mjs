// Retry chains in virtual time: every event is tried four times and dropped; against as many bare requests to the same handler.
import { Agent } from 'undici';
import { startMock } from '../dist/index.js';
import { bareDelivery, event } from './events.mjs';
import { rate } from './measure.mjs';
import { subscribe } from './subscribe.mjs';

const count = 10_000;
const attempts = 4;

export async function retryChains(url) {
  const failing = `${url}503`;
  const agent = new Agent({ pipelining: 1 });
  const { origin, pathname: path } = new URL(failing);
  return {
    name: 'retry chains a second, virtual time (times four attempts)',
    // "Within a few times the cost": a third of the bare rate or better.
    target: 0.33,
    baseline: () =>
      rate(count * attempts, 10, async (n) => {
        const { body } = await agent.request({ origin, path, method: 'POST', ...bareDelivery(n) });
        await body.dump();
      }),
    measured: async () => {
      const policy = { rateMax: null, windowLeastRequests: 1_000_000 };
      const mock = await startMock({ port: 0, seed: 1, clock: 'virtual', allowHttp: true, profile: '2026-09', policy });
      await subscribe(mock, failing);
      const startedAt = performance.now();
      mock.replay(
        Array.from({ length: count }, (_, n) => event(n)),
        { keepIds: true },
      );
      await mock.clock.runUntilIdle();
      const seconds = (performance.now() - startedAt) / 1000;
      const dropped = [...mock.journal.entries()].filter(({ type }) => type === 'delivery.dropped').length;
      if (dropped !== count) throw new Error(`${dropped} of ${count} chains were finished`);
      await mock.close();
      return (count * attempts) / seconds;
    },
    close: () => agent.close(),
  };
}
