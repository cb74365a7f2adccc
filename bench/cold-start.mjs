// Cold starts of the command, as whole processes, against `node -e 0`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const runs = 10;

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];

/** The time until a process has said or done what is waited for, in milliseconds. */
async function timeOf(args, until) {
  const times = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await until(child);
    times.push(performance.now() - startedAt);
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  return median(times);
}

const ended = (child) => {
  child.stdout.resume();
  return once(child, 'exit');
};
const bare = () => timeOf(['-e', '0'], ended);

export const coldStart = [
  async () => ({
    name: 'cold aep-mock start until ready, in ms against node -e 0',
    target: 2.5,
    lowerIsBetter: true,
    baseline: bare,
    measured: () => timeOf([cli, 'start', '--port', '0', '--format', 'quiet'], (child) => once(child.stdout, 'data')),
    close: async () => {},
  }),
  async () => ({
    name: 'cold aep-mock --help, in ms against node -e 0',
    target: 1.7,
    lowerIsBetter: true,
    baseline: bare,
    measured: () => timeOf([cli, '--help'], ended),
    close: async () => {},
  }),
];
