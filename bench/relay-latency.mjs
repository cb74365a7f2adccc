// Relay latency: one delivery at a time, from the server to the handler and back; against the bare ws + undici loop that does the same.
import { startMock } from '../dist/index.js';
import { event } from './events.mjs';
import { bareRelay, listener } from './relayed-deliveries.mjs';

const count = 1_000;

const quantile = (times, q) => times.sort((a, b) => a - b)[Math.floor(q * times.length)];

/** The times of `count` sends in milliseconds, one after the other. */
async function timesOf(send) {
  const times = [];
  for (let n = 0; n < count; n++) {
    const startedAt = performance.now();
    await send(n);
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** Publishes one event and resolves when the platform has judged its delivery. */
const deliverOne = (mock, n) =>
  new Promise((resolve) => {
    const stop = mock.journal.subscribe((entry) => {
      if (entry.type !== 'attempt.finished') return;
      stop();
      resolve();
    });
    mock.replay([event(n)], { keepIds: true });
  });

const latencyAt = (name, q) => async (url) => {
  const mock = await startMock({ seed: 1, rate: 'unlimited' });
  const listening = await listener(mock, url);
  const bare = await bareRelay(url);
  return {
    name: `relay latency, ${name}, in ms`,
    target: 1.25,
    lowerIsBetter: true,
    // A round takes half a second, and whatever else the machine does shows in the slowest twentieth first.
    rounds: 15,
    baseline: async () => quantile(await timesOf(bare.send), q),
    measured: async () => quantile(await timesOf((n) => deliverOne(mock, n)), q),
    close: async () => {
      await listening.close();
      bare.close();
      await mock.close();
    },
  };
};

export const relayLatency = [latencyAt('median', 0.5), latencyAt('95th percentile', 0.95)];
