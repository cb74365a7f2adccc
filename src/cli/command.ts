import { constants } from 'node:os';
import type { Renderer } from './render.ts';

/** The signals that ask a command to end. */
export const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** Those that mean to a program whatever it likes. */
export const ownSignals = ['SIGUSR1', 'SIGUSR2'] as const;

export type EndSignal = (typeof endSignals)[number];
export type Signal = EndSignal | (typeof ownSignals)[number];

/** What a command gets besides its options. A command returns its exit code; it neither exits nor writes by itself. */
export interface CommandContext {
  render: Renderer;
  /** Resolves with the signal that asks the command to end. From the first call on, the process no longer ends by itself. */
  interrupted(): Promise<EndSignal>;
  /** Calls `listener` with every signal, which then no longer ends the process. Returns the end of that. */
  onSignal(listener: (signal: Signal) => void): () => void;
}

/** As a shell tells of a program that a signal ended. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
