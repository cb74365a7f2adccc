import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  columnsOf,
  deadlinePosition,
  splitAtDeadline,
} from '../../src/inspector/client/subscriptions/histogram-geometry.ts';
import { spanMs, sparkPath, withSample } from '../../src/inspector/client/subscriptions/samples.ts';

const box = { width: 240, height: 32 };

describe('samples', () => {
  it('are kept for two minutes', () => {
    const samples = [0, 1_000, spanMs, spanMs + 500].reduce<ReturnType<typeof withSample>>(
      (before, at) => withSample(before, { at, value: at }),
      [],
    );
    expect(samples.map(({ at }) => at)).toEqual([1_000, spanMs, spanMs + 500]);
  });

  it('make a line that ends at the right edge, with the highest at the top', () => {
    const samples = [
      { at: 0, value: 0 },
      { at: 5_000, value: 10 },
      { at: 10_000, value: 5 },
    ];
    expect(sparkPath(samples, { width: 120, height: 32 })).toBe('M 110 32 L 115 0 L 120 16');
    expect(sparkPath([], box)).toBe('');
  });

  it('make a line that is broken where nobody looked at the page', () => {
    const samples = [0, 1_000, 60_000, 61_000].map((at) => ({ at, value: 1 }));
    expect(sparkPath(samples, box).match(/[ML]/g)).toEqual(['M', 'L', 'M', 'L']);
  });
});

describe('the histogram of answer times', () => {
  const bar = fc.record({ up_to_ms: fc.double({ min: 0.01, max: 1e6, noNaN: true }), answers: fc.nat(1_000) });

  it('loses no answer, and keeps what came in time apart from what came late', () => {
    fc.assert(
      fc.property(fc.array(bar), fc.integer({ min: 1, max: 60_000 }), (bars, deadlineMs) => {
        const columns = columnsOf(bars, deadlineMs, box);
        const sum = (some: readonly { answers: number }[]): number => some.reduce((n, { answers }) => n + answers, 0);
        expect(sum(columns)).toBe(sum(bars));
        expect(sum(columns.filter(({ isLate }) => isLate))).toBe(
          sum(bars.filter((each) => each.up_to_ms > deadlineMs)),
        );
        for (const { x, width, height, isLate } of columns) {
          expect(x >= deadlinePosition * box.width - 1e-9).toBe(isLate);
          expect(x + width).toBeLessThanOrEqual(box.width + 1e-9);
          expect(height).toBeLessThanOrEqual(box.height);
        }
      }),
    );
  });

  it('puts an answer at the very deadline before it', () => {
    expect(columnsOf([{ up_to_ms: 3_000, answers: 1 }], 3_000, box)).toMatchObject([{ isLate: false, answers: 1 }]);
  });

  it('tells what came late in the bar that the deadline is within', () => {
    const bars = [
      { up_to_ms: 2_500, answers: 5 },
      { up_to_ms: 3_200, answers: 4 },
      { up_to_ms: 4_100, answers: 2 },
    ];
    expect(splitAtDeadline(bars, 3_000, 3)).toEqual([
      { up_to_ms: 2_500, answers: 5 },
      { up_to_ms: 3_000, answers: 3 },
      { up_to_ms: 3_200, answers: 1 },
      { up_to_ms: 4_100, answers: 2 },
    ]);
    expect(splitAtDeadline(bars, 5_000, 0)).toEqual(bars);
  });

  it('shows a single answer among thousands', () => {
    const [few, many] = columnsOf(
      [
        { up_to_ms: 2, answers: 1 },
        { up_to_ms: 2_000, answers: 9_999 },
      ],
      3_000,
      box,
    );
    expect(few?.height).toBeGreaterThan(1);
    expect(many?.height).toBe(box.height);
  });
});
