import { expect, it } from 'vitest';
import { parseDuration } from '../../src/core/parse-duration.ts';

const minute = 60_000;

it.each([
  ['0s', 0],
  ['250ms', 250],
  ['90s', 90_000],
  ['5m', 5 * minute],
  ['1h30m', 90 * minute],
  ['1h 30m', 90 * minute],
  ['1.5h', 90 * minute],
  ['2d', 2 * 24 * 60 * minute],
  ['1m1s1ms', 61_001],
  ['0.4ms', 0],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each(['', '5', 'm', '-5m', '5 minutes', '5M', '5m!', '1e3s', '.5h', 'NaNs', '99999999999999999999d'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
