import type { Renderer } from './render.ts';

export type Signal = 'SIGINT' | 'SIGTERM';

/** What a command gets besides its options. A command returns its exit code; it neither exits nor writes by itself. */
export interface CommandContext {
  render: Renderer;
  /** Resolves with the signal that asks the command to end. From the first call on, the process no longer ends by itself. */
  interrupted(): Promise<Signal>;
}

export const exitCodeOf = (signal: Signal): number => (signal === 'SIGINT' ? 130 : 143);
