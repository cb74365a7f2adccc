import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The built command line. */
export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const live = new Set<ChildProcess>();

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliProcess {
  child: ChildProcess;
  /** Resolves with the first line on stdout or stderr, past or to come, that matches; rejects when the process ends without one. */
  line(pattern: RegExp): Promise<string>;
  finished: Promise<Finished>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/** Runs the built command line. The environment holds no setting but the given ones, and the folder no config file. */
export function spawnCli(
  args: readonly string[],
  { env = {}, cwd = tmpdir() }: { env?: Record<string, string>; cwd?: string } = {},
): CliProcess {
  const child = spawn(process.execPath, [cli, ...args], { cwd, env: { PATH: process.env.PATH ?? '', ...env } });
  live.add(child);
  const lines: string[] = [];
  const texts = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  let ended = false;
  const wake = (): void => {
    for (const check of [...waiting]) check();
  };
  for (const name of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[name] }).on('line', (line) => {
      texts[name] += `${line}\n`;
      lines.push(line);
      wake();
    });
  }
  const finished = once(child, 'close').then(([code]): Finished => {
    ended = true;
    live.delete(child);
    wake();
    return { code: code as number | null, ...texts };
  });
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = lines.find((each) => pattern.test(each));
        if (found === undefined && !ended) return;
        waiting.delete(check);
        if (found !== undefined) resolve(found);
        else reject(new Error(`ended without ${pattern}:\n${lines.join('\n')}`));
      };
      waiting.add(check);
      check();
    });
  return {
    child,
    line,
    finished,
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return finished;
    },
  };
}

/** Runs a command to its end. */
export const runCli = (args: readonly string[], options?: Parameters<typeof spawnCli>[1]): Promise<Finished> =>
  spawnCli(args, options).finished;

export interface CliMock extends CliProcess {
  url: string;
  ready: Record<string, unknown>;
}

/** Starts a mock on a free port and waits until it is ready. Its output is in the json format. */
export async function startCliMock(args: readonly string[] = [], port = 0): Promise<CliMock> {
  const mock = spawnCli(['start', '--port', String(port), '--format', 'json', ...args]);
  const ready = JSON.parse(await mock.line(/"type":"ready"/)) as Record<string, unknown>;
  return { ...mock, url: String(ready.url), ready };
}

/** Ends every process that is still running. */
export async function stopAll(): Promise<void> {
  await Promise.all(
    [...live].map(async (child) => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }),
  );
}
