/** How long answers took, as columns on a logarithmic axis. The deadline has a fixed place on it, so that nothing jumps. */
import type { AnswerTimeBar } from '../../../runtime/latency.ts';

/** A bar that the deadline is within, in two: `late` of all answers came after it. */
export function splitAtDeadline(
  bars: readonly AnswerTimeBar[],
  deadlineMs: number,
  late: number,
): readonly AnswerTimeBar[] {
  const at = bars.findIndex((bar) => bar.up_to_ms > deadlineMs);
  const bar = bars[at];
  if (!bar) return bars;
  const lateBehind = bars.slice(at + 1).reduce((sum, { answers }) => sum + answers, 0);
  const lateWithin = Math.min(bar.answers, Math.max(0, late - lateBehind));
  return bars.toSpliced(
    at,
    1,
    { up_to_ms: deadlineMs, answers: bar.answers - lateWithin },
    { up_to_ms: bar.up_to_ms, answers: lateWithin },
  );
}

interface Column {
  x: number;
  width: number;
  height: number;
  answers: number;
  /** It holds what came after the deadline. */
  isLate: boolean;
}

/** The first so many columns are for answers within the deadline, the rest for what came later. */
const columnsInTime = 18;
const columnsLate = 6;
const columnCount = columnsInTime + columnsLate;
/** Where the deadline is, as a share of the width. */
export const deadlinePosition = columnsInTime / columnCount;

/** Quicker answers are all alike. */
const leastMs = (deadlineMs: number): number => Math.min(1, deadlineMs / 100);

/** Bars put together into columns, in a box of so many units. Columns without answers are left out. */
export function columnsOf(
  bars: readonly AnswerTimeBar[],
  deadlineMs: number,
  { width, height }: { width: number; height: number },
): Column[] {
  const least = leastMs(deadlineMs);
  const counts = new Array<number>(columnCount).fill(0);
  for (const { up_to_ms: upTo, answers } of bars) {
    const position = (columnsInTime * Math.log(Math.max(upTo, least) / least)) / Math.log(deadlineMs / least);
    // A column has its upper end in it, and a rounded logarithm must not move what is on it.
    const column = Math.min(columnCount - 1, Math.max(0, Math.ceil(position - 1e-9) - 1));
    counts[column] = (counts[column] ?? 0) + answers;
  }
  const most = Math.max(1, ...counts);
  const columnWidth = width / columnCount;
  return counts.flatMap((answers, n) =>
    answers === 0
      ? []
      : {
          x: n * columnWidth,
          width: columnWidth,
          // One answer among thousands is still to be seen.
          height: Math.max(1.5, (height * answers) / most),
          answers,
          isLate: n >= columnsInTime,
        },
  );
}
