import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { uuidv7 } from '../core/ids.ts';
import { isObject } from '../core/is-object.ts';
import { oncePer } from '../core/once-per.ts';
import { findSubscriber, listSubscribers, type Scope } from '../core/state.ts';
import type { Contact, Subscriber } from '../core/types.ts';
import { fail } from '../errors.ts';
import { authenticate } from './auth.ts';
import { check, readJson } from './body.ts';
import { InvalidRequest, rejected } from './errors.ts';
import { errorAnswers, json, pathParameter, platformSecurity, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';
import { recordRefusal } from './refused-creation.ts';
import type { ManagementSchemas, SubscriberBody } from './schemas.ts';
import { subscriberAnswer, subscriberView } from './views.ts';

const path = '/api/v1/subscribers';
const onePath = `${path}/{subscriberId}` as const;
const about = { tags: ['subscribers'], security: platformSecurity };
const aboutOne = { ...about, path: onePath, parameters: [pathParameter('subscriberId')] };
const one = (description: string) => ({ description, ...json(subscriberAnswer) });

const routesOf = oncePer(({ subscriber, subscriberPatch }: ManagementSchemas) => ({
  create: createRoute({
    operationId: 'createSubscriber',
    ...about,
    path,
    method: 'post',
    summary: 'Create a subscriber',
    request: { body: { required: true, ...json(subscriber) } },
    responses: { 201: one('The subscriber'), ...errorAnswers(400, 401, 403, 409, 413) },
  }),
  list: createRoute({
    operationId: 'listSubscribers',
    ...about,
    path,
    method: 'get',
    summary: 'List the active subscribers',
    responses: {
      200: { description: 'The active ones, oldest first', ...json(z.array(subscriberAnswer)) },
      ...errorAnswers(401, 403),
    },
  }),
  get: createRoute({
    operationId: 'getSubscriber',
    ...aboutOne,
    method: 'get',
    summary: 'Read a subscriber',
    responses: { 200: one('The subscriber'), ...errorAnswers(401, 403, 404) },
  }),
  update: createRoute({
    operationId: 'updateSubscriber',
    ...aboutOne,
    method: 'patch',
    summary: 'Change a subscriber; partial and full bodies both work',
    request: { body: { required: true, ...json(subscriberPatch) } },
    responses: { 200: one('The subscriber as it is now'), ...errorAnswers(400, 401, 403, 404, 413) },
  }),
  delete: createRoute({
    operationId: 'deleteSubscriber',
    ...aboutOne,
    method: 'delete',
    summary: 'Delete a subscriber and its subscriptions',
    responses: { 200: one('The subscriber, whose status is deleted'), ...errorAnswers(401, 403, 404) },
  }),
}));

export function mountSubscribers(app: OpenAPIHono, ctx: HttpContext, schemas: ManagementSchemas): void {
  const routes = routesOf(schemas);

  /** Checks a body and answers it, or throws with every problem. */
  const checked = (body: unknown): SubscriberBody => {
    const { data, problems } = check(schemas.subscriber, body);
    if (!data) throw new InvalidRequest(problems, ctx.policy.validationStatus);
    return data;
  };

  serve(app, routes.create, async (c) => {
    const scope = authenticate(c, ctx);
    const creation = { operation: 'create_subscriber', scope, subscriberId: '' } as const;
    const subscriber = await recordRefusal(c, ctx, creation, (body) => {
      const { name, contact } = checked(body);
      const now = ctx.now();
      const id = uuidv7(ctx.rng, now);
      const made: Subscriber = {
        id,
        name,
        ...scope,
        status: 'active',
        contact: contactOf(contact),
        createdAt: now,
        updatedAt: now,
      };
      const rejection = ctx.dispatch({ type: 'createSubscriber', subscriber: made });
      if (rejection) throw rejected(rejection);
      return subscriberOf(ctx, scope, id);
    });
    return c.json(subscriberView(subscriber), 201);
  });

  serve(app, routes.list, (c) => {
    const subscribers = listSubscribers(ctx.state, authenticate(c, ctx));
    return c.json(listAnswer(ctx, subscribers.map(subscriberView)), 200);
  });

  serve(app, routes.get, (c) => c.json(subscriberView(findFor(c, ctx, c.req.param('subscriberId')).subscriber), 200));

  serve(app, routes.update, async (c) => {
    const { scope, subscriber } = findFor(c, ctx, c.req.param('subscriberId'));
    const { name, contact } = checked(merged(subscriber, await readJson(c)));
    const rejection = ctx.dispatch({
      type: 'updateSubscriber',
      subscriberId: subscriber.id,
      patch: { name, contact: contactOf(contact) },
    });
    if (rejection) throw rejected(rejection);
    return c.json(subscriberView(subscriberOf(ctx, scope, subscriber.id)), 200);
  });

  serve(app, routes.delete, (c) => {
    const { subscriber } = findFor(c, ctx, c.req.param('subscriberId'));
    const rejection = ctx.dispatch({ type: 'deleteSubscriber', subscriberId: subscriber.id, by: 'user' });
    if (rejection) throw rejected(rejection);
    return c.json(subscriberView({ ...subscriber, status: 'deleted', updatedAt: ctx.now() }), 200);
  });
}

/** The subscriber of that id as far as the caller may see it. */
export function findFor(c: Context, ctx: HttpContext, id: string): { scope: Scope; subscriber: Subscriber } {
  const scope = authenticate(c, ctx);
  return { scope, subscriber: subscriberOf(ctx, scope, id) };
}

function subscriberOf(ctx: HttpContext, scope: Scope, id: string): Subscriber {
  const subscriber = findSubscriber(ctx.state, scope, id);
  if (!subscriber) throw fail('SUBSCRIBER_NOT_FOUND', { id });
  return subscriber;
}

/** A list as the profile answers it: real servers were seen to send `null` for an empty one. */
export function listAnswer<View>(ctx: HttpContext, views: View[]): View[] | null {
  return views.length === 0 && ctx.policy.emptyList === 'null' ? null : views;
}

function contactOf(contact: SubscriberBody['contact']): Contact {
  const {
    notification_channels: channels,
    notification_webhook_url: url,
    notification_webhook_secret: secret,
  } = contact;
  return {
    technicalEmail: contact.technical_email,
    ...(channels && { notificationChannels: channels }),
    ...(url !== undefined && { notificationWebhookUrl: url }),
    ...(secret !== undefined && { notificationWebhookSecret: secret }),
  };
}

/** The body as a creation would send it: what the PATCH leaves out is what is stored. */
function merged({ name, contact }: Subscriber, body: unknown): unknown {
  if (!isObject(body)) return body;
  const stored = {
    technical_email: contact.technicalEmail,
    notification_channels: contact.notificationChannels,
    notification_webhook_url: contact.notificationWebhookUrl,
    notification_webhook_secret: contact.notificationWebhookSecret,
  };
  const sent = body.contact === undefined ? {} : body.contact;
  return { name, ...body, contact: isObject(sent) ? { ...stored, ...sent } : sent };
}
