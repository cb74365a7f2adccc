import { constants } from 'node:os';
import type { Renderer } from './render.ts';

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What a command gets besides its options. A command returns its exit code; it neither exits nor writes by itself. */
export interface CommandContext {
  render: Renderer;
  /** Resolves with the signal that asks the command to end. From the first call on, the process no longer ends by itself. */
  interrupted(): Promise<Signal>;
  /** Calls `listener` with every signal that asks to end, which then no longer ends the process. Returns the end of that. */
  onSignal(listener: (signal: Signal) => void): () => void;
}

/** As a shell tells of a program that a signal ended. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
