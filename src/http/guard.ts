import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { isLoopbackHost } from '../core/loopback.ts';
import { fail } from '../errors.ts';

/**
 * Keeps web pages away from what drives the mock: the control API and the relay.
 * A foreign Origin is refused always. A foreign Host (a name that somebody pointed at this machine) is refused unless the request
 * carries the token, which such a page cannot have; with a token set, every request needs it.
 */
export function guard(token: string | undefined): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host') ?? new URL(c.req.url).host;
    const origin = c.req.header('origin');
    if (origin !== undefined && !isSameOrigin(origin, host)) throw fail('FOREIGN_ORIGIN', { origin });
    if (token === undefined) {
      if (!isLoopbackHost(hostnameOf(host))) throw fail('FOREIGN_HOST', { host });
    } else if (!isToken(c.req.header('authorization'), token)) {
      throw fail('TOKEN_MISSING', {});
    }
    await next();
  };
}

function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

function hostnameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}

function isToken(authorization: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));
}
