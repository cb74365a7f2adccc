import { expect, it } from 'vitest';
import { placeOnAxis } from '../../src/inspector/client/delivery/place-on-axis.ts';

it('attempts stand on the axis to scale, with the waits between them', () => {
  const minutes = [0, 5, 15, 35].map((each) => each * 60_000);
  const { points, waits } = placeOnAxis(minutes);
  expect(points.map(({ left }) => Math.round(left))).toEqual([0, 14, 43, 100]);
  expect(waits.map(({ ms }) => ms / 60_000)).toEqual([5, 10, 20]);
  expect(waits.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(100);
});

it('what happened at one moment stands in one place', () => {
  expect(placeOnAxis([7, 7]).points.map(({ left }) => left)).toEqual([0, 0]);
  expect(placeOnAxis([]).points).toEqual([]);
});
