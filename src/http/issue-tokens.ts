import { customRandom } from 'nanoid';
import { makeTokens } from '../core/credentials.ts';
import type { Token } from '../core/types.ts';
import type { HttpContext } from './ports.ts';

/** The form in which the real PIM's tokens come: 86 letters and digits. */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const length = 86;

type TokenContext = Pick<HttpContext, 'rng' | 'policy' | 'now' | 'dispatch'>;

/** The PIM hands out an access token and the refresh token that belongs to it. */
export function issueTokens(ctx: TokenContext, clientId: string): { access: Token; refresh: Token } {
  const makeValue = customRandom(alphabet, length, (size) => ctx.rng.bytes(size));
  const { access, refresh } = makeTokens(clientId, ctx.now(), ctx.policy, makeValue);
  ctx.dispatch({ type: 'issueTokens', tokens: [access, refresh] });
  return { access, refresh };
}
