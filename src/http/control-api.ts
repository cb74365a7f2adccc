/**
 * The bodies of the control API under `/_mock`, as the commands and other languages see them: the schemas that `/openapi.json` shows,
 * and the types that follow from them. Field names are snake_case, times are RFC 3339 with milliseconds, durations carry their unit.
 * What is made elsewhere (the platform's logs, event data, fault rules) keeps its names.
 */
import { z } from '@hono/zod-openapi';
import { profileNames } from '../core/profile.ts';
import type { SubscriptionStatus } from '../core/types.ts';
import { mostPerRequest } from '../events/publisher.ts';
import type { ClockKind } from '../runtime/mock-clock.ts';
import type { NotificationType } from '../runtime/notification.ts';
import type { WhyReason } from '../runtime/why.ts';
import { actor, delivery, faultView, id, milliseconds, stopReason, time, total } from './delivery-api.ts';
import { answerTimeBar } from './inspect-api.ts';

export type { AttemptItem, AttemptView, DeliveryView, OutcomeView, VerdictView } from './delivery-api.ts';

const subscriptionStatus = z.enum(['active', 'suspended', 'revoked', 'deleted'] satisfies SubscriptionStatus[]);

/** A list as every answer has it. */
export const listOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });

export const healthAnswer = z
  .object({
    status: z.literal('ok'),
    name: z.literal('aep-mock'),
    version: z.string(),
    url: z.string(),
    profile: z.enum(profileNames),
    seed: z.int(),
    now: time,
  })
  .openapi('Health');

const returnEvents = z
  .boolean()
  .default(false)
  .openapi({ description: 'Whether the answer carries the events themselves' });
const values = {
  set: z
    .record(z.string(), z.unknown())
    .optional()
    .openapi({
      description: 'Values to put into each event, by dotted path',
      example: { 'data.product.uuid': 'my-own-uuid' },
    }),
  as: z.string().optional().openapi({ description: 'The author', example: 'user:julia' }),
};
export const generateBody = z.strictObject({
  types: z
    .array(z.string())
    .min(1)
    .openapi({ example: ['product.updated'] }),
  count: z.int().min(1).max(mostPerRequest).default(1),
  ...values,
  data: z
    .unknown()
    .optional()
    .openapi({
      description: 'Merged into the data of each event, object by object; a list replaces a list',
      example: { product: { uuid: 'my-own-uuid' } },
    }),
  id: z.string().optional().openapi({ description: 'The id of the event, when one is asked for' }),
  time: z.string().optional().openapi({ description: 'RFC 3339; the time of the event, when one is asked for' }),
  seed: z.int().optional(),
  return_events: returnEvents,
});
const events = z.array(z.record(z.string(), z.unknown())).min(1).max(mostPerRequest);
export const ownBody = z.strictObject({
  events: events.openapi({
    description: 'Events of your own: what one lacks of an envelope is filled in, so that type and data are enough',
    example: [{ type: 'product.updated', data: { product: { uuid: 'my-own-uuid' } } }],
  }),
  ...values,
  keep_ids: z
    .boolean()
    .default(true)
    .openapi({ description: 'False gives each event a new id; one that has none is given one anyhow' }),
  recorded: z.literal(false).optional(),
  return_events: returnEvents,
});
export const recordedBody = z.strictObject({
  events: events.openapi({ description: 'Whole CloudEvents, published as they were recorded; any type will do' }),
  recorded: z.literal(true),
  keep_ids: z.boolean().default(false).openapi({
    description: 'Under their own ids; under new ones otherwise, so that a handler that deduplicates takes them again',
  }),
  return_events: returnEvents,
});

const publishedEvent = z
  .looseObject({ specversion: z.literal('1.0'), id, source: z.string(), type: z.string() })
  .openapi({ description: 'As it was published: without a subject, which is each subscription’s own' });

export const publishAnswer = z
  .object({
    published: z.array(
      z.object({
        id,
        type: z.string(),
        deliveries: total.openapi({ description: 'How many subscriptions take it' }),
        event: publishedEvent.optional(),
      }),
    ),
  })
  .openapi('PublishAnswer');

export const successRate = z
  .object({
    requests: total,
    successRate: z.number().openapi({ description: '0 to 1; 1 without any request' }),
    nearest: z
      .object({ measure: z.string(), value: z.number(), limit: z.number() })
      .openapi({ description: 'What comes closest to the line at which the platform suspends' }),
    leastRequests: total.openapi({ description: 'Fewer requests than this suspend nothing' }),
    suspends: z.boolean(),
  })
  .openapi('SuccessRate', { description: 'How a subscription does in the rolling window' });

const latency = z
  .object({
    answers: total,
    p50_ms: milliseconds,
    p95_ms: milliseconds,
    max_ms: milliseconds,
    slow: total.openapi({ description: 'Answers in time that took more than half of the deadline' }),
    timeouts: total,
    late: total.openapi({ description: 'Answers that came after the deadline' }),
    histogram: z.array(answerTimeBar).openapi({
      description: 'Bars from the shortest answer to the longest, each wider than the one before by the same factor',
    }),
  })
  .openapi('AnswerTimes');

const publishCounts = z
  .object({
    published: total.openapi({
      description: 'Publications begun, those in flight among them; a message that is published again counts again',
    }),
    acknowledged: total,
    failed: total.openapi({ description: 'With those that the mock itself refuses to begin' }),
    last_error: z.object({ at: time, reason: z.string(), message: z.string() }).optional(),
  })
  .openapi('PublishCounts');

const subscriptionState = z
  .object({
    id,
    subscriber_id: id,
    status: subscriptionStatus,
    stopped: z
      .object({ at: time, by: actor, reason: stopReason })
      .optional()
      .openapi({ description: 'Of one that is suspended or revoked, as far as the journal reaches back' }),
    type: z.string(),
    destination: z.string(),
    events: z.array(z.string()),
    filter: z.string().optional(),
    queued: total,
    in_flight: total,
    scheduled: total,
    held: z.boolean().openapi({ description: 'Nobody listens at the other end of the relay' }),
    next_due_at: time.optional(),
    rate_per_second: z.number().optional().openapi({ description: 'Absent where nothing limits it' }),
    health: successRate
      .optional()
      .openapi({ description: 'https only; of one that is suspended or revoked, how it did by then' }),
    latency: latency.optional(),
    broker: publishCounts.optional().openapi({ description: 'What became of its messages; Pub/Sub and Kafka only' }),
    missed: total.optional().openapi({ description: 'Events that were published while it was suspended: lost' }),
  })
  .openapi('SubscriptionState');

export const stateAnswer = z
  .object({
    url: z.string(),
    version: z.string(),
    profile: z.enum(profileNames),
    seed: z.int(),
    now: time,
    ack_deadline_ms: milliseconds.openapi({ description: 'How long a destination has to answer' }),
    counters: z.object({
      published: total,
      attempts: total,
      delivered: total,
      dropped: total,
      discarded: total,
      duplicates: total.openapi({ description: 'Deliveries that injected duplicates added to what was owed' }),
    }),
    subscriptions: z.array(subscriptionState),
    tunnels: z.array(
      z.object({
        id,
        connected_at: time,
        forward_to: z.string(),
        claim: z.string(),
        subscriptions: z.array(id),
      }),
    ),
  })
  .openapi('State');

export const eventAnswer = z
  .object({
    event: publishedEvent,
    published_at: time,
    deliveries: z.array(delivery),
  })
  .openapi('EventWithDeliveries');

const notificationType = z.enum([
  'subscription.suspended.system',
  'subscription.suspended.user',
  'subscription.revoked',
  'subscription.resumed',
] satisfies NotificationType[]);

export const emailAnswer = z
  .object({
    to: z.string(),
    subject: z.string(),
    text: z.string(),
    at: time,
    subscription_id: id,
    notification_type: notificationType,
  })
  .openapi('Email');

export const faultsAnswer = listOf(faultView).openapi('FaultRules');

const clockShape = {
  kind: z.enum(['system', 'scaled', 'virtual', 'own'] satisfies ClockKind[]),
  now: time,
  scale: z.number().optional().openapi({ description: 'How many times faster than real time it runs by itself' }),
  next_due_at: time.optional(),
  pending_timers: total.openapi({ description: 'Retries, waiting lanes and others that will come due' }),
};
export const clockAnswer = z.object(clockShape).openapi('Clock');
export const clockMovedAnswer = z
  .object({
    ...clockShape,
    moved_ms: milliseconds,
    timers: total.optional().openapi({ description: 'How many timers ran, where they were counted' }),
    attempts: total,
    delivered: total,
    dropped: total,
    discarded: total,
  })
  .openapi('ClockMoved', { description: 'Where the clock is now, and what happened on the way' });

const whyReason = z.enum([
  'delivered',
  'in_flight',
  'scheduled',
  'queued',
  'throttled',
  'held',
  'dropped',
  'discarded',
  'filtered',
  'not_subscribed',
  'other_source',
  'suspended',
  'revoked',
  'deleted',
  'not_yet_active',
  'created_later',
  'updated_later',
  'addressed_elsewhere',
  'unknown',
] satisfies WhyReason[]);

export const whyAnswer = z
  .object({
    event_id: id,
    event_type: z.string(),
    published_at: time,
    items: z
      .array(
        z.object({
          subscription_id: id,
          reason: whyReason,
          message: z.string(),
          delivery_id: id.optional(),
          duplicate_of: id.optional(),
          fault: z.string().optional(),
        }),
      )
      .openapi({ description: 'One for each delivery, and one for each subscription without any' }),
  })
  .openapi('Why');

export const transitionAnswer = z
  .object({
    id,
    status: subscriptionStatus,
    by: actor,
    lost: total.openapi({ description: 'Deliveries that were discarded' }),
  })
  .openapi('Transition');

export const connectionAnswer = z
  .object({
    client_id: z.string(),
    subscriptions: z
      .array(z.object({ id, status: subscriptionStatus }))
      .openapi({ description: 'Those whose status changed with it' }),
    lost: total,
  })
  .openapi('ConnectionChange');

export const topicAnswer = z
  .object({
    topic: z.string(),
    granted: z.boolean().openapi({ description: 'Whether the platform may publish to it' }),
    subscriptions: z.array(id),
  })
  .openapi('PubSubTopic');
export const topicsAnswer = listOf(topicAnswer).openapi('PubSubTopics');

export const snapshotAnswer = z
  .object({ name: z.string(), at: time.openapi({ description: 'The mock’s time when it was taken' }) })
  .openapi('Snapshot');
export const snapshotsAnswer = listOf(snapshotAnswer).openapi('Snapshots');

export const errorAnswer = z
  .object({ errors: z.array(z.object({ message: z.string(), code: z.string(), hint: z.string() })).min(1) })
  .openapi('ControlErrors', { description: 'One entry per problem: what is wrong, its code, the way out' });

export type HealthBody = z.output<typeof healthAnswer>;
/** `POST /_mock/publish` takes one of the three: generate, publish events of one's own, or recorded ones. */
export type PublishBody = z.input<typeof generateBody> | z.input<typeof ownBody> | z.input<typeof recordedBody>;
export type PublishAnswer = z.output<typeof publishAnswer>;
export type StateBody = z.output<typeof stateAnswer>;
export type EventBody = z.output<typeof eventAnswer>;
export type FaultsBody = z.output<typeof faultsAnswer>;
export type ClockBody = z.output<typeof clockAnswer>;
export type ClockMoved = z.output<typeof clockMovedAnswer>;
export type WhyBody = z.output<typeof whyAnswer>;
export type TransitionAnswer = z.output<typeof transitionAnswer>;
export type ConnectionAnswer = z.output<typeof connectionAnswer>;
export type TopicView = z.output<typeof topicAnswer>;
export type TopicsBody = z.output<typeof topicsAnswer>;
export type SnapshotView = z.output<typeof snapshotAnswer>;
export type SnapshotsBody = z.output<typeof snapshotsAnswer>;
/** Every error of the control API. The management API has `message` alone, as the platform does. */
export type ErrorBody = z.output<typeof errorAnswer>;
