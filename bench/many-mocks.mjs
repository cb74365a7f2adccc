// Two hundred mocks in one process, all at once, again and again: each delivers an event and is closed. What is left afterwards?
import { startMock } from '../dist/index.js';

const mocks = 200;
const batches = 6;

const openServers = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Servers that are closed are still listed for a moment: those that stay, once their number has been the same for a while. */
async function lastingServers() {
  let servers = openServers();
  for (let same = 0, turns = 0; same < 100 && turns < 10_000; turns++) {
    await nextTurn();
    const now = openServers();
    same = now === servers ? same + 1 : 0;
    servers = now;
  }
  return servers;
}

async function deliverOne(seed) {
  const mock = await startMock({ seed, clock: 'virtual' });
  let received = 0;
  const handler = () => {
    received++;
    return new Response();
  };
  await mock.subscribe({ handler });
  await mock.publish('product.updated');
  await mock.expectAllDelivered();
  await mock.close();
  // The probe and the event.
  if (received !== 2) throw new Error(`${received} requests reached the handler`);
}

/** Memory after the last batch against that after the second, which has loaded everything. */
export async function manyMocks() {
  const serversBefore = await lastingServers();
  const heaps = [];
  for (let batch = 0; batch < batches; batch++) {
    await Promise.all(Array.from({ length: mocks }, (_, n) => deliverOne(batch * mocks + n)));
    await lastingServers();
    globalThis.gc();
    heaps.push(process.memoryUsage().heapUsed);
  }
  const left = (await lastingServers()) - serversBefore;
  if (left > 0) throw new Error(`${left} servers are still open`);
  const ratio = Math.round((heaps[batches - 1] / heaps[1]) * 100) / 100;
  return {
    name: `heap after ${batches} × ${mocks} mocks at once (MB after 2)`,
    baseline: Math.round(heaps[1] / 1024 / 1024),
    ratio,
    spread: 0,
    target: 1.2,
    pass: ratio <= 1.2,
  };
}
