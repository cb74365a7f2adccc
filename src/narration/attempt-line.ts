import type { Fault, HealthView, Outcome, Verdict } from '../core/types.ts';
import {
  colourOf,
  failureText,
  lateText,
  outcomeText,
  outcomeTime,
  verdictInForce,
  verdictText,
} from './outcome-text.ts';
import type { Style } from './style.ts';
import { elapsed, shortId, shortType, timeOfDay } from './text.ts';

/** One attempt, as both ends know it: `start` from the journal, `listen` from the relay's frames. */
export interface AttemptFacts {
  eventId: string;
  eventType: string;
  subscriptionId: string;
  destination: string;
  attempt: number;
}

/** What came of it. */
export interface FinishedFacts extends AttemptFacts {
  outcome: Outcome;
  verdict: Verdict;
  health?: HealthView | undefined;
  fault?: Fault;
  duplicateOf?: string | undefined;
}

/** An attempt that is under way: shown only when the answer is a while in coming. */
export function pendingLine(at: number, attempt: AttemptFacts, style: Style, timeText = timeOfDay): string {
  const { eventType, eventId, subscriptionId } = attempt;
  return `${style.dim(timeText(at))}   --> ${shortType(eventType)}  ${shortId(eventId)}  sub ${shortId(subscriptionId)}`;
}

interface FinishedLineOptions {
  ackDeadlineMs: number;
  style: Style;
  /** Nobody measured how long the answer took. */
  isTimeless?: boolean;
  /** How a time is shown: the local time of day. */
  timeText?: (at: number) => string;
}

/** An attempt that has ended, with what the platform makes of it. */
export function finishedLine(
  at: number,
  attempt: FinishedFacts,
  { ackDeadlineMs, style, isTimeless = false, timeText = timeOfDay }: FinishedLineOptions,
): string {
  const { outcome, verdict, destination, health, fault, duplicateOf } = attempt;
  const colour = colourOf(verdictInForce(verdict, health), style);
  const said = verdictText(verdict, outcome, ackDeadlineMs, health);
  const parts = [
    `${style.dim(timeText(at))}  <--  ${colour(outcomeText(outcome))} ${isUrl(destination) ? 'POST ' : ''}${destination}`,
    outcomeTime(outcome, isTimeless).padStart(5),
    ...about(attempt),
    failureText(outcome),
    duplicateOf === undefined ? '' : `duplicate of ${duplicateOf}`,
    fault === undefined ? '' : `injected: ${fault.rule}`,
    said === '' ? '' : (health?.suspends ? style.red : verdict.do === 'deliver' ? style.yellow : colour)(said),
  ];
  return joined(parts);
}

/** The answer to an attempt that was given up before: it comes on a line of its own, later. */
export function lateLine(
  at: number,
  attempt: AttemptFacts & { status: number; durationMs: number },
  verdict: Verdict | undefined,
  ackDeadlineMs: number,
  style: Style,
  timeText = timeOfDay,
): string {
  const { destination, status, durationMs } = attempt;
  return joined([
    `${style.dim(timeText(at))}  <--  ${style.red(`[${status}]`)} POST ${destination}`,
    elapsed(durationMs).padStart(5),
    ...about(attempt),
    style.red(lateText(status, durationMs, verdict, at, ackDeadlineMs)),
  ]);
}

/** Topics are published to, and nothing is posted. */
const isUrl = (destination: string): boolean => /^https?:/.test(destination);

const about = ({ eventId, eventType, subscriptionId, attempt }: AttemptFacts): string[] => [
  shortType(eventType),
  `${shortId(eventId)}  sub ${shortId(subscriptionId)}`,
  attempt > 1 ? `try ${attempt}` : '',
];

const joined = (parts: readonly string[]): string => parts.filter((part) => part.trim() !== '').join('  ');

/** Something that happened besides the attempts. */
export const noticeLine = (at: number, text: string, style: Style, timeText = timeOfDay): string =>
  `${style.dim(timeText(at))}   !!  ${text}`;
