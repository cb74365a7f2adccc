import type { Fault, HealthView, Outcome, Verdict } from '../core/types.ts';
import { verdictInForce } from '../narration/outcome-text.ts';
import { count, elapsed, number, shortId, shortType } from '../narration/text.ts';
import { Recent } from '../relay/recent.ts';
import { LatencyBySubscription, type LatencyView } from '../runtime/latency.ts';

interface FinishedAttempt {
  eventId: string;
  eventType: string;
  subscriptionId: string;
  outcome: Outcome;
  verdict: Verdict;
  health?: HealthView | undefined;
  fault?: Fault;
}

const slowestKept = 3;
/** The first attempts of an event's deliveries come close together; so many events are told apart meanwhile. */
const eventsRemembered = 10_000;
/** Subscriptions whose answer times are printed: the slowest ones. */
const subscriptionsShown = 5;

/**
 * Counts what a run did, for the lines at its end: events, deliveries, the slowest answers, the answer times of each subscription.
 * A delivery is counted where it ends and nowhere else: delivered, dropped or lost.
 */
export class Summary {
  readonly #since: number;
  #events = 0;
  readonly #seen = new Recent<string, true>(eventsRemembered);
  #counts = { delivered: 0, retried: 0, dropped: 0, lost: 0 };
  #slowest: { ms: number; text: string }[] = [];
  readonly #latencies: LatencyBySubscription;
  readonly #isTimeless: boolean | undefined;

  /**
   * `now` is the start of the run. `isTimeless`: time is virtual, so nothing real is told and the same run ends with the same lines; who
   * cannot know finds out, because then no answer takes any time.
   */
  constructor(now: number, ackDeadlineMs: () => number, isTimeless?: boolean) {
    this.#since = now;
    this.#isTimeless = isTimeless;
    this.#latencies = new LatencyBySubscription(ackDeadlineMs);
  }

  published(): void {
    this.#events++;
  }

  /** For who sees deliveries only: an event is counted with the first of them. */
  seen(eventId: string): void {
    if (this.#seen.take(eventId) === undefined) this.#events++;
    this.#seen.remember(eventId, true);
  }

  finished(attempt: FinishedAttempt): void {
    const { eventId, eventType, outcome, verdict } = attempt;
    if (verdict.do === 'hold') return;
    this.#latencies.finished(attempt);
    if (verdict.do === 'deliver') this.#counts.delivered++;
    else if (verdictInForce(verdict, attempt.health).do === 'retry') this.#counts.retried++;
    if (outcome.kind === 'answered')
      this.#answered(outcome.durationMs, () => `${shortType(eventType)} ${shortId(eventId)}`);
  }

  /** An answer that came after its attempt had been given up. */
  late(answer: { subscriptionId: string; durationMs: number }): void {
    this.#latencies.late(answer);
  }

  /** A delivery that the platform gave up. */
  dropped(): void {
    this.#counts.dropped++;
  }

  /** A delivery that was discarded, because its subscription stopped being active. */
  lost(): void {
    this.#counts.lost++;
  }

  lines(now: number): string[] {
    const { delivered, retried, dropped, lost } = this.#counts;
    const slowest = this.#slowest.map(({ ms, text }) => `${elapsed(ms)} ${text}`).join(', ');
    const deliveries = `deliveries  ${number(delivered)} delivered, ${count(retried, 'retry', 'retries')} planned, ${number(dropped)} dropped, ${number(lost)} lost`;
    const events = `events      ${count(this.#events, 'event')}`;
    if (this.#hasNoTimes()) return [events, deliveries];
    return [
      `${events} in ${elapsed(now - this.#since)}`,
      deliveries,
      `slowest     ${slowest || 'no answers'}`,
      ...this.#answerTimes(),
    ];
  }

  json(now: number): Record<string, unknown> {
    const counts = { events: this.#events, ...this.#counts };
    if (this.#hasNoTimes()) return counts;
    return {
      ...counts,
      durationMs: now - this.#since,
      slowestMs: this.#slowest.map(({ ms }) => ms),
      latency: this.#latencies.views().map(([subscriptionId, view]) => ({ subscriptionId, ...view })),
    };
  }

  #hasNoTimes(): boolean {
    return this.#isTimeless ?? (this.#slowest.length > 0 && this.#slowest.every(({ ms }) => ms === 0));
  }

  #answerTimes(): string[] {
    const views = this.#latencies.views().sort(([, a], [, b]) => b.p95_ms - a.p95_ms);
    const lines = views
      .slice(0, subscriptionsShown)
      .map(([id, view]) => `answers     sub ${shortId(id)}: ${latencyText(view)}`);
    const more = views.length - lines.length;
    return more > 0 ? [...lines, `            ${count(more, 'quicker subscription')} more`] : lines;
  }

  /** Most answers are none of the slowest: `describe` is called for one that is. */
  #answered(ms: number, describe: () => string): void {
    const least = this.#slowest.at(-1);
    if (least && this.#slowest.length >= slowestKept && ms <= least.ms) return;
    this.#slowest = [...this.#slowest, { ms, text: describe() }].sort((a, b) => b.ms - a.ms).slice(0, slowestKept);
  }
}

/** How long a destination takes to answer. */
export function latencyText({ answers, p50_ms, p95_ms, max_ms, slow, timeouts, late }: LatencyView): string {
  const times = `p50 ${elapsed(p50_ms)}, p95 ${elapsed(p95_ms)}, max ${elapsed(max_ms)}`;
  return [
    answers > 0 ? times : 'no answer',
    `${number(slow)} slow`,
    count(timeouts, 'timeout'),
    `${number(late)} late`,
  ].join(', ');
}
