import type { DropReason, Outcome, StopReason, Verdict } from '../core/types.ts';
import type { Style } from './style.ts';
import { duration, elapsed } from './text.ts';

/** What happened, in brackets: a status, or the reason why there is none. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'answered':
      return `[${outcome.status}]`;
    case 'timeout':
      return '[timeout]';
    case 'transportError':
      return `[${outcome.reason.replaceAll('_', ' ')}]`;
    case 'refused':
      return '[refused]';
    case 'held':
      return '[held]';
  }
}

/** How long it took, as far as that means anything. */
export const outcomeTime = (outcome: Outcome): string => ('durationMs' in outcome ? elapsed(outcome.durationMs) : '');

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
  destination_not_supported: 'this destination is not delivered to yet',
};
export const dropReasonText = (reason: DropReason): string => dropReasons[reason];

const stopReasons: Record<StopReason, string> = {
  not_found: '404',
  redirected: 'redirected',
  requested: 'on request',
  subscriber_deleted: 'its subscriber was deleted',
};
export const stopReasonText = (reason: StopReason): string => stopReasons[reason];

/** What the platform does about an outcome; empty when it was simply acknowledged in good time. */
export function verdictText(verdict: Verdict, outcome: Outcome, ackDeadlineMs: number): string {
  switch (verdict.do) {
    case 'deliver':
      return 'durationMs' in outcome && outcome.durationMs > ackDeadlineMs / 2
        ? `slow: ${elapsed(outcome.durationMs)} of the ${duration(ackDeadlineMs)} that the platform waits`
        : '';
    case 'retry':
      return `retry ${verdict.attempt}/${verdict.of} in ${duration(verdict.delayMs)}`;
    case 'drop':
      return `dropped: ${verdict.message ?? dropReasonText(verdict.reason)}`;
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
