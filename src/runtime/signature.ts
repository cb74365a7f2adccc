import { createHmac } from 'node:crypto';
import type { HttpsConfig } from '../core/types.ts';
import { userAgent } from '../core/user-agent.ts';

/** HMAC-SHA256 of the exact bytes of `body` in UTF-8, lower-case hex without a prefix (contract, delivery: the request). */
export function sign(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body, 'utf8').digest('hex');
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
