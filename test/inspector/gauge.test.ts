import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arc, type Health, linePosition, readGauge } from '../../src/inspector/client/subscriptions/gauge-geometry.ts';
import { healthWords } from '../../src/inspector/client/subscriptions/health-words.ts';

const failures = (value: number, requests = 100): Health => ({
  requests,
  successRate: 1 - value,
  nearest: { measure: '5xx', value, limit: 0.05 },
  leastRequests: 20,
  suspends: requests >= 20 && value > 0.05,
});

const success = (value: number): Health => ({
  requests: 1_000,
  successRate: value,
  nearest: { measure: 'success rate', value, limit: 0.9 },
  leastRequests: 500,
  suspends: value < 0.9,
});

describe('the gauge', () => {
  it('is full when nothing fails, and stands on the line at the limit, whatever is measured', () => {
    expect(readGauge(failures(0))).toMatchObject({ filled: 1, standing: 'fine' });
    expect(readGauge(success(1))).toMatchObject({ filled: 1, standing: 'fine' });
    expect(readGauge(failures(0.05)).filled).toBeCloseTo(linePosition);
    expect(readGauge(success(0.9)).filled).toBeCloseTo(linePosition);
  });

  it('is over the line exactly when the platform suspends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (failed, more) => {
        const requests = failed + more;
        const health = failures(requests === 0 ? 0 : failed / requests, requests);
        expect(readGauge(health).standing === 'over').toBe(health.suspends);
      }),
    );
  });

  it('warns when half of what is allowed is used up', () => {
    expect(readGauge(failures(0.02)).standing).toBe('fine');
    expect(readGauge(failures(0.03)).standing).toBe('near');
    expect(readGauge(success(0.94)).standing).toBe('near');
  });

  it('says how many requests are missing until the line counts', () => {
    expect(readGauge(failures(0.5, 8))).toMatchObject({ standing: 'counting', missingRequests: 12 });
    expect(healthWords(failures(0.5, 19))).toBe(
      '50 % success, 19 requests; 5xx answers 50 % of at most 5 %; 1 more request until it counts',
    );
  });

  it('is empty, and no less, when everything fails', () => {
    expect(readGauge(failures(1)).filled).toBe(0);
    expect(readGauge({ ...failures(0.1), nearest: { measure: '5xx', value: 0.1, limit: 0 } })).toMatchObject({
      filled: 0,
      standing: 'over',
    });
  });

  it('draws arcs from left to right over the top', () => {
    expect(arc({ x: 60, y: 58, radius: 48 }, 0, 1)).toBe('M 12 58 A 48 48 0 0 1 108 58');
    expect(arc({ x: 60, y: 58, radius: 48 }, 0, 0.5)).toBe('M 12 58 A 48 48 0 0 1 60 10');
  });
});
