/** The part of the control API with which a developer does what users of the platform, the platform itself and the PIM's staff do. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Actor, Input } from '../core/types.ts';
import { fail } from '../errors.ts';
import { matchId } from '../runtime/match-id.ts';
import { checked, readJson, readOptionalJson } from './body.ts';
import { type ConnectionAnswer, connectionAnswer, type TransitionAnswer, transitionAnswer } from './control-api.ts';
import { controlRoute, idInPath } from './control-route.ts';
import { rejected } from './errors.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const bySchema = z.strictObject({ by: z.enum(['system', 'user']).default('system') });
const permissionSchema = z.strictObject({ granted: z.boolean() });

const transition = <Path extends string>(path: Path, name: string, summary: string) =>
  controlRoute({
    method: 'post',
    path,
    name,
    summary,
    parameters: [idInPath('id')],
    body: { schema: bySchema, required: false },
    answer: transitionAnswer,
    errors: [404, 409],
  });

const routes = {
  suspend: transition(
    '/_mock/subscriptions/{id}/suspend',
    'suspendSubscription',
    'Suspend a subscription; what is queued is lost',
  ),
  resume: transition(
    '/_mock/subscriptions/{id}/resume',
    'resumeSubscription',
    'Resume a subscription with a fresh window and rate',
  ),
  revoke: transition('/_mock/subscriptions/{id}/revoke', 'revokeSubscription', 'Revoke a subscription, for good'),
  remove: controlRoute({
    method: 'post',
    path: '/_mock/connections/{clientId}/remove',
    name: 'removeConnection',
    summary: 'Remove a connection or app from the PIM: what it subscribed is revoked, its tokens end',
    parameters: [idInPath('clientId')],
    answer: connectionAnswer,
    errors: [404],
  }),
  permission: controlRoute({
    method: 'put',
    path: '/_mock/connections/{clientId}/permission',
    name: 'setPermission',
    summary: 'Grant or withdraw the "Event Platform" permission; withdrawn, what it subscribed is suspended',
    parameters: [idInPath('clientId')],
    body: { schema: permissionSchema, required: true },
    answer: connectionAnswer,
    errors: [404],
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
export function subscriptionIdOf({ state }: HttpContext, given: string): string {
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
