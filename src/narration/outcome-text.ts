import type { DropReason, HealthView, Outcome, StopReason, Verdict } from '../core/types.ts';
import { isSlow } from '../runtime/latency.ts';
import type { Style } from './style.ts';
import { duration, elapsed, oneLine, percent } from './text.ts';

const longestFailure = 160;

/** What happened, in brackets: a status, or the reason why there is none. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'answered':
      return `[${outcome.status}]`;
    case 'timeout':
      return '[timeout]';
    case 'transportError':
    case 'publishFailed':
      return `[${outcome.reason.replaceAll('_', ' ')}]`;
    case 'published':
      return '[published]';
    case 'refused':
      return '[refused]';
    case 'held':
      return '[held]';
  }
}

/** What the reason alone does not tell: a failure that the platform has no name for says what it was. */
export function failureText(outcome: Outcome): string {
  if (outcome.kind !== 'transportError' && outcome.kind !== 'publishFailed') return '';
  if (outcome.reason !== 'destination_failure' && outcome.reason !== 'authentication_failed') return '';
  const message = oneLine(outcome.message);
  return message.length > longestFailure ? `${message.slice(0, longestFailure - 1)}…` : message;
}

/** How long it took, as far as that means anything. Where no time was measured, only that of a timeout is known. */
export function outcomeTime(outcome: Outcome, isTimeless: boolean): string {
  if (!('durationMs' in outcome) || (isTimeless && outcome.kind !== 'timeout')) return '';
  return elapsed(outcome.durationMs);
}

/** Green for what was acknowledged, yellow for what is tried again, red for what is lost. */
export function colourOf(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict.do === 'deliver') return style.green;
  return verdict.do === 'retry' || verdict.do === 'hold' ? style.yellow : style.red;
}

const dropReasons: Record<DropReason, string> = {
  retries_exhausted: 'no retry is left',
  too_old: 'the event is too old to be retried',
  not_retryable: 'the platform does not retry this answer',
  held_overflow: 'too many deliveries were held',
  host_not_allowed: 'the host is not allowed',
  broker_not_named: 'no broker is named',
};
export const dropReasonText = (reason: DropReason): string => dropReasons[reason];

const stopReasons: Record<StopReason, string> = {
  not_found: '404',
  redirected: 'redirected',
  requested: 'on request',
  failure_share: 'too many failures',
  success_rate: 'success rate too low',
  permission_withdrawn: 'permission withdrawn',
  connection_removed: 'connection removed',
  topic_not_found: 'topic not found',
  no_publisher_right: 'no right to publish to the topic',
  authentication_failed: 'authentication failed',
};
export const stopReasonText = (reason: StopReason): string => stopReasons[reason];

/** What to do about a subscription that has stopped. */
export const wayOutText = (stopped: 'suspend' | 'revoke', subscriptionId: string): string =>
  stopped === 'suspend'
    ? `new events are lost until "aep-mock ctl resume ${subscriptionId}"`
    : 'revoked is final: make a new subscription';

/** What the platform does about an outcome; empty when it was simply acknowledged in good time. */
export function verdictText(
  verdict: Verdict,
  outcome: Outcome,
  ackDeadlineMs: number,
  health: HealthView | undefined,
): string {
  const ends = verdict.do === 'suspend' || verdict.do === 'revoke';
  // The attempt that tips a threshold takes its own retry with it.
  if (health?.suspends && !ends) return tippingText(verdict, health);
  const success = health === undefined ? '' : ` · ${healthText(health)}`;
  switch (verdict.do) {
    case 'deliver':
      return outcome.kind === 'answered' && isSlow(outcome.durationMs, ackDeadlineMs)
        ? `slow: ${elapsed(outcome.durationMs)} of the ${duration(ackDeadlineMs)} that the platform waits`
        : '';
    case 'retry':
      return `retry ${verdict.attempt}${verdict.of === undefined ? '' : `/${verdict.of}`} in ${duration(verdict.delayMs)}${success}`;
    case 'drop':
      return `dropped: ${verdict.message ?? dropReasonText(verdict.reason)}${success}`;
    case 'suspend':
      return `suspends the subscription (${stopReasonText(verdict.reason)})`;
    case 'revoke':
      return `revokes the subscription (${stopReasonText(verdict.reason)})`;
    case 'discard':
      return `lost: the subscription was ${verdict.reason} meanwhile`;
    case 'hold':
      return 'held until somebody listens';
  }
}

function tippingText(verdict: Verdict, { nearest: { measure, value, limit } }: HealthView): string {
  const dropped = verdict.do === 'drop' ? `dropped: ${verdict.message ?? dropReasonText(verdict.reason)}; ` : '';
  const line = `${isFloor(measure) ? 'below' : 'over'} ${percent(limit)}`;
  return `${dropped}suspends the subscription: ${measure} ${percent(value)}, ${line}`;
}

/** A success rate falls towards its floor, a share of failures rises to its limit. */
const isFloor = (measure: string): boolean => measure === 'success rate';

/** What really becomes of a delivery: a retry that was planned by the attempt that suspends its subscription is lost. */
export const verdictInForce = (verdict: Verdict, health: HealthView | undefined): Verdict =>
  verdict.do === 'retry' && health?.suspends ? { do: 'discard', reason: 'suspended' } : verdict;

/** How the subscription does, and how far it is from being suspended as soon as that is in sight. */
export function healthText({ requests, successRate, nearest, leastRequests, suspends }: HealthView): string {
  const { measure, value, limit } = nearest;
  const success = `success ${percent(successRate)}`;
  const isInSight = isFloor(measure) ? value < (1 + limit) / 2 : value >= limit / 2;
  if (suspends || !isInSight) return success;
  const line = isFloor(measure)
    ? `below ${percent(limit)} suspends`
    : `${measure} ${percent(value)}, over ${percent(limit)} suspends`;
  return `${success}, ${line}${requests < leastRequests ? ` from ${leastRequests} requests on (${requests} so far)` : ''}`;
}

/** What an answer that came too late changes: nothing. `verdict` is what was made of the timeout, `at` the time of the answer. */
export function lateText(
  status: number,
  durationMs: number,
  verdict: Verdict | undefined,
  at: number,
  ackDeadlineMs: number,
): string {
  return `LATE: ${status} after ${elapsed(durationMs)}, over ${duration(ackDeadlineMs)}: ${lateConsequence(verdict, at)}`;
}

/** What becomes of the event whose answer came too late. */
export function lateConsequence(verdict: Verdict | undefined, at: number): string {
  switch (verdict?.do) {
    case 'retry': {
      const wholeSeconds = Math.ceil((verdict.dueAt - at) / 1000) * 1000;
      return wholeSeconds > 0
        ? `the platform will retry in ${duration(wholeSeconds)}`
        : 'the platform has retried meanwhile';
    }
    case 'drop':
      return 'the platform has dropped the event';
    case undefined:
      return 'the platform took it for a timeout';
    default:
      return 'the event is lost';
  }
}
