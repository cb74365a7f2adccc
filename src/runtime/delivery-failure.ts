/** A failed attempt as the platform's logs name it (contract, delivery: logs). */
import type { Outcome, PublishFailureReason } from '../core/types.ts';

/** The causes that the platform documents: exactly these. */
export type ErrorReason = PublishFailureReason | 'destination_not_found' | 'destination_redirected';

export interface DeliveryFailure {
  reason: ErrorReason;
  code: number;
  message: string;
  response?: { status: number };
}

/**
 * The timeout's and the credentials' are the vendor's own words, the others are ours. They carry no time and no address, because equal
 * messages are what merges.
 */
const messages: Record<ErrorReason, string> = {
  destination_timeout: 'an error was returned when calling the destination, or it took too long to respond',
  dns_lookup_failure: 'the host name of the destination could not be resolved',
  invalid_certificate: 'the certificate of the destination was rejected',
  invalid_tls_handshake: 'the TLS handshake with the destination failed',
  connection_reset: 'the destination reset the connection',
  connection_refused: 'the destination refused the connection',
  network_unreachable: 'there is no route to the destination',
  unexpected_eof: 'the destination closed the connection without an answer',
  server_goaway: 'the destination asked to close the connection while the request was sent',
  client_closed_connection: 'the connection was closed before the exchange was complete',
  destination_not_found: 'the destination was not found',
  destination_redirected: 'the destination answered with a redirection, which is not followed',
  authentication_failed: 'authentication was rejected by the destination',
  topic_not_found: 'the topic does not exist',
  invalid_destination_configuration: 'the destination cannot be used as it is configured',
  publish_rejected: 'the destination refused the message',
  destination_failure: 'the destination answered with an error',
};

/** What failed, or undefined when the attempt did not happen. The answer of an acknowledged one must not be asked about. */
export function deliveryFailure(outcome: Outcome): DeliveryFailure | undefined {
  switch (outcome.kind) {
    case 'held':
    case 'published':
      return undefined;
    case 'publishFailed':
      return { reason: outcome.reason, code: outcome.code, message: messages[outcome.reason] };
    case 'answered':
      return answerFailure(outcome.status);
    case 'timeout':
      return transportFailure('destination_timeout');
    case 'transportError':
      return transportFailure(outcome.reason);
    case 'refused':
      // Of the platform's causes the nearest; the message names the way out. 400 as an internal code is assumed.
      return { reason: 'invalid_destination_configuration', code: 400, message: outcome.message };
  }
}

function answerFailure(status: number): DeliveryFailure {
  if (status === 404) return { reason: 'destination_not_found', code: status, message: messages.destination_not_found };
  if (status >= 300 && status < 400)
    return { reason: 'destination_redirected', code: status, message: messages.destination_redirected };
  const message = `${messages.destination_failure}: status ${status}`;
  return { reason: 'destination_failure', code: status, message, response: { status } };
}

const transportFailure = (reason: ErrorReason): DeliveryFailure => ({ reason, code: 500, message: messages[reason] });
