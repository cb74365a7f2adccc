/** The control API under `/_mock`: what the commands, tests and other languages drive the mock with. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AepMockError } from '../errors.ts';
import { mountClockControl } from './clock-control.ts';
import { type ErrorBody, emailAnswer, type HealthBody, healthAnswer, listOf, stateAnswer } from './control-api.ts';
import { controlRoute } from './control-route.ts';
import { mountDeliveries } from './deliveries.ts';
import { isoTime } from './delivery-views.ts';
import { InvalidRequest } from './errors.ts';
import { mountEventDrafts } from './event-drafts.ts';
import { mountExpectations } from './expectations.ts';
import { mountFaults } from './faults.ts';
import { mountInspect } from './inspect.ts';
import { mountJournal } from './journal-poll.ts';
import { mountControlLogs } from './logs.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';
import { mountPublish } from './publish.ts';
import { mountPubSub } from './pubsub.ts';
import { mountRotateSecret } from './rotate-secret.ts';
import { mountSnapshots } from './snapshots.ts';
import { stateBody } from './state-view.ts';
import { mountTransitions } from './transitions.ts';
import { mountWhy } from './why.ts';

const routes = {
  health: controlRoute({
    method: 'get',
    path: '/_mock/health',
    name: 'readHealth',
    summary: 'Whether the mock is ready',
    answer: healthAnswer,
  }),
  state: controlRoute({
    method: 'get',
    path: '/_mock/state',
    name: 'readState',
    summary: 'Counters, subscriptions with their queues, tunnels',
    answer: stateAnswer,
  }),
  outbox: controlRoute({
    method: 'get',
    path: '/_mock/outbox',
    name: 'listEmails',
    summary: 'The e-mails that the platform would have sent, newest first',
    answer: listOf(emailAnswer),
  }),
  reset: controlRoute({
    method: 'post',
    path: '/_mock/reset',
    name: 'reset',
    summary: 'Everything as it was at the start; tunnels stay',
    answer: healthAnswer,
  }),
};

export function mountControl(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, routes.health, (c) => c.json(health(ctx)));
  serve(app, routes.state, (c) => c.json(stateBody(ctx)));
  serve(app, routes.outbox, (c) => c.json({ items: ctx.outbox.emails() }));
  serve(app, routes.reset, (c) => {
    ctx.reset();
    return c.json(health(ctx));
  });
  mountPublish(app, ctx);
  mountEventDrafts(app, ctx);
  mountDeliveries(app, ctx);
  mountInspect(app, ctx);
  mountJournal(app, ctx);
  mountExpectations(app, ctx);
  mountClockControl(app, ctx);
  mountTransitions(app, ctx);
  mountRotateSecret(app, ctx);
  mountFaults(app, ctx);
  mountControlLogs(app, ctx);
  mountSnapshots(app, ctx);
  mountWhy(app, ctx);
  mountPubSub(app, ctx);
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
