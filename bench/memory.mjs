// Memory after a million events, against the memory after the first hundred thousand: what is kept must not grow.
import { startMock } from '../dist/index.js';
import { event } from './events.mjs';
import { subscribe } from './subscribe.mjs';

const batch = 1_000;
const early = 100_000;
const late = 1_000_000;

/** Publishes and delivers events, and answers the heap in use after each of the two marks, in bytes. */
export async function memory(url) {
  const mock = await startMock({ port: 0, seed: 1, allowHttp: true, rate: 'unlimited' });
  await subscribe(mock, url);
  const marks = {};
  for (let n = 0; n < late; n += batch) {
    mock.replay(
      Array.from({ length: batch }, (_, i) => event(n + i)),
      { keepIds: true },
    );
    await mock.drain();
    if (n + batch === early || n + batch === late) {
      globalThis.gc();
      marks[n + batch] = process.memoryUsage().heapUsed;
    }
  }
  await mock.close();
  const ratio = Math.round((marks[late] / marks[early]) * 100) / 100;
  const baseline = Math.round(marks[early] / 1024 / 1024);
  return {
    name: 'heap after 1,000,000 events (MB after 100,000)',
    baseline,
    ratio,
    spread: 0,
    target: 1.2,
    pass: ratio <= 1.2,
  };
}
