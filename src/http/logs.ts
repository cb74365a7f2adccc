import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { show } from '../errors.ts';
import { authenticate } from './auth.ts';
import { check } from './body.ts';
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

export function mountLogs(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, route, (c) => {
    const scope = authenticate(c, ctx);
    const { data, problems } = check(querySchema, c.req.query());
    if (!data) throw new InvalidRequest(problems, ctx.policy.validationStatus);
    const { order, from, to } = data;
    const newestFirst = ctx.logs.entries({
      scope,
      logType: data.log_type,
      subscriberId: data.subscriber_id,
      subscriptionId: data.subscription_id,
      from: from === undefined ? undefined : Date.parse(from),
      to: to === undefined ? undefined : Date.parse(to),
    });
    const entries = order === 'desc' ? newestFirst : newestFirst.reverse();
    const limit = Number(data.limit);
    const start = (Number(data.page) - 1) * limit;
    return c.json({ items: listAnswer(ctx, entries.slice(start, start + limit)) }, 200);
  });
}
