import { brokerCodes } from '../../core/broker-retry.ts';
import type { PublishFailure } from '../../core/types.ts';
import { transportReason } from '../transport-error.ts';

/** The status codes of gRPC (grpc.io/docs/guides/status-codes) that say something of their own. */
const status = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  failedPrecondition: 9,
  outOfRange: 11,
  unauthenticated: 16,
} as const;

export const alreadyExists = 6;

/** Google's limit for the data of a message (cloud.google.com/pubsub/quotas). Emulators take more, and end by not answering at all. */
export const mostMessageBytes = 10_000_000;

export const tooLarge = (bytes: number): PublishFailure => ({
  reason: 'publish_rejected',
  code: brokerCodes.rejected,
  message: `the message has ${bytes} bytes, and Pub/Sub takes ${mostMessageBytes}`,
});

export const withoutRight = (topic: string): PublishFailure => ({
  reason: 'authentication_failed',
  code: brokerCodes.noPublisherRight,
  message: `the platform's service account has no right to publish to ${topic}`,
});

/** What went wrong with a publication, in the platform's words. */
export function pubsubFailure(error: unknown, timeoutMs: number): PublishFailure {
  const { code, details, message } = error as { code?: unknown; details?: string; message?: string };
  const said = (details || message || String(error)).replace(wallClock, '');
  switch (code) {
    case status.notFound:
      return { reason: 'topic_not_found', code: brokerCodes.topicMissing, message: said };
    case status.permissionDenied:
      return { reason: 'authentication_failed', code: brokerCodes.noPublisherRight, message: said };
    case status.unauthenticated:
      return { reason: 'authentication_failed', code: brokerCodes.credentialsRefused, message: said };
    case status.invalidArgument:
    case status.failedPrecondition:
    case status.outOfRange:
      return { reason: 'publish_rejected', code: brokerCodes.rejected, message: said };
    case status.deadlineExceeded:
      return unreachable('destination_timeout', `no acknowledgement within ${timeoutMs} ms`);
    case status.cancelled:
      return unreachable('client_closed_connection', said);
    default: {
      // gRPC says UNAVAILABLE for whatever is below it, and keeps the system's code in the text; that of a failed lookup not always.
      if (said.startsWith(noAddress)) return unreachable('dns_lookup_failure', said);
      const system = /\b(?:E[A-Z]{3,}|ERR_[A-Z0-9_]+)\b/.exec(said)?.[0];
      const { reason } = transportReason(Object.assign(new Error(said), system !== undefined && { code: system }));
      return unreachable(reason, lastError.exec(said)?.[1] ?? said);
    }
  }
}

/** What @grpc/grpc-js appends to the cause of a lost connection. With it no two failures would be the same in the logs and the journal. */
const wallClock = / \(\d{4}-\d{2}-\d{2}T[\d:.]+Z\)/g;

const noAddress = 'Name resolution failed';

/** What @grpc/grpc-js says when no connection can be made. */
const lastError = /^No connection established\. Last error: (?:Error: )?(.+?)\. Resolution note:/;

const unreachable = (reason: PublishFailure['reason'], message: string): PublishFailure => ({
  reason,
  code: brokerCodes.unreachable,
  message,
});
