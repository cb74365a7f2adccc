/** What is done about a message that a broker did not take (contract, delivery: Pub/Sub and Kafka). */
import type { Policy } from './profile.ts';
import type { AttemptFacts } from './retry.ts';
import type { Outcome, PublishFailure, StopReason, Verdict } from './types.ts';

/** The codes under which the platform logs failures that have no HTTP status. That of refused credentials was seen, the others are assumed. */
export const brokerCodes = {
  credentialsRefused: 404,
  topicMissing: 404,
  noPublisherRight: 403,
  rejected: 400,
  unreachable: 500,
} as const;

/** The verdict on a failed publication. */
export function judgePublication(
  failure: Extract<Outcome, { kind: 'publishFailed' }>,
  facts: AttemptFacts,
  policy: Policy,
): Verdict {
  const stop = stopReasonOf(failure);
  if (stop) return { do: 'suspend', reason: stop };
  // The same message would be refused again.
  if (failure.reason === 'publish_rejected' || failure.reason === 'invalid_destination_configuration')
    return { do: 'drop', reason: 'not_retryable', message: failure.message };
  return backOff(facts, policy);
}

/** The failures that suspend at once: no attempt can succeed until somebody changes something. */
function stopReasonOf({ reason, code }: PublishFailure): StopReason | undefined {
  if (reason === 'topic_not_found') return 'topic_not_found';
  if (reason !== 'authentication_failed') return undefined;
  return code === brokerCodes.noPublisherRight ? 'no_publisher_right' : 'authentication_failed';
}

/** Exponential backoff, as long as the event is young enough. */
function backOff({ attempt, publishedAt, now }: AttemptFacts, policy: Policy): Verdict {
  const { publishRetryFirstMs, publishRetryFactor, publishRetryMostMs, publishRetryAgeLimitMs } = policy;
  const delayMs = Math.round(Math.min(publishRetryFirstMs * publishRetryFactor ** (attempt - 1), publishRetryMostMs));
  const dueAt = now + delayMs;
  const ageLimitMs = Math.min(publishRetryAgeLimitMs, policy.retryAgeLimitMs ?? publishRetryAgeLimitMs);
  if (dueAt - publishedAt > ageLimitMs) return { do: 'drop', reason: 'too_old' };
  return { do: 'retry', attempt, delayMs, dueAt };
}
