import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fail, fileProblem } from '../errors.ts';

export interface ChildOptions {
  /** The program and its arguments; no shell looks at them. */
  command: readonly [string, ...string[]];
  env: Record<string, string | undefined>;
  /** Called with the child once it runs. */
  started(child: ChildProcess): void;
}

/** How a child ended: with an exit code, or by a signal. */
export type ChildEnd = { code: number } | { signal: NodeJS.Signals };

/**
 * Runs a program with our own streams and terminal, and resolves when it has ended.
 * @throws EXEC_FAILED
 */
export async function runChild({ command: [program, ...args], env, started }: ChildOptions): Promise<ChildEnd> {
  const child = await spawned(program, args, env);
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (...end) => resolve(end));
  });
  // A signal that it may not be sent, as with sudo: it goes on, and so do we.
  child.on('error', () => {});
  started(child);
  const [code, signal] = await ended;
  return signal === null ? { code: code ?? 1 } : { signal };
}

async function spawned(program: string, args: string[], env: ChildOptions['env']): Promise<ChildProcess> {
  try {
    const child = spawn(program, args, { stdio: 'inherit', env });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such program' : fileProblem(error);
    throw fail('EXEC_FAILED', { command: program, reason });
  }
}
