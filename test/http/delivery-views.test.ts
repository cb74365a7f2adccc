import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoTime } from '../../src/http/delivery-views.ts';

it('writes a time as RFC 3339 with milliseconds, in whatever order times come', () => {
  const lastMoment = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
  const near = fc.integer({ min: 0, max: 5_000 });
  const times = fc.array(
    fc.oneof(near, fc.integer({ min: 0, max: lastMoment }), fc.double({ min: 0, max: 1e6, noNaN: true })),
  );
  fc.assert(
    fc.property(times, (given) => {
      expect(given.map(isoTime)).toEqual(given.map((ms) => new Date(ms).toISOString()));
    }),
  );
  expect(() => isoTime(Number.NaN)).toThrow(RangeError);
});
