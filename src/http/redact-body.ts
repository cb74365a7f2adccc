import { isObject } from '../core/is-object.ts';
import { redacted } from '../core/redacted.ts';

/** Fields whose whole content is secret, wherever they stand: a body that is refused may have them in the wrong place. */
const secretFields = /secret|password|token|authorization|primary|secondary|key_pem|headers/i;

/** Fields that hold secrets among others: they are one as a whole when they are no object. */
const secretTexts = /sasl|tls|auth|credential/i;

/** What is kept of a refused body: enough to see what was wrong, and never so much that refusals fill the memory. */
const longestText = 512;
const longestBody = 4_096;
const deepest = 8;

/** A body as the platform's logs show it: secrets and header values redacted, their names kept (contract, management API), long texts cut. */
export function redactBody(body: unknown): unknown {
  const shown = redact(body, false, 0);
  const length = JSON.stringify(shown)?.length ?? 0;
  return length > longestBody ? `(${length} characters, too many to be kept)` : shown;
}

function redact(value: unknown, isSecret: boolean, depth: number): unknown {
  if (typeof value === 'object' && value !== null) {
    if (depth === deepest) return redacted;
    if (Array.isArray(value)) return value.map((item) => redact(item, isSecret, depth + 1));
    const fields = Object.entries(value).map(([name, field]) => [
      cut(name),
      redact(field, isSecret || isSecretField(name, field), depth + 1),
    ]);
    return Object.fromEntries(fields);
  }
  if (isSecret && value !== null) return redacted;
  return typeof value === 'string' ? cut(withoutCredentials(value)) : value;
}

const isSecretField = (name: string, value: unknown): boolean =>
  secretFields.test(name) || (!isObject(value) && secretTexts.test(name));

const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);

/** User name and password of a URL. */
const withoutCredentials = (text: string): string => text.replace(/\/\/[^/\s]*@/, `//${redacted}@`);
