import type { AepMockError } from '../src/errors.ts';

/** The error that a promise is rejected with. */
export async function rejectionOf(run: () => Promise<unknown>): Promise<AepMockError> {
  try {
    await run();
  } catch (error) {
    return error as AepMockError;
  }
  throw new Error('nothing was rejected');
}
