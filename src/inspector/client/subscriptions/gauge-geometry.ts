/** Where the success rate of a subscription stands against the line at which the platform suspends it. */
import type { StateBody } from '../../../http/control-api.ts';

export type Health = NonNullable<StateBody['subscriptions'][number]['health']>;

/** `counting`: too few requests for the line to count. */
type Standing = 'counting' | 'fine' | 'near' | 'over';

export interface GaugeReading {
  /** Share of the gauge that is filled, 0 to 1. Full is well. */
  filled: number;
  standing: Standing;
  /** So many requests are missing until the line counts. */
  missingRequests: number;
}

/** The gauge shows so many times the distance between everything well and the line. What is worse leaves it empty. */
const span = 4;
/** Where on the gauge the line is. */
export const linePosition = 1 - 1 / span;

export const successMeasure = 'success rate';

/** The platform of 2024 looks at the share of one kind of failure, the one of 2026 at the success rate. */
export function readGauge({ requests, leastRequests, successRate, nearest }: Health): GaugeReading {
  const isSuccess = nearest.measure === successMeasure;
  const failed = isSuccess ? 1 - nearest.value : nearest.value;
  const limit = isSuccess ? 1 - nearest.limit : nearest.limit;
  const missingRequests = Math.max(0, leastRequests - requests);
  // Until the line counts, any failure empties the gauge, also one that the line does not look at: a redirection suspends at once.
  const shown = missingRequests > 0 ? Math.max(failed, 1 - successRate) : failed;
  const used = limit > 0 ? shown / limit : shown > 0 ? Number.POSITIVE_INFINITY : 0;
  return {
    filled: Math.min(1, Math.max(0, 1 - used / span)),
    standing: missingRequests > 0 ? 'counting' : used > 1 ? 'over' : used > 0.5 ? 'near' : 'fine',
    missingRequests,
  };
}

/** An arc of a half circle around (x, y), from one share of it to another, left to right, as an SVG path. */
export function arc({ x, y, radius }: { x: number; y: number; radius: number }, from: number, to: number): string {
  const point = (share: number): string => {
    const angle = Math.PI * (1 - share);
    return `${round(x + radius * Math.cos(angle))} ${round(y - radius * Math.sin(angle))}`;
  };
  return `M ${point(from)} A ${radius} ${radius} 0 0 1 ${point(to)}`;
}

const round = (n: number): number => Math.round(n * 100) / 100;
