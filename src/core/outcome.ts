import type { Policy } from './profile.ts';

/**
 * What an attempt came to. Expected failures are outcomes, never exceptions. Brokers acknowledge by publishing; `code` is the
 * platform's `error_code`.
 * `held` is ours: the relay has nobody at its other end, so the attempt did not happen and is not counted.
 */
export type Outcome =
  | { kind: 'answered'; status: number; durationMs: number }
  | { kind: 'timeout'; durationMs: number }
  | { kind: 'transportError'; reason: TransportReason; message: string; durationMs: number }
  | { kind: 'published'; durationMs: number }
  | ({ kind: 'publishFailed'; durationMs: number } & PublishFailure)
  | { kind: 'refused'; reason: RefusalReason; message: string }
  | { kind: 'held' };

/** Why a broker did not take a message, in the platform's names. */
export interface PublishFailure {
  reason: PublishFailureReason;
  code: number;
  message: string;
}

/** The platform's own names (`error_reason` of its logs) for what can go wrong below HTTP. */
export type TransportReason =
  | 'dns_lookup_failure'
  | 'invalid_certificate'
  | 'invalid_tls_handshake'
  | 'connection_reset'
  | 'connection_refused'
  | 'network_unreachable'
  | 'unexpected_eof'
  | 'server_goaway'
  | 'client_closed_connection'
  | 'destination_failure';

/** The platform's own names for what can go wrong with a broker. */
export type PublishFailureReason =
  | TransportReason
  | 'destination_timeout'
  | 'authentication_failed'
  | 'topic_not_found'
  | 'invalid_destination_configuration'
  | 'publish_rejected';

/** Why the mock itself would not send: nothing the platform would say, so it is never retried. */
export type RefusalReason = 'host_not_allowed' | 'broker_not_named';

/** What an https destination or the relay comes to; what the mock itself refuses the platform would not see. */
type HttpOutcome = Exclude<Outcome, { kind: 'refused' | 'published' | 'publishFailed' }>;

/** What an outcome means to the platform, before retries are counted. */
export type OutcomeClass = 'acknowledged' | 'retryable' | 'final' | 'notFound' | 'redirected' | 'held';

/** True when `status` is in a list of statuses and classes, such as `['5xx', '429']`. */
function statusIn(list: readonly string[], status: number): boolean {
  return list.includes(String(status)) || list.includes(`${Math.floor(status / 100)}xx`);
}

/** Classes an outcome by the policy's rows (contract, delivery: the two profiles). */
export function classifyOutcome(outcome: HttpOutcome, policy: Policy): OutcomeClass {
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
