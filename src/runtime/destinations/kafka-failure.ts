import { brokerCodes } from '../../core/broker-retry.ts';
import type { PublishFailure, PublishFailureReason } from '../../core/types.ts';
import { transportReason } from '../transport-error.ts';

/** Error codes of the protocol (kafka.apache.org/protocol#protocol_error_codes) that say something of their own. */
const protocolErrors: Record<string, [PublishFailureReason, number]> = {
  UNKNOWN_TOPIC_OR_PARTITION: ['topic_not_found', brokerCodes.topicMissing],
  INVALID_TOPIC_EXCEPTION: ['invalid_destination_configuration', brokerCodes.rejected],
  TOPIC_AUTHORIZATION_FAILED: ['authentication_failed', brokerCodes.noPublisherRight],
  CLUSTER_AUTHORIZATION_FAILED: ['authentication_failed', brokerCodes.noPublisherRight],
  SASL_AUTHENTICATION_FAILED: ['authentication_failed', brokerCodes.credentialsRefused],
  UNSUPPORTED_SASL_MECHANISM: ['authentication_failed', brokerCodes.credentialsRefused],
  MESSAGE_TOO_LARGE: ['publish_rejected', brokerCodes.rejected],
  RECORD_LIST_TOO_LARGE: ['publish_rejected', brokerCodes.rejected],
  INVALID_RECORD: ['publish_rejected', brokerCodes.rejected],
  INVALID_TIMESTAMP: ['publish_rejected', brokerCodes.rejected],
  POLICY_VIOLATION: ['publish_rejected', brokerCodes.rejected],
  UNSUPPORTED_FOR_MESSAGE_FORMAT: ['publish_rejected', brokerCodes.rejected],
  REQUEST_TIMED_OUT: ['destination_timeout', brokerCodes.unreachable],
};

const noSasl = 'the broker has no SASL; for a local one start the mock with --kafka-insecure';

export const invalidTls = (problem: string): PublishFailure => ({
  reason: 'invalid_destination_configuration',
  code: brokerCodes.rejected,
  message: `the TLS settings of the subscription cannot be used: ${problem}`,
});

export const noAcknowledgement = (timeoutMs: number): PublishFailure =>
  unreachable('destination_timeout', `no acknowledgement within ${timeoutMs} ms`);

/** What went wrong with a publication, in the platform's words, from whatever the client library threw. */
export function kafkaFailure(error: unknown, timeoutMs: number): PublishFailure {
  for (const { name, type, message, apiName } of unfold(error)) {
    if (type === 'ILLEGAL_SASL_STATE' || (name === 'KafkaJSServerDoesNotSupportApiKey' && apiName === 'SaslHandshake'))
      return { reason: 'authentication_failed', code: brokerCodes.credentialsRefused, message: noSasl };
    if (name === 'KafkaJSSASLAuthenticationError')
      return { reason: 'authentication_failed', code: brokerCodes.credentialsRefused, message };
    const [reason, code] = protocolErrors[type ?? ''] ?? [];
    if (reason !== undefined && code !== undefined) return { reason, code, message };
    if (name === 'KafkaJSRequestTimeoutError' || message === 'Connection timeout') return noAcknowledgement(timeoutMs);
    if (name === 'KafkaJSConnectionClosedError')
      return unreachable('unexpected_eof', 'the broker closed the connection without an answer');
  }
  const { reason, message } = transportReason(error);
  return unreachable(reason, message);
}

/** The broker itself was reached and said no to this: a new connection would change nothing. */
export const isAnswer = ({ reason, code }: PublishFailure): boolean =>
  reason === 'topic_not_found' ||
  reason === 'invalid_destination_configuration' ||
  reason === 'publish_rejected' ||
  code === brokerCodes.noPublisherRight;

const unreachable = (reason: PublishFailureReason, message: string): PublishFailure => ({
  reason,
  code: brokerCodes.unreachable,
  message,
});

interface KafkaError extends Error {
  /** The protocol's name of the error. */
  type?: string;
  apiName?: string;
}

/** The error and its causes, outermost first. */
function unfold(error: unknown, depth = 0): KafkaError[] {
  return error instanceof Error && depth < 5 ? [error, ...unfold(error.cause, depth + 1)] : [];
}
