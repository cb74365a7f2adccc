/** What a row of the error table is made of. A leaf. */

export interface ErrorRow {
  message: (d: never) => string;
  hint: ((d: never) => string) | string;
  /** HTTP status where the error answers a request. */
  status: number;
  /** Exit code where it ends a command: 2 usage, 3 connection. */
  exit: 1 | 2 | 3;
}

/** A value as a message shows it: JSON where it can be, cut when long. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : textOf(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** What is wrong with a value, in the words of a message. */
export const mismatch = (value: unknown, expected: string): string =>
  value === undefined ? `it is missing, and has to be ${expected}` : `${show(value)} is not ${expected}`;

function textOf(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  // JSON has no NaN.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
