// What a delivery costs when a thousand, ten thousand, a hundred thousand and a million are queued: nothing may grow with the queue.
import { startMock } from '../dist/index.js';
import { event, type } from './events.mjs';

const depths = [1_000, 10_000, 100_000, 1_000_000];
/** Small queues are filled and emptied again and again, so that every figure is of as much work. */
const leastDeliveries = 100_000;

/** Microseconds of this process's time a delivery: published, queued behind all the others, signed, posted and acknowledged. */
async function costAt(url, depth) {
  const mock = await startMock({ port: 0, seed: 1, allowHttp: true, rate: 'unlimited' });
  const subscription = await mock.subscribe({ url, events: [type] });
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

/** Each cost is against that of a thousand queued just before and just after it. */
export async function queueDepth(url) {
  const [least, ...others] = depths;
  const measured = (depth) => {
    globalThis.gc();
    return costAt(url, depth);
  };
  await costAt(url, least);
  let before = await measured(least);
  const results = [];
  for (const depth of others) {
    const ratios = [];
    for (let round = 0; round < 3; round++) {
      const cost = await measured(depth);
      const after = await measured(least);
      ratios.push(cost / ((before + after) / 2));
      before = after;
    }
    ratios.sort((a, b) => a - b);
    const ratio = round2(ratios[ratios.length >> 1]);
    const spread = round2((ratios[ratios.length - 1] - ratios[0]) / 2);
    const name = `cost of a delivery with ${depth.toLocaleString('en-US')} queued, in µs`;
    results.push({ name, baseline: Math.round(before * 10) / 10, ratio, spread, target: 1.2, pass: ratio <= 1.2 });
  }
  return results;
}

const round2 = (n) => Math.round(n * 100) / 100;
