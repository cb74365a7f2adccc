// npm run bench [-- --rounds 5 --readme]: what the product costs over the bare libraries, on loopback, as ratios.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { alone } from './alone.mjs';
import { brokerDeliveries } from './broker-deliveries.mjs';
import { coldStart } from './cold-start.mjs';
import { directDeliveries } from './direct-deliveries.mjs';
import { fanOut } from './fan-out.mjs';
import { inspectorCost } from './inspector-cost.mjs';
import { managementReads } from './management-reads.mjs';
import { measure } from './measure.mjs';
import { writeReadmeTable } from './readme-table.mjs';
import { relayLatency } from './relay-latency.mjs';
import { relayedDeliveries } from './relayed-deliveries.mjs';
import { replaying } from './replaying.mjs';
import { retryChains } from './retry-chains.mjs';
import { starting, startingWithRequest } from './starting.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, readme: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`bench: --rounds ${values.rounds} is not a whole number from 1`);
  process.exit(2);
}

const figures = [
  directDeliveries,
  inspectorCost,
  fanOut,
  relayedDeliveries,
  ...relayLatency,
  managementReads,
  replaying,
  retryChains,
  ...coldStart,
  starting,
  startingWithRequest,
  ...brokerDeliveries,
];
const handler = fork(new URL('./handler.mjs', import.meta.url));
const [port] = await once(handler, 'message');
const url = `http://127.0.0.1:${port}/`;
const results = [];
try {
  for (const prepare of figures) {
    const { close, also, rounds: own = rounds, ...figure } = await prepare(url);
    results.push(await measure(figure, own));
    if (also) results.push(also());
    await close();
  }
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
