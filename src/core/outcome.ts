import type { Policy } from './profile.ts';
import type { Outcome } from './types.ts';

/** An outcome that the platform would see; what the mock itself refuses it would not. */
type JudgedOutcome = Exclude<Outcome, { kind: 'refused' }>;

/** What an outcome means to the platform, before retries are counted. */
export type OutcomeClass = 'acknowledged' | 'retryable' | 'final' | 'notFound' | 'redirected' | 'held';

/** True when `status` is in a list of statuses and classes, such as `['5xx', '429']`. */
function statusIn(list: readonly string[], status: number): boolean {
  return list.includes(String(status)) || list.includes(`${Math.floor(status / 100)}xx`);
}

/** Classes an outcome by the policy's rows (contract, delivery: the two profiles). */
export function classifyOutcome(outcome: JudgedOutcome, policy: Policy): OutcomeClass {
  switch (outcome.kind) {
    case 'held':
      return 'held';
    case 'timeout':
    case 'transportError':
      return 'retryable';
    case 'answered': {
      const { status } = outcome;
      // First, so that an override of the acknowledging statuses wins over every other rule.
      if (policy.ackStatuses.includes(status)) return 'acknowledged';
      if (status === 404) return 'notFound';
      if (status >= 300 && status < 400) return 'redirected';
      return statusIn(policy.retriedStatuses, status) ? 'retryable' : 'final';
    }
  }
}
