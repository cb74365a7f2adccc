/** Whether a signature was made with a secret: the HMAC-SHA256 of the exact body, in lower-case hex. */
export interface SignatureCheck {
  header: string;
  /** What was sent. */
  sent: string;
  matches: boolean;
}

const headerNames = ['X-AKENEO-SIGNATURE-PRIMARY', 'X-AKENEO-SIGNATURE-SECONDARY'];

/** Browsers have cryptography for pages of localhost and https only. */
export const canCheck = (): boolean => globalThis.crypto?.subtle !== undefined;

/** Checks each signature that was sent. The secret goes nowhere. */
export async function checkSignatures(
  headers: Readonly<Record<string, string>>,
  body: string,
  secret: string,
): Promise<{ expected: string; checks: SignatureCheck[] }> {
  const expected = await hmacHex(secret, body);
  const checks = headerNames.flatMap((header) => {
    const sent = Object.entries(headers).find(([name]) => name.toLowerCase() === header.toLowerCase())?.[1];
    return sent === undefined ? [] : [{ header, sent, matches: sent === expected }];
  });
  return { expected, checks };
}

async function hmacHex(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
  return [...signature].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
