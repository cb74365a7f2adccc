// npm run bench [-- --rounds 5 --readme]: what the product costs over the bare libraries, on loopback, as ratios.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { alone } from './alone.mjs';
import { writeReadmeTable } from './readme-table.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, readme: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`bench: --rounds ${values.rounds} is not a whole number from 1`);
  process.exit(2);
}

/** Modules with what they export: a function that prepares a figure, or several. */
const figures = [
  ['./direct-deliveries.mjs', 'directDeliveries'],
  ['./inspector-cost.mjs', 'inspectorCost'],
  ['./fan-out.mjs', 'fanOut'],
  ['./relayed-deliveries.mjs', 'relayedDeliveries'],
  ['./relay-latency.mjs', 'relayLatency'],
  ['./management-reads.mjs', 'managementReads'],
  ['./replaying.mjs', 'replaying'],
  ['./retry-chains.mjs', 'retryChains'],
  ['./cold-start.mjs', 'coldStart'],
  ['./starting.mjs', 'starting'],
  ['./broker-deliveries.mjs', 'pubsubDeliveries'],
  ['./broker-deliveries.mjs', 'kafkaDeliveries'],
];
const handler = fork(new URL('./handler.mjs', import.meta.url));
const [port] = await once(handler, 'message');
const url = `http://127.0.0.1:${port}/`;
const results = [];
try {
  for (const [module, name] of figures)
    results.push(...(await alone('./measure.mjs', 'measureFigures', module, name, url, rounds)));
  results.push(await alone('./many-mocks.mjs', 'manyMocks'));
  results.push(...(await alone('./queue-depth.mjs', 'queueDepth', url)));
  results.push(await alone('./memory.mjs', 'memory', url));
  results.push(await alone('./replaying.mjs', 'replayMemory'));
} finally {
  handler.disconnect();
}

const machine = `${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.version}, ${rounds} rounds`;
console.log(`${machine}\n`);
console.table(Object.fromEntries(results.map(({ name, ...rest }) => [name, rest])));
writeFileSync(new URL('../bench-results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
if (values.readme) writeReadmeTable(machine, results);
