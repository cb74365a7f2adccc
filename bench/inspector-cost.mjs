// What an open page costs: direct deliveries while somebody reads the inspector's stream as fast as they can, against the same without.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startMock } from '../dist/index.js';
import { deliveryRate } from './events.mjs';
import { subscribe } from './subscribe.mjs';

/** Enough that what is told whole, before the stream becomes a sample, is a small part: a page stays open. */
const count = 40_000;
/** A line five in a hundred away takes more of them than the others. */
const rounds = 9;

export async function inspectorCost(url) {
  const mock = await startMock({ port: 0, seed: 1, allowHttp: true, rate: 'unlimited' });
  await subscribe(mock, url);
  const page = fork(new URL('./stream-reader.mjs', import.meta.url));
  /** Opens the page, which answers when it is told something, or closes it, which answers how many messages it has got. */
  const tell = async (command) => {
    page.send(command);
    const [answer] = await once(page, 'message');
    return answer;
  };
  return {
    name: 'direct deliveries a second with a page open',
    target: 0.95,
    rounds,
    baseline: () => deliveryRate(mock, count),
    measured: async () => {
      await tell({ open: `${mock.url}/_mock/stream` });
      const reached = await deliveryRate(mock, count);
      const { messages } = await tell({ close: true });
      // What is not read costs nothing, and would measure nothing.
      if (messages < 5) throw new Error(`the page got ${messages} messages about ${count} deliveries`);
      return reached;
    },
    close: async () => {
      page.disconnect();
      await mock.close();
    },
  };
}
