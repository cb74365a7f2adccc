/** A shortcut over the management API: what an integration does to have a subscription, in one call. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { benchmarkEventType } from '../core/envelope.ts';
import { isObject } from '../core/is-object.ts';
import { countSubscriptionsOf, destinationName, listSubscribers } from '../core/state.ts';
import { fail } from '../errors.ts';
import { pimEventTypes, resolveTypes } from '../events/catalog.ts';
import { withoutSlash } from './auth.ts';
import { checked, readJson } from './body.ts';
import { controlRoute } from './control-route.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const targets = ['url', 'pubsub', 'kafka'] as const;

const subscribeBody = z
  .strictObject({
    url: z.string().optional().openapi({ example: 'https://localhost:3000/webhooks' }),
    pubsub: z.strictObject({ project_id: z.string(), topic_id: z.string() }).optional(),
    kafka: z
      .strictObject({
        broker: z.string(),
        topic: z.string(),
        sasl_auth: z.looseObject({}).optional(),
        tls: z.looseObject({}).optional(),
      })
      .optional(),
    events: z
      .array(z.string())
      .min(1)
      .optional()
      .openapi({ description: 'Types, short names or wildcards; all PIM events otherwise', example: ['product.*'] }),
    filter: z.string().optional(),
    secret: z.string().optional().openapi({ description: 'Of url only; the webhook secret of the mock otherwise' }),
    secondary_secret: z.string().optional().openapi({ description: 'Of url only' }),
    headers: z.record(z.string(), z.string()).optional(),
    send_product_identifier: z.boolean().optional(),
    source: z.enum(['pim', 'benchmark']).optional(),
  })
  .refine((wish) => targets.filter((name) => wish[name] !== undefined).length === 1, {
    error: `must have exactly one of ${targets.join(', ')}`,
  })
  .refine(({ url, secret, secondary_secret: secondary }) => url !== undefined || (secret ?? secondary) === undefined, {
    path: ['secret'],
    error: 'is for url: what goes to a broker is not signed',
  })
  .openapi('Subscribe');

const subscribeAnswer = z
  .object({
    id: z.string(),
    subscriber_id: z.string(),
    destination: z.string().openapi({ description: 'The URL or topic' }),
    secret: z.string().optional().openapi({ description: 'Of url only' }),
    status: z.enum(['active', 'suspended', 'revoked', 'deleted']),
    events: z.array(z.string()),
  })
  .openapi('Subscribed');

/** What to subscribe, and where to: checked as it comes. */
export type SubscribeWish = z.input<typeof subscribeBody>;
export type SubscribeAnswer = z.output<typeof subscribeAnswer>;
/** With `atOnce` it does not wait for those before it, one of which may wait for whoever asks. */
export type Subscribe = (wish: SubscribeWish, options?: { atOnce?: boolean }) => Promise<SubscribeAnswer>;

const route = controlRoute({
  method: 'post',
  path: '/_mock/subscribe',
  name: 'subscribe',
  summary: 'Subscribe through the management API in one call, as the ready-made connection of the PIM',
  body: { required: true, schema: subscribeBody },
  status: 201,
  answer: subscribeAnswer,
  errors: [413],
});

/** Serves it under the control API, and gives it as a function. @throws SUBSCRIPTION_REFUSED, UNKNOWN_EVENT_TYPE, VALIDATION */
export function mountSubscribe(app: OpenAPIHono, ctx: HttpContext): Subscribe {
  const platform = new Platform(app, ctx);
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: two at once would each make a subscriber. */
  const subscribe: Subscribe = (wish, { atOnce = false } = {}) => {
    if (atOnce) return makeSubscription(platform, ctx, wish);
    const made = last.then(() => makeSubscription(platform, ctx, wish));
    last = made.catch(() => {});
    return made;
  };
  serve(app, route, async (c) => c.json(await subscribe(checked(subscribeBody, await readJson(c))), 201));
  return subscribe;
}

async function makeSubscription(platform: Platform, ctx: HttpContext, given: unknown): Promise<SubscribeAnswer> {
  const wish = checked(subscribeBody, given);
  const { url, pubsub, kafka, headers, source, filter, send_product_identifier: sendProductIdentifier } = wish;
  const secret = { primary: wish.secret ?? ctx.credentials.webhookSecret, secondary: wish.secondary_secret };
  const events = wish.events?.flatMap((pattern) => resolveTypes(pattern));
  await platform.signIn();
  const subscriberId = await platform.subscriberWithRoom();
  const { id } = await platform.post(`/api/v1/subscribers/${subscriberId}/subscriptions`, {
    type: url !== undefined ? 'https' : pubsub ? 'pubsub' : 'kafka',
    source,
    events: [...new Set(events ?? (source === 'benchmark' ? [benchmarkEventType] : pimEventTypes))],
    config: { ...(url === undefined ? (pubsub ?? kafka) : { url, secret }), headers },
    filter,
    send_product_identifier: sendProductIdentifier,
  });
  const made = ctx.state.subscriptions.get(String(id));
  if (!made) throw fail('INTERNAL', { reason: `the subscription ${id} is gone as soon as it was made` });
  return {
    id: made.id,
    subscriber_id: made.subscriberId,
    destination: destinationName(made),
    ...(made.config.type === 'https' && { secret: made.config.secret.primary }),
    status: made.status,
    events: made.events,
  };
}

const subscriber = { name: 'aep-mock subscribe', contact: { technical_email: 'subscribe@aep-mock.localhost' } };

/** The management API and the token endpoint as an integration uses them, without a socket. */
class Platform {
  readonly #app: OpenAPIHono;
  readonly #ctx: HttpContext;
  #headers: Record<string, string> = {};

  constructor(app: OpenAPIHono, ctx: HttpContext) {
    this.#app = app;
    this.#ctx = ctx;
  }

  async signIn(): Promise<void> {
    const { clientId, clientSecret, username, password } = this.#ctx.credentials;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    this.#headers = { Authorization: `Basic ${basic}` };
    const grant = { grant_type: 'password', username, password };
    const { access_token: token } = await this.post('/api/oauth/v1/token', grant);
    this.#headers = { 'X-PIM-URL': this.#ctx.url(), 'X-PIM-TOKEN': String(token), 'X-PIM-CLIENT-ID': clientId };
  }

  /** The id of a subscriber that can have one more; a new one when there is none (R14). */
  async subscriberWithRoom(): Promise<string> {
    const { state, policy, credentials, url } = this.#ctx;
    const known = listSubscribers(state, { pimUrl: withoutSlash(url()), clientId: credentials.clientId }).find(
      ({ id, name }) => name === subscriber.name && countSubscriptionsOf(state, id) < policy.subscriptionsPerSubscriber,
    );
    return known?.id ?? String((await this.post('/api/v1/subscribers', subscriber)).id);
  }

  /** @throws SUBSCRIPTION_REFUSED with everything that the answer says */
  async post(path: string, body: unknown): Promise<Record<string, unknown>> {
    const response = await this.#app.request(path, {
      method: 'POST',
      headers: { ...this.#headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (response.ok && isObject(answer)) return answer;
    throw fail('SUBSCRIPTION_REFUSED', { reason: reasonIn(answer) });
  }
}

/** The messages of the platform, or that of the PIM. */
function reasonIn(answer: unknown): string {
  const { errors, message } = answer as { errors?: { message: string }[]; message?: string };
  return errors?.map((error) => error.message).join('; ') ?? message ?? 'it does not say why';
}
