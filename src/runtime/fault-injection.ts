import { brokerCodes } from '../core/broker-retry.ts';
import type { Fault, Outcome, PublishFailure } from '../core/types.ts';
import type { DeliveryRequest } from './destinations/port.ts';
import { sign } from './signature.ts';

type Send = (request: DeliveryRequest) => Promise<Outcome>;

/**
 * Performs one attempt under a fault. What does not reach the handler comes back at once, in the form that the real failure has: a
 * timeout that contacted nobody says the ack deadline and waits for nothing.
 */
export async function sendWithFault(fault: Fault | undefined, request: DeliveryRequest, send: Send): Promise<Outcome> {
  switch (fault?.kind) {
    case undefined:
    // The engine has started the attempt late.
    case 'delay':
      return send(request);
    case 'status':
    case 'timeout':
    case 'reset': {
      if (!fault.reached) return failure(fault, request, 0);
      const outcome = await send(request);
      // Neither reached anybody: there is no answer to lose.
      if (outcome.kind === 'held' || outcome.kind === 'refused') return outcome;
      return failure(fault, request, outcome.durationMs);
    }
    case 'corruptSignature':
      return send(withSignatures(request, (signature) => flipFirstDigit(signature)));
    case 'missingSignature':
      return send({ ...request, headers: withoutSignatures(request.headers) });
    case 'staleSecret':
      return send(withSignatures(request, (_signature, secret) => sign(request.body, staleSecretOf(secret))));
    case 'oversizedBody': {
      const body = padded(request.body, fault.bytes);
      return send(withSignatures({ ...request, body }, (_signature, secret) => sign(body, secret)));
    }
  }
}

/** The secret that a `staleSecret` fault signs with: not the subscription's, and known, so that a test can tell it from a forgery. */
export const staleSecretOf = (secret: string): string => `stale-${secret}`;

type LostAnswer = Extract<Fault, { reached: boolean }>;

function failure(fault: LostAnswer, { subscription, ackDeadlineMs }: DeliveryRequest, durationMs: number): Outcome {
  if (subscription.config.type !== 'https') {
    const isTaken = fault.kind === 'status' && fault.status === 200;
    return isTaken ? { kind: 'published', durationMs } : { kind: 'publishFailed', ...brokerFailure(fault), durationMs };
  }
  switch (fault.kind) {
    case 'status':
      return { kind: 'answered', status: fault.status, durationMs };
    case 'timeout':
      return { kind: 'timeout', durationMs: ackDeadlineMs };
    case 'reset': {
      const message = `the connection was reset (injected by the fault "${fault.rule}")`;
      return { kind: 'transportError', reason: 'connection_reset', message, durationMs };
    }
  }
}

/** The same for a broker, which has no HTTP status: those that mean something to the platform stand for their cause. */
function brokerFailure(fault: LostAnswer): PublishFailure {
  const message = `injected by the fault "${fault.rule}"`;
  if (fault.kind === 'timeout') return { reason: 'destination_timeout', code: brokerCodes.unreachable, message };
  if (fault.kind === 'reset') return { reason: 'connection_reset', code: brokerCodes.unreachable, message };
  const { status: code } = fault;
  if (code === 404) return { reason: 'topic_not_found', code, message };
  if (code === 401) return { reason: 'authentication_failed', code: brokerCodes.credentialsRefused, message };
  if (code === 403) return { reason: 'authentication_failed', code: brokerCodes.noPublisherRight, message };
  if (code === 400 || code === 413) return { reason: 'publish_rejected', code, message };
  return { reason: 'destination_failure', code, message };
}

const signatureHeader = /^X-AKENEO-SIGNATURE-/i;

/** Replaces both signatures, so that a handler that takes either of them notices. Only https subscriptions have any. */
function withSignatures(
  request: DeliveryRequest,
  replace: (signature: string, secret: string) => string,
): DeliveryRequest {
  const { config } = request.subscription;
  if (config.type !== 'https') return request;
  const { primary, secondary } = config.secret;
  const headers = { ...request.headers };
  const put = (name: string, secret: string | undefined): void => {
    const signature = headers[name];
    if (signature !== undefined && secret !== undefined) headers[name] = replace(signature, secret);
  };
  put('X-AKENEO-SIGNATURE-PRIMARY', primary);
  put('X-AKENEO-SIGNATURE-SECONDARY', secondary);
  return { ...request, headers };
}

const withoutSignatures = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !signatureHeader.test(name)));

const flipFirstDigit = (signature: string): string => (signature.startsWith('0') ? '1' : '0') + signature.slice(1);

/** The body with an extension attribute that fills it up to `bytes`; as it is when it has them already. */
function padded(body: string, bytes: number): string {
  const open = `${body.slice(0, -1)},"padding":"`;
  const missing = bytes - Buffer.byteLength(open) - 2;
  return missing > 0 ? `${open}${'x'.repeat(missing)}"}` : body;
}
