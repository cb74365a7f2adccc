/** What the page remembers of a measure, for its sparkline. */

export interface Sample {
  /** Milliseconds of the page's own time. */
  at: number;
  value: number;
}

/** As far back as a sparkline reaches. */
export const spanMs = 120_000;
/** A longer pause, in which nobody looked at the page, is a gap in the line. */
const gapMs = 10_000;

/** The samples with a further one, without those that are too old. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const oldest = sample.at - spanMs;
  return [...samples.filter(({ at }) => at >= oldest), sample];
}

interface Box {
  width: number;
  height: number;
}

/** The line of a sparkline as an SVG path, broken where there is a gap; the latest sample is at the right edge, 0 at the bottom. */
export function sparkPath(samples: readonly Sample[], { width, height }: Box): string {
  const last = samples.at(-1);
  if (!last) return '';
  const most = Math.max(1, ...samples.map(({ value }) => value));
  return samples
    .map(({ at, value }, n) => {
      const before = samples[n - 1];
      const isContinued = before !== undefined && at - before.at <= gapMs;
      const x = round(width * (1 - (last.at - at) / spanMs));
      return `${isContinued ? 'L' : 'M'} ${x} ${round(height * (1 - value / most))}`;
    })
    .join(' ');
}

const round = (n: number): number => Math.round(n * 10) / 10;
