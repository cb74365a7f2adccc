/** Deliveries, their attempts and what was injected into them, as the control API shows them. */
import { z } from '@hono/zod-openapi';
import type { FaultKind } from '../core/fault.ts';
import type { Fault, PublishFailureReason, RefusalReason, StopReason, TransportReason } from '../core/types.ts';
import type { DeliveryState } from '../runtime/delivery-records.ts';

export const id = z.string();
export const time = z.iso.datetime().openapi({ example: '2026-01-05T08:00:00.000Z' });
export const milliseconds = z.number().min(0);
/** How many of something. */
export const total = z.int().min(0);
export const httpStatus = z.int().min(100).max(999);

/** The states of a delivery: the names of this API, and those inside. */
export const deliveryStateOf = {
  queued: 'queued',
  in_flight: 'inFlight',
  scheduled: 'scheduled',
  delivered: 'delivered',
  dropped: 'dropped',
  discarded: 'discarded',
} as const satisfies Record<string, DeliveryState>;
export const deliveryState = z
  .enum(Object.keys(deliveryStateOf) as (keyof typeof deliveryStateOf)[])
  .openapi('DeliveryState');

const transportReasons = [
  'dns_lookup_failure',
  'invalid_certificate',
  'invalid_tls_handshake',
  'connection_reset',
  'connection_refused',
  'network_unreachable',
  'unexpected_eof',
  'server_goaway',
  'client_closed_connection',
  'destination_failure',
] as const satisfies TransportReason[];
const transportReason = z.enum(transportReasons);
const publishFailureReason = z.enum([
  ...transportReasons,
  'destination_timeout',
  'authentication_failed',
  'topic_not_found',
  'invalid_destination_configuration',
  'publish_rejected',
] satisfies PublishFailureReason[]);
const refusalReason = z.enum(['host_not_allowed', 'broker_not_named'] satisfies RefusalReason[]);
export const stopReason = z
  .enum([
    'requested',
    'not_found',
    'redirected',
    'failure_share',
    'success_rate',
    'permission_withdrawn',
    'connection_removed',
    'topic_not_found',
    'no_publisher_right',
    'authentication_failed',
  ] satisfies StopReason[])
  .openapi('StopReason');
export const actor = z.enum(['user', 'system']);

export const outcome = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('answered'), status: httpStatus, duration_ms: milliseconds }),
    z.object({ kind: z.literal('timeout'), duration_ms: milliseconds }),
    z.object({
      kind: z.literal('transport_error'),
      reason: transportReason,
      message: z.string(),
      duration_ms: milliseconds,
    }),
    z.object({ kind: z.literal('published'), duration_ms: milliseconds }),
    z.object({
      kind: z.literal('publish_failed'),
      reason: publishFailureReason,
      code: z.int().openapi({ description: 'The error_code of the platform’s logs' }),
      message: z.string(),
      duration_ms: milliseconds,
    }),
    z.object({ kind: z.literal('refused'), reason: refusalReason, message: z.string() }),
    z.object({ kind: z.literal('held') }),
  ])
  .openapi('Outcome', { description: 'What an attempt came to' });

export const discardReason = z.enum(['suspended', 'revoked', 'deleted']);
export const dropReason = z.enum([
  'retries_exhausted',
  'too_old',
  'not_retryable',
  'held_overflow',
  ...refusalReason.options,
]);

export const verdict = z
  .discriminatedUnion('do', [
    z.object({ do: z.literal('deliver') }),
    z.object({
      do: z.literal('retry'),
      attempt: z.int().openapi({ description: 'The number of the retry, 1 for the first' }),
      of: z.int().optional().openapi({ description: 'How many retries there can be; absent where only age ends them' }),
      delay_ms: milliseconds,
      due_at: time,
    }),
    z.object({ do: z.literal('drop'), reason: dropReason, message: z.string().optional() }),
    z.object({ do: z.literal('suspend'), reason: stopReason }),
    z.object({ do: z.literal('revoke'), reason: stopReason }),
    z.object({ do: z.literal('discard'), reason: discardReason }),
    z.object({ do: z.literal('hold') }),
  ])
  .openapi('Verdict', { description: 'What the rules of the platform say to do about an outcome' });

const faultNumbers = {
  status: httpStatus.optional(),
  reached: z.boolean().optional().openapi({ description: 'The handler got the request; only its answer was lost' }),
  delayMs: milliseconds.optional(),
  bytes: total.optional(),
};
const attemptFaultKinds = [
  'status',
  'timeout',
  'reset',
  'delay',
  'corruptSignature',
  'missingSignature',
  'staleSecret',
  'oversizedBody',
] as const satisfies Fault['kind'][];

export const fault = z
  .object({ rule: z.string(), kind: z.enum(attemptFaultKinds), ...faultNumbers })
  .openapi('Fault', { description: 'What was injected into an attempt, and the name of the rule that did it' });

const otherFaultKinds = [
  'duplicate',
  'reorder',
  'activationDelay',
  'apiStatus',
  'apiDelay',
] as const satisfies FaultKind[];

export const faultView = z
  .object({
    name: z.string(),
    explain: z.string().openapi({ description: 'What it does, in one sentence' }),
    matched: total.openapi({ description: 'How often something matched it that no earlier rule had taken' }),
    fired: total.openapi({ description: 'How often it happened' }),
    rule: z.object({
      name: z.string(),
      match: z.object({
        events: z.array(z.string()).optional(),
        subscription: id.optional(),
        attempt: z.int().optional(),
        method: z.string().optional(),
        path: z.string().optional(),
      }),
      first: z.int().optional(),
      every: z.int().optional(),
      probability: z.number().optional(),
      inject: z.object({
        kind: z.enum([...attemptFaultKinds, ...otherFaultKinds]),
        ...faultNumbers,
        places: total.optional(),
      }),
    }),
  })
  .openapi('FaultRule', { description: 'A fault rule in force. Its fields are named as rules are written' });

const attemptShape = {
  attempt: z.int().min(1).openapi({ description: '1 for the first' }),
  started_at: time,
  finished_at: time.optional(),
  outcome: outcome.optional(),
  verdict: verdict.optional(),
  fault: fault.optional(),
  late: z
    .object({ status: httpStatus, duration_ms: milliseconds })
    .optional()
    .openapi({ description: 'The answer that came after the deadline' }),
};
const duplicateOf = id.optional().openapi({ description: 'The delivery that this one repeats, injected' });

export const attempt = z.object(attemptShape).openapi('DeliveryAttempt');

/** An attempt on its own, with the delivery that it belongs to. */
export const attemptItem = z
  .object({
    delivery_id: id,
    event_id: id,
    event_type: z.string(),
    subscription_id: id,
    destination: z.string(),
    duplicate_of: duplicateOf,
    ...attemptShape,
  })
  .openapi('Attempt');

export const delivery = z
  .object({
    id: id.openapi({ description: 'd1, d2… in the order in which deliveries came to be' }),
    event_id: id,
    event_type: z.string(),
    subscription_id: id,
    destination: z.string().openapi({ description: 'The URL or topic' }),
    duplicate_of: duplicateOf,
    state: deliveryState,
    reason: z.string().optional().openapi({ description: 'Why it was dropped or discarded' }),
    due_at: time.optional().openapi({ description: 'When a scheduled one comes due' }),
    attempts: z.array(attempt),
  })
  .openapi('Delivery');

export type OutcomeView = z.output<typeof outcome>;
export type VerdictView = z.output<typeof verdict>;
export type AttemptView = z.output<typeof attempt>;
export type AttemptItem = z.output<typeof attemptItem>;
export type DeliveryView = z.output<typeof delivery>;
