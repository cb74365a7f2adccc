import type { Policy } from './profile.ts';
import type { State } from './state.ts';
import type { Token } from './types.ts';

/** The PIM's refresh tokens live 14 days: documented by the vendor for connections, taken for apps as well. */
export const refreshTokenLifetimeMs = 14 * 24 * 3_600_000;

/** An access token, and the refresh token that can be exchanged, once, for the next pair. */
export function makeTokens(
  clientId: string,
  now: number,
  policy: Policy,
  makeValue: () => string,
): { access: Token; refresh: Token } {
  const make = (kind: Token['kind'], lifetimeMs: number): Token => ({
    kind,
    value: makeValue(),
    clientId,
    expiresAt: now + lifetimeMs,
  });
  return { access: make('access', policy.tokenLifetimeMs), refresh: make('refresh', refreshTokenLifetimeMs) };
}

/** The token of that value, or why there is none. A token that expired long ago is as unknown as one that never was. */
export function findToken(state: State, value: string, now: number): Token | 'expired' | 'unknown' {
  const token = state.tokens.get(value);
  if (!token) return 'unknown';
  return token.expiresAt <= now ? 'expired' : token;
}

/** The refresh token of that value; undefined when it is not a valid one of that client. */
export function findRefreshToken(state: State, value: string, clientId: string, now: number): Token | undefined {
  const token = findToken(state, value, now);
  return typeof token !== 'string' && token.kind === 'refresh' && token.clientId === clientId ? token : undefined;
}

/**
 * Expired tokens are swept whenever the number of tokens reaches a power of two: memory follows what is alive, and a client that
 * asks for a token before every call does not make each call walk over all of them.
 */
export function addTokens({ tokens }: State, added: readonly Token[], now: number): void {
  for (const token of added) {
    tokens.set(token.value, token);
    const isPowerOfTwo = (tokens.size & (tokens.size - 1)) === 0;
    if (!isPowerOfTwo) continue;
    for (const [value, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(value);
  }
}
