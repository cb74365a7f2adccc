import type { JournalFact, Outcome } from '../core/types.ts';
import type { JournalEntry } from './journal.ts';

/** Answers this quick are all alike. */
const leastMs = 0.1;
/** Each bucket is this much wider than the one before it: its middle is less than 5 % from anything in it. */
const growth = 1.1;
const middle = Math.sqrt(growth);

/** What a chart of answer times has at most. */
const mostBars = 24;

/** How many durations are longer than the bar before and at most `up_to_ms`. */
export interface AnswerTimeBar {
  up_to_ms: number;
  answers: number;
}

/** Durations in buckets that grow with them: percentiles within 5 % in bounded memory (some 150 numbers up to a quarter of an hour). */
export class LatencyHistogram {
  readonly #buckets: number[] = [];
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return this.#max;
  }

  add(ms: number): void {
    const bucket = bucketOf(ms);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    this.#min = Math.min(this.#min, ms);
    this.#max = Math.max(this.#max, ms);
  }

  /** The smallest duration that is no shorter than `share` of all, 0 without any. */
  percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (const [bucket, count = 0] of this.#buckets.entries()) {
      seen += count;
      if (seen < rank) continue;
      const inBucket = bucket === 0 ? leastMs : (leastMs * growth ** bucket) / middle;
      return Math.min(Math.max(inBucket, this.#min), this.#max);
    }
    return 0;
  }

  /** The bars of a chart from the shortest to the longest, without a gap, on a scale that is logarithmic as the buckets are. */
  bars(): AnswerTimeBar[] {
    if (this.#count === 0) return [];
    const first = bucketOf(this.#min);
    const last = bucketOf(this.#max);
    const perBar = Math.ceil((last - first + 1) / mostBars);
    const bars: AnswerTimeBar[] = [];
    for (let begin = first; begin <= last; begin += perBar) {
      let answers = 0;
      for (let bucket = begin; bucket < begin + perBar; bucket++) answers += this.#buckets[bucket] ?? 0;
      bars.push({ up_to_ms: roundedUp(leastMs * growth ** (begin + perBar - 1)), answers });
    }
    return bars;
  }
}

/** Bucket n holds what is over `leastMs · growth^(n-1)` up to `leastMs · growth^n`; the first one all that is shorter. */
const bucketOf = (ms: number): number => (ms <= leastMs ? 0 : Math.ceil(Math.log(ms / leastMs) / Math.log(growth)));

/** To three digits, so that nothing that is at most `ms` is more. */
function roundedUp(ms: number): number {
  const digits = 10 ** (2 - Math.floor(Math.log10(ms)));
  return Math.ceil(ms * digits) / digits;
}

/** How long a destination takes to answer, and how often too long (R16). */
export interface LatencyView {
  answers: number;
  p50_ms: number;
  p95_ms: number;
  max_ms: number;
  /** Answers within the deadline that took more than half of it. */
  slow: number;
  /** Attempts without an answer within the deadline. */
  timeouts: number;
  /** Answers that came after it. */
  late: number;
}

/** An answer that needs more than half of the deadline is a warning (R16). */
export const isSlow = (durationMs: number, ackDeadlineMs: number): boolean => durationMs > ackDeadlineMs / 2;

/** The answer times of one destination. */
class Latency {
  readonly #histogram = new LatencyHistogram();
  #slow = 0;
  #timeouts = 0;
  #late = 0;

  answered(durationMs: number, ackDeadlineMs: number): void {
    this.#histogram.add(durationMs);
    if (isSlow(durationMs, ackDeadlineMs)) this.#slow++;
  }

  timedOut(): void {
    this.#timeouts++;
  }

  bars(): AnswerTimeBar[] {
    return this.#histogram.bars();
  }

  /** The answer to an attempt that had timed out. */
  answeredLate(durationMs: number): void {
    this.#histogram.add(durationMs);
    this.#late++;
  }

  view(): LatencyView {
    const { count, max } = this.#histogram;
    const rounded = (ms: number): number => Math.round(ms * 10) / 10;
    return {
      answers: count,
      p50_ms: rounded(this.#histogram.percentile(0.5)),
      p95_ms: rounded(this.#histogram.percentile(0.95)),
      max_ms: rounded(max),
      slow: this.#slow,
      timeouts: this.#timeouts,
      late: this.#late,
    };
  }
}

type Finished = Pick<Extract<JournalFact, { type: 'attempt.finished' }>, 'subscriptionId' | 'outcome' | 'fault'>;
type Late = Pick<Extract<JournalFact, { type: 'attempt.late' }>, 'subscriptionId' | 'durationMs'>;

const rememberedDeletions = 1_000;

/** The answer times of every subscription. Forgets a subscription when it is deleted. */
export class LatencyBySubscription {
  readonly #ackDeadlineMs: () => number;
  readonly #measuredMs: (outcome: Outcome) => number | undefined;
  readonly #latencies = new Map<string, Latency>();
  /** The latest that were deleted: answers may still come. */
  readonly #deleted = new Set<string>();

  /** `measuredMs`: how long an outcome took in real time, where it does not say so itself. */
  constructor(ackDeadlineMs: () => number, measuredMs: (outcome: Outcome) => number | undefined = () => undefined) {
    this.#ackDeadlineMs = ackDeadlineMs;
    this.#measuredMs = measuredMs;
  }

  /** Reads them off a journal: to be subscribed to it. */
  readonly take = (entry: JournalEntry): void => {
    if (entry.type === 'attempt.finished') this.finished(entry);
    else if (entry.type === 'attempt.late') this.late(entry);
    else if (entry.type === 'subscription.deleted') this.#forget(entry.subscriptionId);
    else if (entry.type === 'mock.reset') this.#startOver();
  };

  finished({ subscriptionId, outcome, fault }: Finished): void {
    // What was injected says nothing about the handler, and nobody asks about what is deleted.
    if (fault !== undefined || this.#deleted.has(subscriptionId)) return;
    if (outcome.kind === 'answered') {
      const durationMs = this.#measuredMs(outcome) ?? outcome.durationMs;
      this.#latencyOf(subscriptionId).answered(durationMs, this.#ackDeadlineMs());
    } else if (outcome.kind === 'timeout') this.#latencyOf(subscriptionId).timedOut();
  }

  late({ subscriptionId, durationMs }: Late): void {
    this.#latencies.get(subscriptionId)?.answeredLate(durationMs);
  }

  of(subscriptionId: string): LatencyView | undefined {
    return this.#latencies.get(subscriptionId)?.view();
  }

  /** The chart of a subscription's answer times. */
  barsOf(subscriptionId: string): AnswerTimeBar[] {
    return this.#latencies.get(subscriptionId)?.bars() ?? [];
  }

  /** All of them, by subscription id, in the order in which they were first heard of. */
  views(): [string, LatencyView][] {
    return [...this.#latencies].map(([id, latency]) => [id, latency.view()]);
  }

  /** A subscription that was deleted may be there again. */
  #startOver(): void {
    this.#latencies.clear();
    this.#deleted.clear();
  }

  #forget(subscriptionId: string): void {
    this.#latencies.delete(subscriptionId);
    this.#deleted.add(subscriptionId);
    const [oldest] = this.#deleted;
    if (this.#deleted.size > rememberedDeletions && oldest !== undefined) this.#deleted.delete(oldest);
  }

  #latencyOf(subscriptionId: string): Latency {
    let latency = this.#latencies.get(subscriptionId);
    if (!latency) {
      latency = new Latency();
      this.#latencies.set(subscriptionId, latency);
    }
    return latency;
  }
}
