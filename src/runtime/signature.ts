import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { HttpsConfig } from '../core/types.ts';
import { userAgent } from '../core/user-agent.ts';

/** More secrets than subscriptions can have at once: 20 subscribers with 20 subscriptions each, two secrets a subscription. */
const rememberedKeys = 1_000;
const keys = new Map<string, KeyObject>();

/** Node prepares a key anew for every signature unless it is given one that is prepared. */
function keyOf(secret: string): KeyObject {
  const known = keys.get(secret);
  if (known) return known;
  if (keys.size >= rememberedKeys) keys.clear();
  const key = createSecretKey(secret, 'utf8');
  keys.set(secret, key);
  return key;
}

/** HMAC-SHA256 of the exact bytes of `body` in UTF-8, lower-case hex without a prefix (contract, delivery: the request). */
export function sign(body: string | Uint8Array, secret: string): string {
  return createHmac('sha256', keyOf(secret)).update(body).digest('hex');
}

/** The headers of a delivery: the platform's own, the signatures, and the subscription's custom headers, which are not signed. */
export function deliveryHeaders(config: HttpsConfig, body: string, correlationId: string): Record<string, string> {
  const { primary, secondary } = config.secret;
  return {
    'Content-Type': 'application/json',
    'User-Agent': userAgent,
    'X-AKENEO-SIGNATURE-PRIMARY': sign(body, primary),
    ...(secondary === undefined ? {} : { 'X-AKENEO-SIGNATURE-SECONDARY': sign(body, secondary) }),
    'X-AKENEO-SIGNATURE-ALGORITHM': 'HmacSHA256',
    'X-Correlation-ID': correlationId,
    ...config.headers,
  };
}
