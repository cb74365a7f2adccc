/** A time on an axis, in per cent of its length from the left. */
export interface AxisPoint {
  at: number;
  left: number;
}

/** The time between one point and the next. */
interface AxisWait {
  left: number;
  width: number;
  ms: number;
}

/** Places times to scale, the first at the left end and the last at the right. Milliseconds, ascending. */
export function placeOnAxis(times: readonly number[]): { points: AxisPoint[]; waits: AxisWait[] } {
  const [first = 0] = times;
  const span = (times.at(-1) ?? first) - first;
  const leftOf = (at: number): number => (span === 0 ? 0 : ((at - first) / span) * 100);
  const points = times.map((at) => ({ at, left: leftOf(at) }));
  const waits = points.slice(1).map(({ at, left }, i) => {
    const before = points[i] ?? { at, left };
    return { left: before.left, width: left - before.left, ms: at - before.at };
  });
  return { points, waits };
}
