import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether one of the signatures was made over exactly these bytes with one of our secrets.
 * @param {Buffer} body
 * @param {(string | undefined)[]} signatures
 * @param {readonly string[]} secrets
 */
export function isSigned(body, signatures, secrets) {
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(body).digest('hex');
    return signatures.some((signature) => signature !== undefined && isSame(signature, expected));
  });
}

/**
 * In constant time: how long it takes must not tell how much of a guess is right.
 * @param {string} given
 * @param {string} expected
 */
function isSame(given, expected) {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
