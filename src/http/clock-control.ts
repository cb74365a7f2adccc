/** The part of the control API that moves the mock's clock, and waits until there is nothing left to do. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { durationForm, parseDuration } from '../core/parse-duration.ts';
import { countTimers, nextDueAt } from '../core/timers.ts';
import { fail } from '../errors.ts';
import { within } from '../runtime/clock.ts';
import { checked, readOptionalJson } from './body.ts';
import { type ClockBody, type ClockMoved, clockAnswer, clockMovedAnswer } from './control-api.ts';
import { controlRoute } from './control-route.ts';
import { isoTime } from './delivery-views.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

/** Ten years: further than any retry, and it keeps a slip of the keyboard from running for ever. */
const longestMs = 315_360_000_000;

/** Ten minutes: whoever waits longer asks again. */
const longestDrainMs = 600_000;

const byText = z.string().transform((text, problems) => {
  const ms = parseDuration(text);
  if (ms === undefined)
    problems.addIssue({ code: 'custom', message: `must be ${durationForm}, got ${JSON.stringify(text)}` });
  return ms ?? z.NEVER;
});
const advanceSchema = z
  .strictObject({
    ms: z.int().min(0).max(longestMs).optional(),
    by: byText.optional().openapi({ type: 'string', example: '5m' }),
  })
  .refine(({ ms, by }) => (ms === undefined) !== (by === undefined), {
    message: 'needs either ms or by, for example {"by": "5m"}',
  });
const drainSchema = z.strictObject({
  timeout_ms: z.int().min(0).max(longestDrainMs).default(30_000).openapi({ description: 'In real time' }),
});
const limitSchema = z.strictObject({ limit: z.int().min(1).max(1_000_000).optional() });

const move = <Path extends string>(path: Path, name: string, summary: string, schema?: z.ZodType) =>
  controlRoute({
    method: 'post',
    path,
    name,
    summary,
    ...(schema && { body: { schema, required: false } }),
    answer: clockMovedAnswer,
    errors: [409],
  });

const routes = {
  read: controlRoute({
    method: 'get',
    path: '/_mock/clock',
    name: 'readClock',
    summary: 'What time it is for the mock, and what comes due next',
    answer: clockAnswer,
  }),
  advance: move('/_mock/clock/advance', 'advanceClock', 'Move virtual time forward, timer by timer', advanceSchema),
  next: move('/_mock/clock/next', 'advanceToNextTimer', 'Move virtual time to the next timer'),
  run: move('/_mock/clock/run-until-idle', 'runUntilIdle', 'Run timers until none is left', limitSchema),
  drain: move(
    '/_mock/drain',
    'drain',
    'Wait until everything that can be sent has been sent and answered; retries and what is held are left',
    drainSchema,
  ),
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
  serve(app, routes.drain, async (c) => {
    const { timeout_ms: timeoutMs } = checked(drainSchema, await readOptionalJson(c));
    return c.json(await whatHappens(ctx, () => drain(ctx, timeoutMs)));
  });
}

/** @throws WAIT_TIMEOUT */
async function drain({ drain, expectations }: HttpContext, timeoutMs: number): Promise<undefined> {
  let isDrained = false;
  await within(
    timeoutMs,
    drain().then(() => {
      isDrained = true;
    }),
  );
  if (isDrained) return;
  const reason = `there was still something to be sent or answered after ${timeoutMs} ms`;
  throw fail('WAIT_TIMEOUT', { reason, timeline: expectations.timeline() });
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
