/** Errors as they are thrown; what they say is in `error-table.ts`. A leaf but for that. */
import type { ErrorRow } from './error-row.ts';
import { errorTable } from './error-table.ts';

export { show } from './error-row.ts';

type Details = Record<string, unknown>;

/** What names an error for programs. */
export type ErrorCode = keyof typeof errorTable;
type DetailsOf<C extends ErrorCode> = Parameters<(typeof errorTable)[C]['message']>[0] &
  ((typeof errorTable)[C]['hint'] extends (d: infer H) => string ? H : unknown);

/** Every code that there is. */
export const errorCodes = Object.keys(errorTable) as ErrorCode[];

/** An error for the user: `message` says what is wrong, `hint` the way out. */
export class AepMockError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly status: number;
  readonly exitCode: 1 | 2 | 3;
  readonly details: Details;

  constructor(code: ErrorCode, details: Details) {
    const row: ErrorRow = errorTable[code];
    super(row.message(details as never));
    this.name = 'AepMockError';
    this.code = code;
    this.hint = typeof row.hint === 'string' ? row.hint : row.hint(details as never);
    this.status = row.status;
    this.exitCode = row.exit;
    this.details = details;
  }
}

/** Makes the error of a code: `throw fail('PORT_IN_USE', { host, port })`. */
export function fail<C extends ErrorCode>(code: C, details: DetailsOf<C>): AepMockError {
  return new AepMockError(code, details as Details);
}

/** The way out of an error as a table shows it: what depends on the case stands in capitals. */
export function hintOf(code: ErrorCode): string {
  const { hint }: ErrorRow = errorTable[code];
  if (typeof hint === 'string') return hint;
  const named = new Proxy({}, { get: (_details, name) => (name === 'hint' ? undefined : String(name).toUpperCase()) });
  return hint(named as never) ?? 'as the message says';
}

const fileProblems: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is no directory',
  EACCES: 'permission denied',
};

/** Why the system does not give a file, in words. */
export function fileProblem(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return (code === undefined ? undefined : fileProblems[code]) ?? message ?? String(error);
}
