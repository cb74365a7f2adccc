/** The part of the control API that moves the mock's clock. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { durationForm, parseDuration } from '../core/parse-duration.ts';
import { countTimers, nextDueAt } from '../core/timers.ts';
import { checked, readOptionalJson } from './body.ts';
import type { ClockBody, ClockMoved } from './control-api.ts';
import { isoTime } from './delivery-views.ts';
import { json, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const tags = ['control'];
const answer = (description: string) => ({ description, ...json(z.looseObject({})) });
const moved = { 200: answer('Where the clock is now, and what happened on the way') };
/** Ten years: further than any retry, and it keeps a slip of the keyboard from running for ever. */
const longestMs = 315_360_000_000;

const byText = z.string().transform((text, problems) => {
  const ms = parseDuration(text);
  if (ms === undefined)
    problems.addIssue({ code: 'custom', message: `must be ${durationForm}, got ${JSON.stringify(text)}` });
  return ms ?? z.NEVER;
});
const advanceSchema = z
  .object({
    ms: z.int().min(0).max(longestMs).optional(),
    by: byText.optional().openapi({ type: 'string', example: '5m' }),
  })
  .refine(({ ms, by }) => (ms === undefined) !== (by === undefined), {
    message: 'needs either ms or by, for example {"by": "5m"}',
  });
const limitSchema = z.object({ limit: z.int().min(1).max(1_000_000).optional() });

const route = <Path extends string>(path: Path, summary: string, body?: z.ZodType) =>
  createRoute({
    method: 'post',
    path,
    tags,
    summary,
    ...(body && { request: { body: { required: false, ...json(body) } } }),
    responses: moved,
  });

const routes = {
  read: createRoute({
    method: 'get',
    path: '/_mock/clock',
    tags,
    summary: 'What time it is for the mock, and what comes due next',
    responses: { 200: answer('The clock') },
  }),
  advance: route('/_mock/clock/advance', 'Move virtual time forward, timer by timer', advanceSchema),
  next: route('/_mock/clock/next', 'Move virtual time to the next timer'),
  run: route('/_mock/clock/run-until-idle', 'Run timers until none is left', limitSchema),
};

export function mountClockControl(app: OpenAPIHono, ctx: HttpContext): void {
  const { clock } = ctx;
  serve(app, routes.read, (c) => c.json(clockBody(ctx)));
  serve(app, routes.advance, async (c) => {
    const { ms, by } = checked(advanceSchema, await readOptionalJson(c));
    return c.json(await whatHappens(ctx, () => clock.advance(ms ?? by ?? 0).then(() => undefined)));
  });
  serve(app, routes.next, async (c) => c.json(await whatHappens(ctx, async () => ((await clock.next()) ? 1 : 0))));
  serve(app, routes.run, async (c) => {
    const { limit } = checked(limitSchema, await readOptionalJson(c));
    return c.json(await whatHappens(ctx, () => clock.runUntilIdle(limit === undefined ? {} : { limit })));
  });
}

function clockBody({ clock, state }: HttpContext): ClockBody {
  const { kind, scale } = clock;
  const dueAt = clock.nextDueAt ?? nextDueAt(state);
  return {
    kind,
    now: isoTime(clock.now()),
    ...(scale !== undefined && { scale }),
    ...(dueAt !== undefined && { next_due_at: isoTime(dueAt) }),
    pending_timers: countTimers(state),
  };
}

/** Moves the clock and counts what happened meanwhile. */
async function whatHappens(ctx: HttpContext, move: () => Promise<number | undefined>): Promise<ClockMoved> {
  const startedAt = ctx.now();
  const before = { ...ctx.state.counters };
  const timers = await move();
  const { counters } = ctx.state;
  return {
    ...clockBody(ctx),
    moved_ms: ctx.now() - startedAt,
    ...(timers !== undefined && { timers }),
    attempts: counters.attempts - before.attempts,
    delivered: counters.delivered - before.delivered,
    dropped: counters.dropped - before.dropped,
    discarded: counters.discarded - before.discarded,
  };
}
