import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { isLoopbackHost } from '../core/loopback.ts';
import { fail } from '../errors.ts';

/** What makes a browser ask its user for the token, and send it with everything to this origin (RFC 7617). */
const challenge = 'Basic realm="aep-mock", charset="UTF-8"';

/**
 * Keeps other web pages away from what drives the mock: the control API, the inspector and the relay.
 * A foreign Origin is refused always. A foreign Host (a name that somebody pointed at this machine) is refused unless the request
 * carries the token, which such a page cannot have; with a token set, every request needs it.
 */
export function guard(token: string | undefined): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host') ?? new URL(c.req.url).host;
    const origin = c.req.header('origin');
    if (origin !== undefined && !isSameOrigin(origin, host)) throw fail('FOREIGN_ORIGIN', { origin });
    if (isForeignCall(c)) throw fail('FOREIGN_ORIGIN', { origin: 'another site' });
    if (token === undefined) {
      if (!isLoopbackHost(hostnameOf(host))) throw fail('FOREIGN_HOST', { host });
    } else {
      const authorization = c.req.header('authorization');
      if (!isToken(authorization, token)) {
        if (authorization === undefined || c.req.header('accept')?.includes('text/html'))
          c.header('WWW-Authenticate', challenge);
        throw fail('TOKEN_MISSING', {});
      }
    }
    await next();
  };
}

/** A request that another site makes, also one without an Origin. Following a link from there is none. */
function isForeignCall({ req }: Context): boolean {
  if (req.header('sec-fetch-site') !== 'cross-site') return false;
  return req.method !== 'GET' || req.header('sec-fetch-mode') !== 'navigate';
}

function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

function hostnameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}

/** Programs send the token itself, browsers as the password of whatever name. */
function isToken(authorization: string | undefined, token: string): boolean {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) +(.+)$/i.exec(authorization ?? '') ?? [];
  const given = scheme.toLowerCase() === 'basic' ? passwordOf(credentials) : credentials;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** A name has no colon, a password may. */
const passwordOf = (credentials: string): string => {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : '';
};
