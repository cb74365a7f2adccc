// Replaying a recording that nobody subscribes to: read, checked, published and journalled; against reading its lines and JSON.parse.
// And memory while a million events are replayed.
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startMock } from '../dist/index.js';
import { event } from './events.mjs';

const count = 100_000;
const early = 100_000;
const late = 1_000_000;

/** A file with so many events, and its end. */
function recording(events) {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-bench-'));
  const file = join(folder, 'events.ndjson');
  writeFileSync(file, Array.from({ length: events }, (_, n) => `${JSON.stringify(event(n))}\n`).join(''));
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}

async function readAndParse(file) {
  let read = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) if (JSON.parse(line).id) read++;
  return read;
}

/** Runs `work`, which answers how many events it has had, and answers how many that is a second. */
async function perSecond(work) {
  const startedAt = performance.now();
  const events = await work();
  if (events !== count) throw new Error(`${events} of ${count} events`);
  return events / ((performance.now() - startedAt) / 1000);
}

export async function replaying() {
  const { file, remove } = recording(count);
  const mock = await startMock({ seed: 1 });
  return {
    name: 'replayed events a second, with no subscriber',
    target: 0.5,
    // A round takes half a second, which anything else that the machine does can spoil.
    rounds: 15,
    baseline: () => perSecond(() => readAndParse(file)),
    measured: () => perSecond(async () => (await mock.replay(file)).published),
    close: async () => {
      await mock.close();
      remove();
    },
  };
}

/** The heap in use at the end of a million events, against that after the first hundred thousand. */
export async function replayMemory() {
  const { file, remove } = recording(early);
  const mock = await startMock({ seed: 1 });
  const heaps = [];
  for (const loop of [1, (late - early) / early]) {
    await mock.replay(file, { loop });
    globalThis.gc();
    heaps.push(process.memoryUsage().heapUsed);
  }
  await mock.close();
  remove();
  const ratio = Math.round((heaps[1] / heaps[0]) * 100) / 100;
  return {
    name: 'heap after replaying 1,000,000 events (MB after 100,000)',
    baseline: Math.round(heaps[0] / 1024 / 1024),
    ratio,
    spread: 0,
    target: 1.2,
    pass: ratio <= 1.2,
  };
}
