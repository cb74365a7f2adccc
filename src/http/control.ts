/** The control API under `/_mock`: what the commands, tests and other languages drive the mock with. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { sizeOf } from '../core/queue.ts';
import { destinationName, type Lane } from '../core/state.ts';
import type { Subscription } from '../core/types.ts';
import type { AepMockError } from '../errors.ts';
import { checkCloudEvent } from '../events/check-event.ts';
import type { PublishedEvent } from '../events/publisher.ts';
import { check, isObject, readJson } from './body.ts';
import type { ErrorBody, HealthBody, StateBody } from './control-api.ts';
import { deliveryStates, deliveryViews, isoTime } from './delivery-views.ts';
import { InvalidRequest } from './errors.ts';
import type { HttpContext } from './ports.ts';

/** Most events that one request generates: more is asked for again, so that one call stays short. */
const mostPerRequest = 10_000;

const generateSchema = z.object({
  types: z
    .array(z.string())
    .min(1)
    .openapi({ example: ['product.updated'] }),
  count: z.int().min(1).max(mostPerRequest).default(1),
  set: z
    .record(z.string(), z.unknown())
    .optional()
    .openapi({ example: { 'data.product.uuid': 'my-own-uuid' } }),
  as: z.string().optional().openapi({ example: 'user:julia' }),
  seed: z.int().optional(),
});
const eventsSchema = z.object({
  events: z.array(z.record(z.string(), z.unknown())).min(1).max(mostPerRequest),
  keep_ids: z.boolean().default(false),
});
const deliveriesQuery = z.object({
  subscription_id: z.string().optional(),
  event_id: z.string().optional(),
  state: z.enum(deliveryStates).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});

const tags = ['control'];
const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: z.looseObject({}) } },
});

const routes = {
  health: createRoute({ method: 'get', path: '/_mock/health', tags, responses: { 200: answer('The mock is ready') } }),
  state: createRoute({
    method: 'get',
    path: '/_mock/state',
    tags,
    responses: { 200: answer('Counters, subscriptions with their queues, tunnels') },
  }),
  deliveries: createRoute({
    method: 'get',
    path: '/_mock/deliveries',
    tags,
    request: { query: deliveriesQuery },
    responses: { 200: answer('Deliveries with their attempts, newest first: {"items": […]}') },
  }),
  publish: createRoute({
    method: 'post',
    path: '/_mock/publish',
    tags,
    request: {
      body: { required: true, content: { 'application/json': { schema: z.union([eventsSchema, generateSchema]) } } },
    },
    responses: { 202: answer('What was published, and how many subscriptions take it') },
  }),
  reset: createRoute({
    method: 'post',
    path: '/_mock/reset',
    tags,
    responses: { 200: answer('Everything is as it was at the start; tunnels stay') },
  }),
};

export function mountControl(app: OpenAPIHono, ctx: HttpContext): void {
  for (const route of Object.values(routes)) app.openAPIRegistry.registerPath(route);
  app.get(routes.health.path, (c) => c.json(health(ctx)));
  app.get(routes.state.path, (c) => c.json(stateBody(ctx)));
  app.get(routes.deliveries.path, (c) => {
    const {
      subscription_id: subscriptionId,
      event_id: eventId,
      state,
      limit,
    } = checked(deliveriesQuery, c.req.query());
    return c.json({ items: deliveryViews(ctx.state, ctx.journal, { subscriptionId, eventId, state, limit }) });
  });
  app.post(routes.publish.path, async (c) => c.json({ published: await publish(ctx, await readJson(c)) }, 202));
  app.post(routes.reset.path, (c) => {
    ctx.reset();
    return c.json(health(ctx));
  });
}

async function publish(ctx: HttpContext, wish: unknown): Promise<PublishedEvent[]> {
  if (isObject(wish) && 'events' in wish) {
    const { events, keep_ids: keepIds } = checked(eventsSchema, wish);
    // All of them are checked before the first is published.
    return ctx.publish(
      events.map((event) => checkCloudEvent(event)),
      { keepIds },
    );
  }
  const { set, as, seed, ...rest } = checked(generateSchema, wish);
  return ctx.generate({ ...rest, ...(set && { set }), ...(as && { as }), ...(seed !== undefined && { seed }) });
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, problems } = check(schema, value);
  if (problems.length > 0 || data === undefined) throw new InvalidRequest(problems, 400);
  return data;
}

/** The error body of the control API: unlike the platform's it has a code and a hint. */
export function controlErrorResponse(c: Context, error: AepMockError): Response {
  const messages = error instanceof InvalidRequest ? error.problems : [error.message];
  const { code, hint } = error;
  const answered: ErrorBody = { errors: messages.map((message) => ({ message, code, hint })) };
  return c.json(answered, error.status as ContentfulStatusCode);
}

function health(ctx: HttpContext): HealthBody {
  const { version, profile, seed } = ctx;
  return { status: 'ok', name: 'aep-mock', version, url: ctx.url(), profile, seed, now: isoTime(ctx.now()) };
}

function stateBody(ctx: HttpContext): StateBody {
  const { version, profile, seed, state } = ctx;
  return {
    url: ctx.url(),
    version,
    profile,
    seed,
    now: isoTime(ctx.now()),
    counters: { ...state.counters },
    subscriptions: [...state.subscriptions.values()].map((s) => subscriptionState(s, state.lanes.get(s.id))),
    tunnels: ctx.tunnels(),
  };
}

function subscriptionState(subscription: Subscription, lane: Lane | undefined): StateBody['subscriptions'][number] {
  const scheduled = [...(lane?.live.values() ?? [])].filter((delivery) => delivery.state === 'scheduled');
  const nextDueAt =
    scheduled.length > 0
      ? scheduled.reduce((least, { dueAt }) => Math.min(least, dueAt), Number.POSITIVE_INFINITY)
      : undefined;
  return {
    id: subscription.id,
    subscriber_id: subscription.subscriberId,
    status: subscription.status,
    type: subscription.config.type,
    destination: destinationName(subscription),
    events: subscription.events,
    queued: lane ? sizeOf(lane.queue) : 0,
    in_flight: lane?.inFlight ?? 0,
    scheduled: scheduled.length,
    held: lane?.gate === 'held',
    ...(nextDueAt !== undefined && { next_due_at: isoTime(nextDueAt) }),
  };
}
