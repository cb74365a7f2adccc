import { AepMockError, fail, fileProblem } from '../errors.ts';

/** The error for a file that the system does not give. */
export function unreadable(file: string, error: unknown): Error {
  if (error instanceof AepMockError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const wayOut = code === 'EISDIR' ? '; name the files in it' : '';
  return fail('FILE_UNREADABLE', { file, reason: fileProblem(error) + wayOut });
}
