/** What is said of an attempt, in the words of the terminal. */
import type { Fault, Verdict } from '../../../core/types.ts';
import {
  failureText,
  lateConsequence,
  lateText,
  outcomeText,
  outcomeTime,
  verdictInForce,
  verdictText,
} from '../../../narration/outcome-text.ts';
import type { AttemptResult } from './attempt-result.ts';

/** An attempt, as far as it has come. */
export interface AttemptFacts {
  result?: AttemptResult | undefined;
  /** The answer that came after the deadline, and when. */
  late?: { status: number; durationMs: number; at: number } | undefined;
  fault?: Fault | undefined;
  duplicateOf?: string | undefined;
}

/** What happened: `200`, `connection refused`, `late 200`. */
export function outcomeWords({ result, late }: AttemptFacts): string {
  if (late) return `late ${late.status}`;
  return result ? outcomeText(result.outcome).slice(1, -1) : 'pending';
}

/** What the platform makes of it; empty when it was simply acknowledged in good time. */
export function verdictWords({ result, late, fault, duplicateOf }: AttemptFacts, ackDeadlineMs: number): string {
  const parts = [
    result ? failureText(result.outcome) : '',
    late ? lateWords(late, result, ackDeadlineMs) : '',
    result && !late ? verdictText(result.verdict, result.outcome, ackDeadlineMs, result.health) : '',
    duplicateOf === undefined ? '' : `duplicate of ${duplicateOf}`,
    fault === undefined ? '' : `injected: ${fault.rule}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** The same beside columns that have the outcome and the time already. */
export function rowWords(facts: AttemptFacts, ackDeadlineMs: number): string {
  const { late, ...rest } = facts;
  if (!late) return verdictWords(facts, ackDeadlineMs);
  const more = verdictWords({ ...rest, result: undefined }, ackDeadlineMs);
  const said = `late: ${lateConsequence(verdictOn(rest.result), late.at)}`;
  return more === '' ? said : `${said} · ${more}`;
}

const lateWords = (
  { status, durationMs, at }: NonNullable<AttemptFacts['late']>,
  result: AttemptResult | undefined,
  ackDeadlineMs: number,
): string => lateText(status, durationMs, verdictOn(result), at, ackDeadlineMs);

const verdictOn = (result: AttemptResult | undefined): Verdict | undefined =>
  result && verdictInForce(result.verdict, result.health);

/** How long the answer took, in milliseconds; undefined where nobody measured it. */
export function answerMs({ result, late }: AttemptFacts, isTimeless: boolean): number | undefined {
  if (late) return late.durationMs;
  if (!result || outcomeTime(result.outcome, isTimeless) === '') return undefined;
  return 'durationMs' in result.outcome ? result.outcome.durationMs : undefined;
}
