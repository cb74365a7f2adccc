/** The journal as the control API shows it: one schema for each kind of entry. */
import { z } from '@hono/zod-openapi';
import type { JournalFact } from '../core/types.ts';
import { successRate } from './control-api.ts';
import {
  actor,
  discardReason,
  dropReason,
  fault,
  httpStatus,
  id,
  milliseconds,
  outcome,
  stopReason,
  time,
  total,
  verdict,
} from './delivery-api.ts';

const event = { event_id: id, event_type: z.string() };
const delivery = { delivery_id: id, ...event, subscription_id: id, duplicate_of: id.optional() };
const attempt = { ...delivery, attempt: z.int().min(1), destination: z.string() };
const injected = { fault: fault.optional() };
const subscriber = { subscriber_id: id };
const subscription = { subscription_id: id };
const changed = { ...subscription, destination: z.string() };
const stopped = { ...subscription, by: actor, reason: stopReason, lost: total };
const relayed = { tunnel: id, subscriptions: z.array(id), message: z.string() };

/** What each kind of entry has besides its type, number and time. */
const shapes = {
  'subscriber.created': subscriber,
  'subscriber.updated': subscriber,
  'subscriber.deleted': subscriber,
  'subscription.created': changed,
  'subscription.updated': changed,
  'subscription.suspended': stopped,
  'subscription.revoked': stopped,
  'subscription.resumed': { ...subscription, by: actor },
  'subscription.missed': { ...subscription, events: total },
  'subscription.deleted': { ...subscription, by: actor, lost: total },
  'event.published': {
    ...event,
    deliveries: total,
    addressed_to: id.optional().openapi({ description: 'It went to this subscription alone: a delivery sent again' }),
  },
  'event.filtered': { ...event, ...subscription, because: z.string() },
  'attempt.started': { ...attempt, ...injected },
  'attempt.finished': { ...attempt, ...injected, outcome, verdict, health: successRate.optional() },
  'attempt.late': { ...attempt, status: httpStatus, duration_ms: milliseconds },
  'delivery.resent': {
    ...delivery,
    resend_of: id.openapi({ description: 'The delivery that somebody had sent again: this one came of it' }),
  },
  'delivery.discarded': { ...delivery, reason: discardReason },
  'delivery.dropped': { ...delivery, reason: dropReason },
  'relay.connected': relayed,
  'relay.disconnected': relayed,
  'relay.held': { ...subscription, waiting: total },
  'connection.removed': { client_id: z.string() },
  'publisher.changed': { topic: z.string(), granted: z.boolean() },
  'permission.changed': { client_id: z.string(), granted: z.boolean() },
  'creation.refused': {
    pim_url: z.string(),
    client_id: z.string(),
    operation: z.enum(['create_subscriber', 'create_subscription']),
    subscriber_id: z.string(),
    request: z.object({ method: z.string(), path: z.string(), body: z.unknown() }),
    response: z.object({ status: httpStatus, body: z.unknown() }),
    message: z.string(),
  },
  'notification.sent': {
    ...subscription,
    notification: z.string(),
    channel: z.enum(['webhook', 'email']),
    to: z.string(),
  },
  'notification.failed': {
    ...subscription,
    notification: z.string(),
    to: z.string(),
    tries: total,
    message: z.string(),
  },
  'mock.reset': { snapshot: z.string().optional() },
  'mock.warning': { message: z.string() },
} satisfies Record<JournalFact['type'], z.ZodRawShape>;

export const entryTypes = Object.keys(shapes) as JournalFact['type'][];

const place = { seq: z.int().min(1).openapi({ description: 'Its number' }), at: time };
const entryKinds = entryTypes.map((type) => z.object({ type: z.literal(type), ...place, ...shapes[type] }));

export const journalEntry = z
  .discriminatedUnion('type', entryKinds as [(typeof entryKinds)[number], ...typeof entryKinds])
  .openapi('JournalEntry');

export const journalAnswer = z
  .object({
    items: z.array(journalEntry),
    first_seq: total.openapi({ description: 'The number of the oldest entry that is still kept' }),
    last_seq: total.openapi({ description: 'The number of the latest entry' }),
    missed: total.openapi({ description: 'Entries after `after` that are not kept any more: the journal is bounded' }),
    next_after: total.openapi({ description: 'What `after` is to be in the next request' }),
  })
  .openapi('JournalPage');

/** An entry of one type has the fields of that type, which the schema of all of them does not tell the compiler. */
export type JournalEntryView = {
  [Type in JournalFact['type']]: { type: Type } & z.output<z.ZodObject<typeof place>> &
    z.output<z.ZodObject<(typeof shapes)[Type]>>;
}[JournalFact['type']];
export type JournalBody = z.output<typeof journalAnswer>;
