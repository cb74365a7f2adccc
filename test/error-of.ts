import type { AepMockError } from '../src/errors.ts';

/** The error that `run` throws. */
export function errorOf(run: () => unknown): AepMockError {
  try {
    run();
  } catch (error) {
    return error as AepMockError;
  }
  throw new Error('nothing was thrown');
}
