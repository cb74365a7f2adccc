/** The two resources as answers show them, in the key order of real answers (contract, management API). */
import { z } from '@hono/zod-openapi';
import type { NewSubscription, Subscriber } from '../core/types.ts';
import { configView } from './destination-config.ts';

/** RFC 3339 UTC with microseconds. */
const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000Z`;

const id = z.uuid();
const time = z.iso.datetime().openapi({ example: '2024-09-17T08:12:21.123000Z' });

export const subscriberAnswer = z
  .object({
    id,
    name: z.string(),
    subject: z.string().openapi({ description: 'The URL of the PIM' }),
    status: z.enum(['active', 'deleted', 'revoked']),
    contact: z.object({
      technical_email: z.string(),
      notification_channels: z.array(z.enum(['email', 'webhook'])).optional(),
      notification_webhook_url: z.string().optional(),
    }),
    created_at: time,
    updated_at: time,
  })
  .openapi('Subscriber');

export const subscriptionAnswer = z
  .object({
    id,
    config: z.looseObject({}).openapi({ description: 'Secrets are shown by the creation only, header values never' }),
    events: z.array(z.string()),
    type: z.enum(['https', 'pubsub', 'kafka']),
    source: z.enum(['pim', 'benchmark']),
    subject: z.string().openapi({ description: 'The URL of the PIM' }),
    status: z.enum(['active', 'suspended', 'revoked', 'deleted']),
    subscriber_id: id,
    created_at: time,
    updated_at: time,
    filter: z.string().optional(),
    send_product_identifier: z.boolean(),
    options: z.record(z.string(), z.unknown()).optional(),
  })
  .openapi('Subscription');

export type SubscriberView = z.output<typeof subscriberAnswer>;
export type SubscriptionView = z.output<typeof subscriptionAnswer>;

/** The webhook's secret is in no answer. Channels are shown when they were chosen. */
export function subscriberView({
  id,
  name,
  pimUrl,
  status,
  contact,
  createdAt,
  updatedAt,
}: Subscriber): SubscriberView {
  const { technicalEmail, notificationChannels, notificationWebhookUrl } = contact;
  return {
    id,
    name,
    subject: pimUrl,
    status,
    contact: {
      technical_email: technicalEmail,
      ...(notificationChannels && { notification_channels: notificationChannels }),
      ...(notificationWebhookUrl !== undefined && { notification_webhook_url: notificationWebhookUrl }),
    },
    created_at: timestamp(createdAt),
    updated_at: timestamp(updatedAt),
  };
}

/** `reveal` shows the secrets: only the answer to the creation does. */
export function subscriptionView(subscription: NewSubscription, { reveal }: { reveal: boolean }): SubscriptionView {
  const { id, config, events, source, pimUrl, status, subscriberId, createdAt, updatedAt, filter, options } =
    subscription;
  return {
    id,
    config: configView(config, { reveal }),
    events,
    type: config.type,
    source,
    subject: pimUrl,
    status,
    subscriber_id: subscriberId,
    created_at: timestamp(createdAt),
    updated_at: timestamp(updatedAt),
    ...(filter !== undefined && { filter }),
    send_product_identifier: subscription.sendProductIdentifier,
    ...(options && { options }),
  };
}
