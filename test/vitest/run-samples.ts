import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

export interface SampleRun {
  exitCode: number;
  /** Without colours. */
  output: string;
}

/** Runs a sample, or the tests of it whose names match, in a Vitest of their own. */
export async function runSample(
  file: string,
  { name, env = {} }: { name?: string; env?: Record<string, string> } = {},
): Promise<SampleRun> {
  const samples = join(import.meta.dirname, 'samples');
  const args = ['run', '--root', samples, '--config', join(samples, 'vitest.config.ts'), file];
  if (name !== undefined) args.push('-t', name);
  const child = spawn(process.execPath, [vitest, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', TZ: 'UTC', NO_COLOR: '1', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const [exitCode] = await once(child, 'close');
  return { exitCode: exitCode as number, output };
}
