// npm run bench [-- --rounds 5]: what the product costs over the bare libraries, on loopback, as ratios.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { directDeliveries } from './direct-deliveries.mjs';
import { manyMocks } from './many-mocks.mjs';
import { measure } from './measure.mjs';
import { memory } from './memory.mjs';
import { relayedDeliveries } from './relayed-deliveries.mjs';
import { retryChains } from './retry-chains.mjs';
import { starting, startingWithRequest } from './starting.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`bench: --rounds ${values.rounds} is not a whole number from 1`);
  process.exit(2);
}

const handler = fork(new URL('./handler.mjs', import.meta.url));
const [port] = await once(handler, 'message');
const url = `http://127.0.0.1:${port}/`;
const results = [];
try {
  for (const prepare of [directDeliveries, relayedDeliveries, retryChains, starting, startingWithRequest]) {
    const { close, also, ...figure } = await prepare(url);
    results.push(await measure(figure, rounds));
    if (also) results.push(also());
    await close();
  }
  results.push(await manyMocks());
  results.push(await memory(url));
} finally {
  handler.disconnect();
}

console.log(`${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.version}, ${rounds} rounds\n`);
console.table(Object.fromEntries(results.map(({ name, ...rest }) => [name, rest])));
writeFileSync(new URL('../bench-results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
