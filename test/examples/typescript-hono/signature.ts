import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether one of the signatures was made over exactly these bytes with one of our secrets. The platform signs with the primary and the
 * secondary secret of the subscription, so that a secret can be changed without losing an event.
 */
export function isSigned(
  body: Uint8Array,
  signatures: readonly (string | undefined)[],
  secrets: readonly string[],
): boolean {
  const given = signatures.filter((signature) => signature !== undefined);
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(body).digest('hex');
    return given.some((signature) => isSame(signature, expected));
  });
}

/** In constant time: how long it takes must not tell how much of a guess is right. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
