/** What the management API takes, as schemas: the same ones check a request and describe it in `/openapi.json`. */
import { z } from '@hono/zod-openapi';
import { benchmarkEventType } from '../core/envelope.ts';
import { describeProblem, filterLimits, parseFilter } from '../core/filter-parser.ts';
import { isObject } from '../core/is-object.ts';
import { oncePer } from '../core/once-per.ts';
import { show } from '../errors.ts';
import { eventTypes, isEventType, nearestType } from '../events/catalog.ts';
import { withoutSlash } from './auth.ts';
import { type Checked, check } from './body.ts';
import {
  boundedNesting,
  type DestinationType,
  destinationSchemas,
  destinationUrl,
  requiredText,
  secretText,
  whenObject,
} from './destination-schemas.ts';

const destinationTypes = ['https', 'pubsub', 'kafka'] as const satisfies readonly DestinationType[];

const eventType = z
  .string()
  .refine(isEventType, {
    error: ({ input }) => {
      const near = nearestType(String(input));
      return `unknown event type ${show(input)}${near ? `; the nearest known one is ${near}` : ''}`;
    },
  })
  .openapi({ enum: [...eventTypes] });

/** What is wrong with a filter, with the column and a caret under it. Blank is no filter, and no problem. */
function filterProblem(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const parsed = parseFilter(text);
  return 'problem' in parsed ? describeProblem(text, parsed.problem) : undefined;
}

/** The fields that subscriptions of every type have. Unknown keys are ignored: a client may send back all that it was given. */
const common = {
  source: z.enum(['pim', 'benchmark']).default('pim'),
  subject: z
    .string()
    .optional()
    .openapi({ description: 'The URL of the PIM. When sent, it must be that of X-PIM-URL' }),
  events: z.array(eventType).min(1),
  filter: z
    .string()
    .refine((text) => filterProblem(text) === undefined, { error: ({ input }) => filterProblem(String(input)) ?? '' })
    .nullish()
    .openapi({
      maxLength: filterLimits.characters,
      description: `At most ${filterLimits.operators} operators. Empty or null: none`,
      example: 'user_type = "api" and not attribute in ["price", "stock"]',
    }),
  send_product_identifier: z.boolean().default(false),
  options: z
    .record(z.string(), z.unknown())
    .refine(...boundedNesting)
    .optional(),
};

export type ManagementSchemas = ReturnType<typeof managementSchemas>;
export type SubscriberBody = z.output<ManagementSchemas['subscriber']>;
export type SubscriptionBody = z.output<ManagementSchemas['subscription']>;

/** `allowHttp`: plain http URLs are taken for loopback addresses. Making them costs more than the rest of a mock's start. */
export const managementSchemas = oncePer(makeSchemas);

function makeSchemas(allowHttp: boolean) {
  const contactFields = z.object({
    technical_email: z.email({
      error: (issue) =>
        issue.code === 'invalid_format' ? `must be an e-mail address, got ${show(issue.input)}` : undefined,
    }),
    notification_channels: z.array(z.enum(['email', 'webhook'])).optional(),
    notification_webhook_url: destinationUrl(allowHttp).optional(),
    notification_webhook_secret: secretText().optional(),
  });
  const contact = contactFields
    .refine(...requiredWithWebhook('notification_webhook_url'))
    .refine(...requiredWithWebhook('notification_webhook_secret'));

  const configs = destinationSchemas(allowHttp);
  const byType = {
    https: z.object({ ...common, type: z.literal('https'), config: configs.https }),
    pubsub: z.object({ ...common, type: z.literal('pubsub'), config: configs.pubsub }),
    kafka: z.object({ ...common, type: z.literal('kafka'), config: configs.kafka }),
  };
  const anyPart = z.union([
    configs.https.extend({ secret: configs.https.shape.secret.partial() }).partial(),
    configs.pubsub.partial(),
    configs.kafka.partial(),
  ]);
  return {
    subscriber: z.object({ name: requiredText(), contact }).openapi('SubscriberCreation'),
    subscriberPatch: z
      .object({ name: requiredText(), contact: contactFields.partial() })
      .partial()
      .openapi('SubscriberPatch', {
        description: 'What is left out stays as it is, then the rules of the creation apply',
      }),
    subscription: z
      .discriminatedUnion('type', [byType.https, byType.pubsub, byType.kafka])
      .openapi('SubscriptionCreation'),
    subscriptionPatch: z
      .object({
        ...common,
        source: common.source.unwrap(),
        send_product_identifier: common.send_product_identifier.unwrap(),
        type: z.enum(destinationTypes),
        config: anyPart,
      })
      .partial()
      .openapi('SubscriptionPatch', {
        description: 'What is left out stays as it is, then the rules of the creation apply',
      }),
    byType,
    /** What can be said of a subscription whose type is missing or unknown. */
    untyped: z.object({ ...common, type: z.enum(destinationTypes), config: z.record(z.string(), z.unknown()) }),
  };
}

type WebhookField = 'notification_webhook_url' | 'notification_webhook_secret';
type ContactFields = { notification_channels?: string[] | undefined } & Partial<
  Record<WebhookField, string | undefined>
>;

/** The arguments of a refinement: a field of the contact that the webhook channel cannot do without. */
function requiredWithWebhook(field: WebhookField) {
  const isMet = (contact: ContactFields): boolean =>
    !wantsWebhook(contact.notification_channels) || contact[field] !== undefined;
  const problem = {
    path: [field],
    error: 'is required when the notification channels include webhook',
    when: whenObject,
  };
  return [isMet, problem] as const;
}

const wantsWebhook = (channels: unknown): boolean => Array.isArray(channels) && channels.includes('webhook');

/** Checks the body of a subscription against every rule, those between fields and headers included. */
export function checkSubscription(
  schemas: ManagementSchemas,
  body: unknown,
  pimUrl: string,
): Checked<SubscriptionBody> {
  const type = isObject(body) ? destinationTypes.find((known) => known === body.type) : undefined;
  const checked: Checked<SubscriptionBody> = type
    ? check<SubscriptionBody>(schemas.byType[type], body)
    : { problems: check(schemas.untyped, body).problems };
  const problems = isObject(body) ? [...checked.problems, ...contextProblems(body, pimUrl)] : checked.problems;
  return checked.data && problems.length === 0 ? { data: checked.data, problems: [] } : { problems };
}

function contextProblems(body: Record<string, unknown>, pimUrl: string): string[] {
  const problems: string[] = [];
  const { subject, source, events } = body;
  if (typeof subject === 'string' && withoutSlash(subject) !== pimUrl) {
    problems.push(`subject: must be the URL in X-PIM-URL, ${show(pimUrl)}, got ${show(subject)}`);
  }
  const benchmarkAt = Array.isArray(events) ? events.indexOf(benchmarkEventType) : -1;
  if (benchmarkAt >= 0 && source !== 'benchmark') {
    problems.push(`events.${benchmarkAt}: ${benchmarkEventType} is for subscriptions whose source is "benchmark" only`);
  }
  return problems;
}
