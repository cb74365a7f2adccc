/** The part of the control API with which a developer does what users of the platform, the platform itself and the PIM's staff do. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Actor, Input } from '../core/types.ts';
import { fail } from '../errors.ts';
import { matchId } from '../runtime/match-id.ts';
import { checked, readJson, readOptionalJson } from './body.ts';
import type { ConnectionAnswer, TransitionAnswer } from './control-api.ts';
import { rejected } from './errors.ts';
import { json, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const tags = ['control'];
const answer = (description: string) => ({ 200: { description, ...json(z.looseObject({})) } });
const inPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } }) as const;

const bySchema = z.object({ by: z.enum(['system', 'user']).default('system') });
const permissionSchema = z.object({ granted: z.boolean() });

const transition = <Path extends string>(path: Path, summary: string) =>
  createRoute({
    method: 'post',
    path,
    tags,
    summary,
    parameters: [inPath('id')],
    request: { body: { required: false, ...json(bySchema) } },
    responses: answer('The status now, and how many deliveries were lost'),
  });

const routes = {
  suspend: transition('/_mock/subscriptions/{id}/suspend', 'Suspend a subscription; what is queued is lost'),
  resume: transition('/_mock/subscriptions/{id}/resume', 'Resume a subscription with a fresh window and rate'),
  revoke: transition('/_mock/subscriptions/{id}/revoke', 'Revoke a subscription, for good'),
  remove: createRoute({
    method: 'post',
    path: '/_mock/connections/{clientId}/remove',
    tags,
    summary: 'Remove a connection or app from the PIM: what it subscribed is revoked, its tokens end',
    parameters: [inPath('clientId')],
    responses: answer('What was revoked'),
  }),
  permission: createRoute({
    method: 'put',
    path: '/_mock/connections/{clientId}/permission',
    tags,
    summary: 'Grant or withdraw the "Event Platform" permission; withdrawn, what it subscribed is suspended',
    parameters: [inPath('clientId')],
    request: { body: { required: true, ...json(permissionSchema) } },
    responses: answer('What was suspended'),
  }),
};

export function mountTransitions(app: OpenAPIHono, ctx: HttpContext): void {
  const change = (
    route: typeof routes.suspend | typeof routes.resume | typeof routes.revoke,
    make: MakeTransition,
  ): void =>
    serve(app, route, async (c) => {
      const { by } = checked(bySchema, await readOptionalJson(c));
      const id = subscriptionIdOf(ctx, c.req.param('id'));
      const input = make(id, by);
      const lost = dispatch(ctx, input);
      const status = ctx.state.subscriptions.get(id)?.status ?? 'deleted';
      return c.json({ id, status, by: input.by, lost } satisfies TransitionAnswer);
    });
  change(routes.suspend, (subscriptionId, by) => ({ type: 'suspend', subscriptionId, by, reason: 'requested' }));
  // Only users resume (contract, delivery: transitions).
  change(routes.resume, (subscriptionId) => ({ type: 'resume', subscriptionId, by: 'user' }));
  change(routes.revoke, (subscriptionId, by) => ({ type: 'revoke', subscriptionId, by, reason: 'requested' }));
  serve(app, routes.remove, (c) =>
    c.json(changeConnection(ctx, { type: 'removeConnection', clientId: c.req.param('clientId') })),
  );
  serve(app, routes.permission, async (c) => {
    const { granted } = checked(permissionSchema, await readJson(c));
    return c.json(changeConnection(ctx, { type: 'setPermission', clientId: c.req.param('clientId'), granted }));
  });
}

type MakeTransition = (subscriptionId: string, by: Actor) => Input & { by: Actor };

/** The subscription that is meant: its id, or as much of it as tells it from the others. */
function subscriptionIdOf({ state }: HttpContext, given: string): string {
  const id = matchId(given, state.subscriptions.keys(), 'subscription');
  if (id === undefined) throw fail('SUBSCRIPTION_NOT_FOUND', { id: given });
  return id;
}

/** Answers how many deliveries were lost by it. */
function dispatch(ctx: HttpContext, input: Input): number {
  const before = ctx.state.counters.discarded;
  const rejection = ctx.dispatch(input);
  if (rejection) throw rejected(rejection);
  return ctx.state.counters.discarded - before;
}

function changeConnection(ctx: HttpContext, input: Extract<Input, { clientId: string }>): ConnectionAnswer {
  const before = new Map([...ctx.state.subscriptions.values()].map(({ id, status }) => [id, status]));
  const lost = dispatch(ctx, input);
  const changed = [...ctx.state.subscriptions.values()].filter(({ id, status }) => before.get(id) !== status);
  return { client_id: input.clientId, subscriptions: changed.map(({ id, status }) => ({ id, status })), lost };
}
