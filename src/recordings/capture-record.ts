import { isObject } from '../core/is-object.ts';

/** What a signature header of a delivery came to: the place of the secret that made it, from 1, among those that were given. */
export type SignatureCheck = { secret: number } | 'wrong' | 'missing';

/** What the signatures of a delivery came to. */
export interface Verification {
  /** Whether one of them is right, which is all that the platform asks a handler to look for. */
  verified: boolean;
  primary: SignatureCheck;
  /** The platform sends it only while a subscription has a secondary secret. */
  secondary?: SignatureCheck;
}

/** One line of a capture: a delivery as it arrived. Header names are in lower case; a header that came twice is joined by commas. */
export interface CaptureRecord {
  /** RFC 3339 with milliseconds. */
  received_at: string;
  method: string;
  /** Path and query; the values of the query are redacted. */
  url: string;
  headers: Record<string, string>;
  /** Only where secrets were given. */
  verification?: Verification;
  /** The paths that were redacted in the body. Its signatures do not fit it any more. */
  redacted?: string[];
  /** The exact text of the body; or, where that is no UTF-8, its bytes in base64. */
  body?: string;
  body_base64?: string;
}

/** The exact delivery in a capture record, for a replay of its very bytes. */
export interface Capture {
  headers: Record<string, string>;
  body: string;
}

/** Every line of a capture begins with it, so that one that was cut off is known. */
const beginning = '{"received_at":';

export const captureLine = (record: CaptureRecord): string => `${JSON.stringify(record)}\n`;

export const isCapture = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && ('body' in value || 'body_base64' in value) && !('specversion' in value);

/**
 * Whether a line that is no JSON is the beginning of a capture record: the recorder was killed while it wrote it. A character or an
 * escape may have been cut in the middle.
 */
export function isTorn(line: string): boolean {
  if (!line.startsWith(beginning) && !(line !== '' && beginning.startsWith(line))) return false;
  try {
    JSON.parse(line);
    return false;
  } catch (error) {
    const position = /at position (\d+)/.exec((error as Error).message)?.[1];
    return position === undefined || line.length - Number(position) <= longestEscape || isUnterminated(error);
  }
}

/** `\u00e9` */
const longestEscape = 6;
const isUnterminated = (error: unknown): boolean => (error as Error).message.startsWith('Unterminated');

/** When a delivery arrived, in milliseconds since the epoch. */
export function receivedAt({ received_at: text }: Record<string, unknown>): number | undefined {
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
