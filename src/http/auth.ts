import type { Context } from 'hono';
import { findToken } from '../core/credentials.ts';
import type { Scope } from '../core/state.ts';
import { fail, show } from '../errors.ts';
import type { HttpContext } from './ports.ts';

/** A PIM's base URL as it is compared and stored: without a trailing slash. */
export const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/**
 * Says on whose behalf a call of the management API is made, from the three headers that every call carries (contract, management
 * API: headers). Throws UNAUTHENTICATED (401) or PERMISSION_MISSING (403). With `--auth any` who asks is not checked; the form of the
 * headers and the permission of a declared connection are.
 */
export function authenticate(c: Context, ctx: HttpContext): Scope {
  const pimUrl = readPimUrl(c, ctx);
  const token = readHeader(c, 'X-PIM-TOKEN', 'the PIM access token');
  const clientId = readHeader(
    c,
    'X-PIM-CLIENT-ID',
    'the client id of the connection or app that owns the token',
    'send the client id with which the token was got',
  );
  if (/^Bearer\s/i.test(token)) {
    const hint = 'send what the PIM answered as access_token, and nothing else';
    throw refuse('X-PIM-TOKEN: must be the raw token, without "Bearer" in front of it', hint);
  }

  const connection = ctx.state.connections.get(clientId);
  if (ctx.auth === 'connection') {
    if (!connection) {
      const hint = 'declare it under "connections" in the config file, or start the mock with --auth any';
      throw refuse(`X-PIM-CLIENT-ID: no connection or app has the client id ${show(clientId)}`, hint);
    }
    checkToken(ctx, token, clientId);
    if (connection.pimUrl !== undefined && withoutSlash(connection.pimUrl) !== pimUrl) {
      throw refuse(
        `X-PIM-URL: ${show(pimUrl)} is not the PIM of ${show(clientId)}, which is ${show(connection.pimUrl)}`,
        'send that URL, or declare the connection without a pimUrl: it then belongs to every PIM',
      );
    }
  }
  if (connection && !connection.permission) throw fail('PERMISSION_MISSING', { clientId });
  return { pimUrl, clientId };
}

function checkToken(ctx: HttpContext, value: string, clientId: string): void {
  const token = findToken(ctx.state, value, ctx.now());
  if (token === 'expired') throw refuse('X-PIM-TOKEN: the token has expired');
  if (token === 'unknown')
    throw refuse('X-PIM-TOKEN: the token is not known: it was not issued here, or it expired long ago');
  if (token.kind === 'refresh') throw refuse('X-PIM-TOKEN: this is a refresh token; send the access token');
  if (token.clientId !== clientId)
    throw refuse(
      `X-PIM-TOKEN: the token does not belong to the client id ${show(clientId)}`,
      'send the client id with which the token was got, or a token that was got with this one',
    );
}

function readPimUrl(c: Context, ctx: HttpContext): string {
  const hint = `send the base URL of your PIM, such as ${ctx.url()}`;
  const url = readHeader(c, 'X-PIM-URL', 'the base URL of the PIM that issued the token', hint);
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw refuse(`X-PIM-URL: must be an http or https URL, got ${show(url)}`, hint);
  return withoutSlash(url);
}

function readHeader(c: Context, name: string, meaning: string, hint?: string): string {
  const value = c.req.header(name)?.trim();
  if (!value) throw refuse(`${name}: the header is missing; it carries ${meaning}`, hint);
  return value;
}

/** Without a hint of its own the way out is a token. */
const refuse = (reason: string, hint?: string): Error =>
  fail('UNAUTHENTICATED', { reason, ...(hint !== undefined && { hint }) });
