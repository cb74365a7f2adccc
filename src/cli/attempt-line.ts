import type { Outcome, Verdict } from '../core/types.ts';
import { colourOf, outcomeText, outcomeTime, verdictText } from './outcome-text.ts';
import type { Style } from './style.ts';
import { shortId, shortType, timeOfDay } from './text.ts';

/** One attempt, as both ends know it: `start` from the journal, `listen` from the relay's frames. */
export interface AttemptFacts {
  eventId: string;
  eventType: string;
  subscriptionId: string;
  destination: string;
  attempt: number;
}

/** An attempt that is under way: shown only when the answer is a while in coming. */
export function pendingLine(at: number, attempt: AttemptFacts, style: Style): string {
  const { eventType, eventId, subscriptionId } = attempt;
  return `${style.dim(timeOfDay(at))}   --> ${shortType(eventType)}  ${shortId(eventId)}  sub ${shortId(subscriptionId)}`;
}

/** An attempt that has ended, with what the platform makes of it. */
export function finishedLine(
  at: number,
  attempt: AttemptFacts & { outcome: Outcome; verdict: Verdict },
  ackDeadlineMs: number,
  style: Style,
): string {
  const { outcome, verdict, destination, eventId, eventType, subscriptionId } = attempt;
  const colour = colourOf(verdict, style);
  const said = verdictText(verdict, outcome, ackDeadlineMs);
  const parts = [
    `${style.dim(timeOfDay(at))}  <--  ${colour(outcomeText(outcome))} POST ${destination}`,
    outcomeTime(outcome).padStart(5),
    shortType(eventType),
    `${shortId(eventId)}  sub ${shortId(subscriptionId)}`,
    attempt.attempt > 1 ? `try ${attempt.attempt}` : '',
    said === '' ? '' : verdict.do === 'deliver' ? style.yellow(said) : colour(said),
  ];
  return parts.filter((part) => part.trim() !== '').join('  ');
}

/** Something that happened besides the attempts. */
export const noticeLine = (at: number, text: string, style: Style): string =>
  `${style.dim(timeOfDay(at))}   !!  ${text}`;
