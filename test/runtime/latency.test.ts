import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LatencyBySubscription, LatencyHistogram } from '../../src/runtime/latency.ts';

const durations = fc.array(fc.double({ min: 0.1, max: 600_000, noNaN: true }), { minLength: 1, maxLength: 300 });

it('gives percentiles that are within 5 % of the exact ones', () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.01, 0.5, 0.95, 1), (given, share) => {
      const histogram = new LatencyHistogram();
      for (const ms of given) histogram.add(ms);
      const sorted = [...given].sort((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(share * given.length)) - 1] as number;
      const found = histogram.percentile(share);
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.05);
      expect(found).toBeLessThanOrEqual(histogram.max);
      expect(histogram.max).toBe(sorted.at(-1));
    }),
  );
});

it('has no percentile of nothing, and none that is longer than the longest', () => {
  const histogram = new LatencyHistogram();
  expect(histogram.percentile(0.5)).toBe(0);
  histogram.add(0);
  expect(histogram.percentile(0.95)).toBe(0);
});

const answered = (durationMs: number) => ({ kind: 'answered', status: 200, durationMs }) as const;

it('counts slow answers, timeouts and late answers of each subscription on its own', () => {
  const latency = new LatencyBySubscription(() => 3_000);
  for (const ms of [10, 1_500, 1_501]) latency.finished({ subscriptionId: 'a', outcome: answered(ms) });
  latency.finished({ subscriptionId: 'a', outcome: { kind: 'timeout', durationMs: 3_000 } });
  latency.late({ subscriptionId: 'a', durationMs: 4_200 });
  latency.finished({ subscriptionId: 'b', outcome: answered(7) });
  expect(latency.of('a')).toMatchObject({ answers: 4, slow: 1, timeouts: 1, late: 1, max_ms: 4_200 });
  expect(latency.of('b')).toMatchObject({ answers: 1, slow: 0, timeouts: 0, late: 0, p50_ms: 7, max_ms: 7 });
  expect(latency.of('c')).toBeUndefined();
});

it('leaves out what was injected, and forgets what is deleted', () => {
  const latency = new LatencyBySubscription(() => 3_000);
  const fault = { rule: 'r', kind: 'timeout', reached: false } as const;
  latency.finished({ subscriptionId: 'a', outcome: { kind: 'timeout', durationMs: 3_000 }, fault });
  expect(latency.of('a')).toBeUndefined();
  latency.finished({ subscriptionId: 'a', outcome: answered(1) });
  latency.take({ type: 'subscription.deleted', subscriptionId: 'a', by: 'user', lost: 0, seq: 1, at: 0 });
  latency.finished({ subscriptionId: 'a', outcome: answered(1) });
  expect(latency.of('a')).toBeUndefined();
});

it('draws the answer times as a couple of dozen bars, without a gap and with every answer in one', () => {
  fc.assert(
    fc.property(durations, (given) => {
      const histogram = new LatencyHistogram();
      for (const ms of given) histogram.add(ms);
      const bars = histogram.bars();
      expect(bars.length).toBeLessThanOrEqual(24);
      const ends = bars.map(({ up_to_ms }) => up_to_ms);
      expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
      // On the line between two bars rounding may decide.
      const upTo = (line: number): number => given.filter((ms) => ms <= line).length;
      let drawn = 0;
      for (const { up_to_ms, answers } of bars) {
        drawn += answers;
        expect(drawn).toBeLessThanOrEqual(upTo(up_to_ms));
        expect(drawn).toBeGreaterThanOrEqual(upTo(up_to_ms * 0.99));
      }
      expect(drawn).toBe(given.length);
    }),
  );
  expect(new LatencyHistogram().bars()).toEqual([]);
});
