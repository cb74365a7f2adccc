import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkSignatures } from '../../src/inspector/client/delivery/check-signature.ts';

const body = '{"name":"café €"}';
const signed = (secret: string): string => createHmac('sha256', secret).update(body).digest('hex');

describe('signatures, computed anew with a secret', () => {
  const headers = {
    'X-AKENEO-SIGNATURE-PRIMARY': signed('a new secret of mine'),
    'x-akeneo-signature-secondary': signed('an old secret of mine'),
  };

  it('match where that secret signed', async () => {
    const { expected, checks } = await checkSignatures(headers, body, 'an old secret of mine');
    expect(expected).toBe(signed('an old secret of mine'));
    expect(checks.map(({ matches }) => matches)).toEqual([false, true]);
  });

  it('do not match when a byte of the body is another', async () => {
    const { checks } = await checkSignatures(headers, `${body} `, 'a new secret of mine');
    expect(checks.map(({ matches }) => matches)).toEqual([false, false]);
  });

  it('are none when none was sent', async () => {
    expect((await checkSignatures({}, body, 'secret')).checks).toEqual([]);
  });
});
