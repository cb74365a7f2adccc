import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { uuidv7 } from '../core/ids.ts';
import { isObject } from '../core/is-object.ts';
import { oncePer } from '../core/once-per.ts';
import { findSubscription, listSubscriptions, wasDeleted } from '../core/state.ts';
import type { Input, NewSubscription, Subscription } from '../core/types.ts';
import { fail, show } from '../errors.ts';
import { readJson } from './body.ts';
import { probeDestination } from './creation-probe.ts';
import { configBody, configOf, mergeConfig } from './destination-config.ts';
import { InvalidRequest, rejected } from './errors.ts';
import { errorAnswers, json, pathParameter, platformSecurity, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';
import { recordRefusal } from './refused-creation.ts';
import { checkSubscription, type ManagementSchemas, type SubscriptionBody } from './schemas.ts';
import { findFor, listAnswer } from './subscribers.ts';
import { subscriptionAnswer, subscriptionView } from './views.ts';

const path = '/api/v1/subscribers/{subscriberId}/subscriptions' as const;
const onePath = `${path}/{subscriptionId}` as const;
const about = { tags: ['subscriptions'], security: platformSecurity };
const aboutAll = { ...about, path, parameters: [pathParameter('subscriberId')] };
const aboutOne = { ...about, path: onePath, parameters: [...aboutAll.parameters, pathParameter('subscriptionId')] };
const one = (description: string) => ({ description, ...json(subscriptionAnswer) });

const routesOf = oncePer(({ subscription, subscriptionPatch }: ManagementSchemas) => ({
  create: createRoute({
    operationId: 'createSubscription',
    ...aboutAll,
    method: 'post',
    summary: 'Create a subscription; in profile 2024-09 an https destination has to answer HEAD with 200',
    request: { body: { required: true, ...json(subscription) } },
    responses: { 201: one('The subscription, with its secrets'), ...errorAnswers(400, 401, 403, 404, 409, 413) },
  }),
  list: createRoute({
    operationId: 'listSubscriptions',
    ...aboutAll,
    method: 'get',
    summary: 'List the active, suspended and revoked subscriptions of a subscriber',
    responses: {
      200: { description: 'Oldest first', ...json(z.array(subscriptionAnswer)) },
      ...errorAnswers(401, 403, 404),
    },
  }),
  get: createRoute({
    operationId: 'getSubscription',
    ...aboutOne,
    method: 'get',
    summary: 'Read a subscription',
    responses: { 200: one('The subscription'), ...errorAnswers(401, 403, 404) },
  }),
  update: createRoute({
    operationId: 'updateSubscription',
    ...aboutOne,
    method: 'patch',
    summary: 'Change a subscription; partial and full bodies both work',
    request: { body: { required: true, ...json(subscriptionPatch) } },
    responses: { 200: one('The subscription as it is now'), ...errorAnswers(400, 401, 403, 404, 409, 413) },
  }),
  delete: createRoute({
    operationId: 'deleteSubscription',
    ...aboutOne,
    method: 'delete',
    summary: 'Delete a subscription',
    responses: { 200: one('The subscription, whose status is deleted'), ...errorAnswers(401, 403, 404) },
  }),
  suspend: createRoute({
    operationId: 'suspendOwnSubscription',
    ...aboutOne,
    path: `${onePath}/suspend` as const,
    method: 'post',
    summary: 'Suspend a subscription: what is queued is lost',
    responses: { 202: one('The subscription, suspended'), ...errorAnswers(401, 403, 404, 409) },
  }),
  resume: createRoute({
    operationId: 'resumeOwnSubscription',
    ...aboutOne,
    path: `${onePath}/resume` as const,
    method: 'post',
    summary: 'Resume a subscription',
    responses: { 202: one('The subscription, active'), ...errorAnswers(401, 403, 404, 409) },
  }),
}));

export function mountSubscriptions(app: OpenAPIHono, ctx: HttpContext, schemas: ManagementSchemas): void {
  const routes = routesOf(schemas);

  const dispatch = (input: Input): void => {
    const rejection = ctx.dispatch(input);
    if (rejection) throw rejected(rejection);
  };

  serve(app, routes.create, async (c) => {
    const { scope, subscriber } = findFor(c, ctx, c.req.param('subscriberId'));
    const creation = { operation: 'create_subscription', scope, subscriberId: subscriber.id } as const;
    const subscription = await recordRefusal(c, ctx, creation, async (body) => {
      const { data, problems } = checkSubscription(schemas, body, scope.pimUrl);
      if (!data) throw new InvalidRequest(problems, ctx.policy.validationStatus);
      await probeDestination(ctx, configOf(data));
      const now = ctx.now();
      const made: NewSubscription = {
        id: uuidv7(ctx.rng, now),
        subscriberId: subscriber.id,
        ...scope,
        source: data.source,
        status: 'active',
        createdAt: now,
        updatedAt: now,
        ...changeable(data),
      };
      dispatch({ type: 'createSubscription', subscription: made });
      return made;
    });
    return c.json(subscriptionView(subscription, { reveal: true }), 201);
  });

  serve(app, routes.list, (c) => {
    const { subscriber } = findFor(c, ctx, c.req.param('subscriberId'));
    return c.json(listAnswer(ctx, listSubscriptions(ctx.state, subscriber.id).map(redactedView)), 200);
  });

  serve(app, routes.get, (c) => c.json(redactedView(subscriptionFor(c, ctx)), 200));

  serve(app, routes.update, async (c) => {
    const { subscriberId, id } = liveSubscriptionFor(c, ctx, 'updated');
    const body = await readJson(c);
    const readPatch = () => {
      const stored = liveSubscription(ctx, subscriberId, id, 'updated');
      const { data, problems } = checkSubscription(schemas, merged(stored, body), stored.pimUrl);
      const allProblems = [...fixedProblems(stored, body), ...problems];
      if (!data || allProblems.length > 0) throw new InvalidRequest(allProblems, ctx.policy.validationStatus);
      return { stored, patch: changeable(data) };
    };
    let { stored, patch } = readPatch();
    if (isNewUrl(stored, patch)) {
      await probeDestination(ctx, patch.config);
      // Another change may have come meanwhile: what was not sent stays as it is by now.
      ({ stored, patch } = readPatch());
    }
    dispatch({ type: 'updateSubscription', subscriptionId: id, patch });
    return c.json(redactedView(stored), 200);
  });

  serve(app, routes.delete, (c) => {
    const subscription = subscriptionFor(c, ctx);
    dispatch({ type: 'deleteSubscription', subscriptionId: subscription.id, by: 'user' });
    return c.json(redactedView({ ...subscription, status: 'deleted', updatedAt: ctx.now() }), 200);
  });

  serve(app, routes.suspend, (c) => {
    const subscription = liveSubscriptionFor(c, ctx, 'suspended');
    dispatch({ type: 'suspend', subscriptionId: subscription.id, by: 'user', reason: 'requested' });
    return c.json(redactedView(subscription), 202);
  });

  serve(app, routes.resume, (c) => {
    const subscription = liveSubscriptionFor(c, ctx, 'resumed');
    dispatch({ type: 'resume', subscriptionId: subscription.id, by: 'user' });
    return c.json(redactedView(subscription), 202);
  });
}

const redactedView = (subscription: Subscription) => subscriptionView(subscription, { reveal: false });

type SubscriptionContext = Context<object, '/:subscriberId/:subscriptionId'>;

/** The subscription that the path names, as far as the caller may see it. */
function subscriptionFor(c: SubscriptionContext, ctx: HttpContext): Subscription {
  const { subscriberId, subscriptionId: id } = c.req.param();
  const { subscriber } = findFor(c, ctx, subscriberId);
  const subscription = findSubscription(ctx.state, subscriber.id, id);
  if (!subscription) throw fail('SUBSCRIPTION_NOT_FOUND', { id });
  return subscription;
}

/** The same for an operation that only what has not ended can take. */
function liveSubscriptionFor(c: SubscriptionContext, ctx: HttpContext, operation: string): Subscription {
  const { subscriberId, subscriptionId } = c.req.param();
  const { subscriber } = findFor(c, ctx, subscriberId);
  return liveSubscription(ctx, subscriber.id, subscriptionId, operation);
}

function liveSubscription({ state }: HttpContext, subscriberId: string, id: string, operation: string): Subscription {
  const subscription = findSubscription(state, subscriberId, id);
  if (!subscription && !wasDeleted(state, subscriberId, id)) throw fail('SUBSCRIPTION_NOT_FOUND', { id });
  const status = subscription?.status ?? 'deleted';
  if (!subscription || status === 'revoked') throw fail('SUBSCRIPTION_ENDED', { id, status, operation });
  return subscription;
}

/** The part of a checked body that a PATCH can change. An event type that is named twice is still one. */
function changeable(data: SubscriptionBody) {
  return {
    events: [...new Set(data.events)],
    config: configOf(data),
    filter: data.filter?.trim() ? data.filter : undefined,
    sendProductIdentifier: data.send_product_identifier,
    ...(data.options && { options: data.options }),
  };
}

/** The body as a creation would send it: what the PATCH leaves out is what is stored. What the platform sets itself is ignored. */
function merged(stored: Subscription, body: unknown): unknown {
  if (!isObject(body)) return body;
  return {
    events: stored.events,
    filter: stored.filter,
    send_product_identifier: stored.sendProductIdentifier,
    ...(stored.options && { options: stored.options }),
    ...body,
    type: stored.config.type,
    source: stored.source,
    config: body.config === undefined ? configBody(stored.config) : mergeConfig(stored.config, body.config),
  };
}

/** A type or source that a PATCH would change: that is another subscription. */
function fixedProblems(stored: Subscription, body: unknown): string[] {
  if (!isObject(body)) return [];
  const fixed = { type: stored.config.type, source: stored.source };
  return Object.entries(fixed)
    .filter(([field, value]) => body[field] !== undefined && body[field] !== value)
    .map(
      ([field, value]) =>
        `${field}: cannot be changed from ${show(value)} to ${show(body[field])}; create a new subscription`,
    );
}

function isNewUrl({ config: before }: Subscription, { config: after }: { config: Subscription['config'] }): boolean {
  return after.type === 'https' && !(before.type === 'https' && before.url === after.url);
}
