import type { Policy } from './profile.ts';
import type { State } from './state.ts';
import type { Token } from './types.ts';

/** The PIM's refresh tokens live 14 days: documented by the vendor for connections, taken for apps as well. */
export const refreshTokenLifetimeMs = 14 * 24 * 3_600_000;

/** Issues an access token and the refresh token that can be exchanged, once, for the next pair. */
export function issueTokens(
  state: State,
  clientId: string,
  now: number,
  policy: Policy,
  makeValue: () => string,
): { access: Token; refresh: Token } {
  const issue = (kind: Token['kind'], lifetimeMs: number): Token => {
    const token: Token = { kind, value: makeValue(), clientId, expiresAt: now + lifetimeMs };
    add(state.tokens, token, now);
    return token;
  };
  return { access: issue('access', policy.tokenLifetimeMs), refresh: issue('refresh', refreshTokenLifetimeMs) };
}

/** The token of that value, or why there is none. A token that expired long ago is as unknown as one that never was. */
export function findToken(state: State, value: string, now: number): Token | 'expired' | 'unknown' {
  const token = state.tokens.get(value);
  if (!token) return 'unknown';
  return token.expiresAt <= now ? 'expired' : token;
}

/** Takes the refresh token out of circulation: it works once. Undefined when it is not a valid one of that client. */
export function redeemRefreshToken(state: State, value: string, clientId: string, now: number): Token | undefined {
  const token = findToken(state, value, now);
  if (typeof token === 'string' || token.kind !== 'refresh' || token.clientId !== clientId) return undefined;
  state.tokens.delete(value);
  return token;
}

/**
 * Expired tokens are swept whenever the number of tokens reaches a power of two: memory follows what is alive, and a client that
 * asks for a token before every call does not make each call walk over all of them.
 */
function add(tokens: Map<string, Token>, token: Token, now: number): void {
  tokens.set(token.value, token);
  const isPowerOfTwo = (tokens.size & (tokens.size - 1)) === 0;
  if (!isPowerOfTwo) return;
  for (const [value, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(value);
}
