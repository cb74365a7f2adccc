import type { Outcome, Verdict } from '../core/types.ts';
import type { Attempt } from '../runtime/attempts.ts';
import type { AttemptRecord, DeliveryRecord } from '../runtime/delivery-records.ts';
import type { AttemptItem, AttemptView, DeliveryView, OutcomeView, VerdictView } from './delivery-api.ts';

/** The latest second whose time was written. */
let written = { second: Number.NaN, text: '' };

/** RFC 3339 UTC with milliseconds. What is listed is close together in time, so only its milliseconds are written anew. */
export function isoTime(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (second !== written.second)
    written = { second, text: new Date(second * 1_000).toISOString().slice(0, -'000Z'.length) };
  return `${written.text}${String(Math.floor(ms - second * 1_000)).padStart(3, '0')}Z`;
}

/** An attempt on its own as the control API shows it. */
export const attemptItem = (attempt: Attempt): AttemptItem => ({
  delivery_id: attempt.deliveryId,
  event_id: attempt.eventId,
  event_type: attempt.eventType,
  subscription_id: attempt.subscriptionId,
  destination: attempt.destination,
  ...(attempt.duplicateOf !== undefined && { duplicate_of: attempt.duplicateOf }),
  ...attemptView(attempt),
});

/** A delivery as the control API shows it. */
export function deliveryView(record: DeliveryRecord): DeliveryView {
  const { reason, dueAt, duplicateOf, state } = record;
  return {
    id: record.id,
    event_id: record.eventId,
    event_type: record.eventType,
    subscription_id: record.subscriptionId,
    destination: record.destination,
    state: state === 'inFlight' ? 'in_flight' : state,
    attempts: record.attempts.map(attemptView),
    ...(duplicateOf !== undefined && { duplicate_of: duplicateOf }),
    ...(reason !== undefined && { reason }),
    ...(dueAt !== undefined && { due_at: isoTime(dueAt) }),
  };
}

function attemptView({ attempt, startedAt, finishedAt, outcome, verdict, fault, late }: AttemptRecord): AttemptView {
  return {
    attempt,
    started_at: isoTime(startedAt),
    ...(finishedAt !== undefined && { finished_at: isoTime(finishedAt) }),
    ...(outcome && { outcome: outcomeView(outcome) }),
    ...(verdict && { verdict: verdictView(verdict) }),
    ...(fault && { fault }),
    ...(late && { late: { status: late.status, duration_ms: late.durationMs } }),
  };
}

export function outcomeView(outcome: Outcome): OutcomeView {
  switch (outcome.kind) {
    case 'answered':
      return { kind: 'answered', status: outcome.status, duration_ms: outcome.durationMs };
    case 'timeout':
      return { kind: 'timeout', duration_ms: outcome.durationMs };
    case 'transportError': {
      const { reason, message, durationMs } = outcome;
      return { kind: 'transport_error', reason, message, duration_ms: durationMs };
    }
    case 'published':
      return { kind: 'published', duration_ms: outcome.durationMs };
    case 'publishFailed': {
      const { reason, code, message, durationMs } = outcome;
      return { kind: 'publish_failed', reason, code, message, duration_ms: durationMs };
    }
    default:
      return outcome;
  }
}

export function verdictView(verdict: Verdict): VerdictView {
  if (verdict.do !== 'retry') return verdict;
  const { attempt, of, delayMs, dueAt } = verdict;
  return { do: 'retry', attempt, ...(of !== undefined && { of }), delay_ms: delayMs, due_at: isoTime(dueAt) };
}
