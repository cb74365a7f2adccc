import { describe, expect, it } from 'vitest';
import {
  addTokens,
  findRefreshToken,
  findToken,
  makeTokens,
  refreshTokenLifetimeMs,
} from '../../src/core/credentials.ts';
import { resolvePolicy } from '../../src/core/profile.ts';
import { initialState } from '../../src/core/state.ts';

const policy = resolvePolicy('2024-09');
const hour = 3_600_000;

function createIssuer() {
  const state = initialState();
  let made = 0;
  const issue = (now: number) => {
    const tokens = makeTokens('erp', now, policy, () => `t${++made}`);
    addTokens(state, [tokens.access, tokens.refresh], now);
    return tokens;
  };
  return { state, issue };
}

describe('tokens', () => {
  it('expire: access tokens after the lifetime of the profile, refresh tokens after 14 days', () => {
    const { state, issue } = createIssuer();
    const { access, refresh } = issue(0);
    expect(findToken(state, access.value, hour - 1)).toEqual(access);
    expect(findToken(state, access.value, hour)).toBe('expired');
    expect(findToken(state, refresh.value, refreshTokenLifetimeMs - 1)).toEqual(refresh);
    expect(findToken(state, refresh.value, refreshTokenLifetimeMs)).toBe('expired');
    expect(findToken(state, 'never issued', 0)).toBe('unknown');
  });

  it('refresh for the client that they belong to, while they live', () => {
    const { state, issue } = createIssuer();
    const { access, refresh } = issue(0);
    expect(findRefreshToken(state, access.value, 'erp', 0)).toBeUndefined();
    expect(findRefreshToken(state, refresh.value, 'dam', 0)).toBeUndefined();
    expect(findRefreshToken(state, refresh.value, 'erp', refreshTokenLifetimeMs)).toBeUndefined();
    expect(findRefreshToken(state, refresh.value, 'erp', 0)).toEqual(refresh);
  });

  it('that have expired do not pile up', () => {
    const { state, issue } = createIssuer();
    for (let n = 0; n < 10_000; n++) issue(n * hour);
    // A refresh token a hour lives for 14 days: 336 of them; the sweep comes at the next power of two at the latest.
    expect(state.tokens.size).toBeLessThanOrEqual(512);
  });
});
