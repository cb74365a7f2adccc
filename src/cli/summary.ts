import type { Outcome, Verdict } from '../core/types.ts';
import { count, elapsed, number, shortId, shortType } from './text.ts';

interface FinishedAttempt {
  eventId: string;
  eventType: string;
  outcome: Outcome;
  verdict: Verdict;
}

const slowestKept = 3;

/** Counts what a run did, for the three lines at its end. */
export class Summary {
  readonly #since: number;
  #events = 0;
  #counts = { delivered: 0, retried: 0, dropped: 0, lost: 0 };
  #slowest: { ms: number; text: string }[] = [];

  /** `now` is the start of the run. */
  constructor(now: number) {
    this.#since = now;
  }

  published(): void {
    this.#events++;
  }

  finished({ eventId, eventType, outcome, verdict }: FinishedAttempt): void {
    if (verdict.do === 'hold') return;
    if (verdict.do === 'deliver') this.#counts.delivered++;
    else if (verdict.do === 'retry') this.#counts.retried++;
    else this.#counts.dropped++;
    if (outcome.kind === 'answered') this.#answered(outcome.durationMs, `${shortType(eventType)} ${shortId(eventId)}`);
  }

  /** Deliveries that ended without an attempt of their own. */
  lost(): void {
    this.#counts.lost++;
  }

  lines(now: number): string[] {
    const { delivered, retried, dropped, lost } = this.#counts;
    const slowest = this.#slowest.map(({ ms, text }) => `${elapsed(ms)} ${text}`).join(', ');
    return [
      `events      ${count(this.#events, 'event')} in ${elapsed(now - this.#since)}`,
      `deliveries  ${number(delivered)} delivered, ${count(retried, 'retry', 'retries')} planned, ${number(dropped)} dropped${lost > 0 ? `, ${number(lost)} lost` : ''}`,
      `slowest     ${slowest || 'no answers'}`,
    ];
  }

  json(now: number): Record<string, unknown> {
    return {
      events: this.#events,
      ...this.#counts,
      durationMs: now - this.#since,
      slowestMs: this.#slowest.map(({ ms }) => ms),
    };
  }

  #answered(ms: number, text: string): void {
    const least = this.#slowest.at(-1);
    if (least && this.#slowest.length >= slowestKept && ms <= least.ms) return;
    this.#slowest = [...this.#slowest, { ms, text }].sort((a, b) => b.ms - a.ms).slice(0, slowestKept);
  }
}
