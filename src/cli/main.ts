#!/usr/bin/env node
/** The entry of the command line, and the only place that ends the process. */
import { CommanderError } from 'commander';
import { fail } from '../errors.ts';
import { type EndSignal, endSignals, exitCodeOf, ownSignals, type Signal } from './command.ts';
import { createProgram } from './program.ts';
import { createRenderer, renderError } from './render.ts';

const { stdout, stderr, env } = process;
const debug = env.AEP_MOCK_DEBUG === '1';

/** What a command that ends on a signal does, it does for others than who reads its lines: a platform, a handler, a test. */
let endsOnSignal = false;

/** The reader of a pipe may leave early (`aep-mock events | head -3`): that is no error. A full disk is one. */
for (const [name, stream] of Object.entries({ stdout, stderr })) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' && endsOnSignal) return;
    if (error.code === 'EPIPE') process.exit(0);
    process.exit(name === 'stderr' ? 2 : report(fail('OUTPUT_FAILED', { stream: name, reason: error.message })));
  });
}

let interruption: Promise<EndSignal> | undefined;
/** The first signal asks for an orderly end; a second one does not wait for it. */
function interrupted(): Promise<EndSignal> {
  endsOnSignal = true;
  interruption ??= new Promise((resolve) => {
    let asked = false;
    const on = (signal: EndSignal) => (): void => {
      if (asked) process.exit(exitCodeOf(signal));
      asked = true;
      resolve(signal);
    };
    process.on('SIGINT', on('SIGINT'));
    process.on('SIGTERM', on('SIGTERM'));
  });
  return interruption;
}

function onSignal(listener: (signal: Signal) => void): () => void {
  endsOnSignal = true;
  const signals = [...endSignals, ...ownSignals];
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

/** Commander's own errors in the form of all others. */
function usageError({ message }: CommanderError): { message: string; hint: string } {
  const [said = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const hint =
    suggestion === undefined ? 'see --help' : suggestion.replace(/^\(Did you mean (.*)\)$/, 'did you mean $1');
  return { message: said, hint };
}

/** Prints an error and gives its exit code. One that was not foreseen is a bug, and says so. */
function report(error: unknown): number {
  const { exitCode } = error as { exitCode?: unknown };
  if (typeof exitCode === 'number') {
    renderError(error, stderr, debug);
    return exitCode;
  }
  const internal = fail('INTERNAL', { reason: error instanceof Error ? error.message : String(error) });
  if (error instanceof Error && error.stack !== undefined) internal.stack = error.stack;
  renderError(internal, stderr, debug);
  return internal.exitCode;
}

async function run(): Promise<number> {
  let exitCode = 0;
  const program = createProgram({
    env,
    // Opened by whoever reads it: an open terminal would keep the process alive.
    get stdin() {
      return process.stdin;
    },
    context: (format) => ({ render: createRenderer({ format, stdout, stderr, env }), interrupted, onSignal }),
    finished: (code) => {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync();
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // A command that needs a subcommand has printed its help.
      if (error.code !== 'commander.help') renderError(usageError(error), stderr, false);
      return 2;
    }
    return report(error);
  }
}

process.on('unhandledRejection', (error) => process.exit(report(error)));
process.on('uncaughtException', (error) => process.exit(report(error)));
const exitCode = await run();
// What is written is flushed first: pipes are asynchronous on some systems. If that fails, it is told above.
stdout.write('', (error) => {
  if (!error || endsOnSignal) process.exit(exitCode);
});
