import { judgePublication } from './broker-retry.ts';
import { classifyOutcome } from './outcome.ts';
import type { Policy } from './profile.ts';
import type { Outcome, Verdict } from './types.ts';

/** What the rules need to know of the attempt that came to an end. */
export interface AttemptFacts {
  /** 1 for the first. */
  attempt: number;
  publishedAt: number;
  now: number;
}

/** The same for all: every delivery keeps its verdict for a while. */
const deliver: Verdict = Object.freeze({ do: 'deliver' });

/** The verdict on an outcome of a delivery whose subscription is active. Decides; changes nothing. */
export function judge(outcome: Outcome, facts: AttemptFacts, policy: Policy): Verdict {
  // The mock's own refusal is nothing that the platform would judge.
  if (outcome.kind === 'refused') return { do: 'drop', reason: outcome.reason, message: outcome.message };
  if (outcome.kind === 'published') return deliver;
  if (outcome.kind === 'publishFailed') return judgePublication(outcome, facts, policy);
  switch (classifyOutcome(outcome, policy)) {
    case 'acknowledged':
      return deliver;
    case 'held':
      return { do: 'hold' };
    case 'notFound':
      return { do: policy.onNotFound, reason: 'not_found' };
    case 'redirected':
      return { do: policy.onRedirect, reason: 'redirected' };
    case 'final':
      return { do: 'drop', reason: 'not_retryable', ...explainFinal(outcome, policy) };
    case 'retryable':
      return retry(facts, policy);
  }
}

/** A 2xx that does not acknowledge surprises people, so its verdict says what would. */
function explainFinal(outcome: Outcome, policy: Policy): { message?: string } {
  if (outcome.kind !== 'answered' || outcome.status < 200 || outcome.status >= 300) return {};
  return {
    message: `${outcome.status} does not acknowledge: the platform takes ${policy.ackStatuses.join(' or ')} only`,
  };
}

/** The next retry, counted from the end of this attempt, or the end of the delivery. */
function retry({ attempt, publishedAt, now }: AttemptFacts, policy: Policy): Verdict {
  const delayMs = policy.retryDelaysMs[attempt - 1];
  if (delayMs === undefined) return { do: 'drop', reason: 'retries_exhausted' };
  const dueAt = now + delayMs;
  if (policy.retryAgeLimitMs !== null && dueAt - publishedAt > policy.retryAgeLimitMs)
    return { do: 'drop', reason: 'too_old' };
  return { do: 'retry', attempt, delayMs, dueAt, of: policy.retryDelaysMs.length };
}
