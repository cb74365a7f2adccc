// What a delivery costs when a thousand, ten thousand, a hundred thousand and a million are queued: nothing may grow with the queue.
import { startMock } from '../dist/index.js';
import { event, type } from './events.mjs';

const depths = [1_000, 10_000, 100_000, 1_000_000];
/** Small queues are filled and emptied again and again, so that every figure is of as much work. */
const leastDeliveries = 100_000;

const answer = () => new Response();

/** Microseconds of processor time a delivery: published, queued behind all the others, and taken by a handler in the same process. */
async function costAt(depth) {
  const mock = await startMock({ seed: 1, rate: 'unlimited' });
  const subscription = await mock.subscribe({ handler: answer, events: [type] });
  const rounds = Math.max(1, leastDeliveries / depth);
  let n = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    for (let batch = 0; batch < depth; batch += 1_000)
      mock.replay(
        Array.from({ length: 1_000 }, () => event(n++)),
        { keepIds: true },
      );
    await mock.drain();
  }
  const { user, system } = process.cpuUsage(before);
  const { status } = subscription;
  await mock.close();
  if (status !== 'active') throw new Error(`the subscription is ${status}`);
  return (user + system) / (rounds * depth);
}

export async function queueDepth() {
  await costAt(depths[0]);
  const results = [];
  let first;
  for (const depth of depths) {
    globalThis.gc();
    const cost = await costAt(depth);
    first ??= cost;
    const ratio = Math.round((cost / first) * 100) / 100;
    const name = `cost of a delivery with ${depth.toLocaleString('en-US')} queued, in µs`;
    results.push({ name, baseline: Math.round(first * 10) / 10, ratio, spread: 0, target: 1.2, pass: ratio <= 1.2 });
  }
  return results.slice(1);
}
