/** The control API under `/_mock`: what the commands, tests and other languages drive the mock with. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isObject } from '../core/is-object.ts';
import type { AepMockError } from '../errors.ts';
import { mostPerRequest, type PublishedEvent } from '../events/publisher.ts';
import { checked, readJson } from './body.ts';
import { mountClockControl } from './clock-control.ts';
import type { ErrorBody, HealthBody } from './control-api.ts';
import { deliveryStates, deliveryViews, isoTime } from './delivery-views.ts';
import { InvalidRequest } from './errors.ts';
import type { HttpContext } from './ports.ts';
import { mountPubSub } from './pubsub.ts';
import { stateBody } from './state-view.ts';
import { mountTransitions } from './transitions.ts';
import { wholeNumber } from './whole-number.ts';
import { mountWhy } from './why.ts';

/** The largest batch of events that one request publishes. */
const publishLimitBytes = 8 * 1024 * 1024;

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
  limit: wholeNumber(1, 10_000, 100),
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
  outbox: createRoute({
    method: 'get',
    path: '/_mock/outbox',
    tags,
    responses: { 200: answer('The e-mails that the platform would have sent, newest first: {"items": […]}') },
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
    const query = { subscriptionId, eventId, state, limit: Number(limit) };
    return c.json({ items: deliveryViews(ctx.state, ctx.journal, query) });
  });
  app.get(routes.outbox.path, (c) => c.json({ items: ctx.outbox.emails() }));
  app.post(routes.publish.path, async (c) =>
    c.json({ published: await publish(ctx, await readJson(c, publishLimitBytes)) }, 202),
  );
  app.post(routes.reset.path, (c) => {
    ctx.reset();
    return c.json(health(ctx));
  });
  mountClockControl(app, ctx);
  mountTransitions(app, ctx);
  mountWhy(app, ctx);
  mountPubSub(app, ctx);
}

async function publish(ctx: HttpContext, wish: unknown): Promise<PublishedEvent[]> {
  if (isObject(wish) && 'events' in wish) {
    const { events, keep_ids: keepIds } = checked(eventsSchema, wish);
    return ctx.publish(events, { keepIds });
  }
  const { set, as, seed, ...rest } = checked(generateSchema, wish);
  return ctx.generate({ ...rest, ...(set && { set }), ...(as && { as }), ...(seed !== undefined && { seed }) });
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
