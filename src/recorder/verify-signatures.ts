import { timingSafeEqual } from 'node:crypto';
import type { SignatureCheck, Verification } from '../recordings/capture-record.ts';
import { sign } from '../runtime/signature.ts';

/** Checks the signatures of a delivery over its very bytes, each against all secrets: which is which may have changed meanwhile. */
export function verifySignatures(
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Verification {
  const expected = secrets.map((secret) => Buffer.from(sign(body, secret)));
  const check = (name: string): SignatureCheck => {
    const given = headers[name];
    if (given === undefined) return 'missing';
    const signature = Buffer.from(given);
    const at = expected.findIndex((each) => each.length === signature.length && timingSafeEqual(each, signature));
    return at < 0 ? 'wrong' : { secret: at + 1 };
  };
  const primary = check('x-akeneo-signature-primary');
  const secondary = check('x-akeneo-signature-secondary');
  const verified = typeof primary === 'object' || typeof secondary === 'object';
  return { verified, primary, ...(secondary !== 'missing' && { secondary }) };
}
