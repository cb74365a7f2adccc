import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Scope } from '../core/state.ts';
import { show } from '../errors.ts';
import type { LogEntry } from '../runtime/platform-logs.ts';
import { authenticate } from './auth.ts';
import { check, checkedQuery } from './body.ts';
import { listOf } from './control-api.ts';
import { controlRoute } from './control-route.ts';
import { InvalidRequest } from './errors.ts';
import { errorAnswers, json, platformSecurity, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';
import { listAnswer } from './subscribers.ts';
import { wholeNumber } from './whole-number.ts';

const time = z.iso
  .datetime({
    offset: true,
    error: ({ input }) => `must be an RFC 3339 date and time such as 2024-11-15T12:34:56Z, got ${show(input)}`,
  })
  .optional();

/** The names of the range and of the page are not known and assumed (contract, delivery: logs), like newest first. */
const querySchema = z
  .object({
    log_type: z.enum(['action', 'error']).optional(),
    subscriber_id: z.string().optional(),
    subscription_id: z.string().optional(),
    order: z.enum(['asc', 'desc']).default('desc'),
    limit: wholeNumber(1, 1_000, 50),
    page: wholeNumber(1, 999_999_999, 1),
    from: time.openapi({ description: 'Nothing that happened before' }),
    to: time.openapi({ description: 'Nothing that happened after' }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || Date.parse(from) <= Date.parse(to), {
    path: ['from'],
    error: 'must not be after to',
  });

/** The control API is the mock's own: there a misspelt name is refused. */
const controlQuery = querySchema.strict();

const logEntry = z
  .object({
    log_id: z.uuid(),
    log_type: z.enum(['action', 'error']),
    timestamp: z.iso.datetime().openapi({ example: '2024-11-15T12:34:56Z' }),
    operation: z.string().openapi({ example: 'failed_to_deliver_event' }),
    subscriber_id: z.string(),
    subscription_id: z.string(),
    error_type: z.enum(['failed_delivery', 'validation_error']).optional(),
    error_reason: z.string().optional().openapi({ example: 'connection_refused' }),
    error_code: z.int().optional(),
    error_message: z.string().optional(),
    request: z.looseObject({}).optional(),
    response: z.looseObject({}).optional(),
    documentation_url: z.string().optional(),
  })
  .openapi('LogEntry');

const route = createRoute({
  operationId: 'listOwnLogs',
  method: 'get',
  path: '/api/v1/logs',
  tags: ['logs'],
  security: platformSecurity,
  summary: 'What was done and what went wrong in the last 30 days',
  request: { query: querySchema },
  responses: {
    200: { description: 'Newest first unless asked otherwise', ...json(z.object({ items: z.array(logEntry) })) },
    ...errorAnswers(400, 401, 403),
  },
});

const controlLogs = controlRoute({
  method: 'get',
  path: '/_mock/logs',
  name: 'listLogs',
  summary: "The platform's logs of every PIM and client id, newest first unless asked otherwise",
  query: controlQuery,
  answer: listOf(logEntry),
});

/** Mounts the platform's logs, where everybody sees their own. */
export function mountLogs(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, route, (c) => {
    const scope = authenticate(c, ctx);
    const { data, problems } = check(querySchema, c.req.query());
    if (!data) throw new InvalidRequest(problems, ctx.policy.validationStatus);
    return c.json({ items: listAnswer(ctx, logPage(ctx, data, scope)) }, 200);
  });
}

/** Mounts the same in the control API, for all to see. */
export function mountControlLogs(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, controlLogs, (c) => c.json({ items: logPage(ctx, checkedQuery(c, controlQuery)) }));
}

function logPage(ctx: HttpContext, query: z.output<typeof querySchema>, scope?: Scope): LogEntry[] {
  const { order, from, to } = query;
  const newestFirst = ctx.logs.entries({
    scope,
    logType: query.log_type,
    subscriberId: query.subscriber_id,
    subscriptionId: query.subscription_id,
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  });
  const entries = order === 'desc' ? newestFirst : newestFirst.reverse();
  const limit = Number(query.limit);
  const start = (Number(query.page) - 1) * limit;
  return entries.slice(start, start + limit);
}
