import { durationForm, parseDuration } from '../../core/parse-duration.ts';
import { fail } from '../../errors.ts';
import type { ClockBody, ClockMoved } from '../../http/control-api.ts';
import { count, duration, number } from '../../narration/text.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import type { Renderer } from '../render.ts';

/** `aep-mock ctl clock`: what time it is for the mock, and what comes due next. */
export async function clock(options: ClientOptions, { render }: CommandContext): Promise<number> {
  const body = await new ControlClient(options).get<ClockBody>('/_mock/clock');
  const { kind, now, scale } = body;
  const pace = scale === undefined || scale === 1 ? '' : `, ${number(scale)} times as fast as real time`;
  render.data({ type: 'clock', ...body }, `${now}  ${kind} clock${pace}${dueText(body)}`);
  return 0;
}

/** `aep-mock ctl advance 5m`: moves virtual time forward, timer by timer. */
export async function advance(options: ClientOptions & { by: string }, context: CommandContext): Promise<number> {
  // Nothing is the same in every unit.
  const ms = options.by.trim() === '0' ? 0 : parseDuration(options.by);
  if (ms === undefined) throw fail('INVALID_OPTION', { option: 'DURATION', value: options.by, expected: durationForm });
  return moved(
    await new ControlClient(options).postPatiently<ClockMoved>('/_mock/clock/advance', { ms }),
    context.render,
  );
}

/** `aep-mock ctl next`: moves virtual time to the next timer. */
export async function next(options: ClientOptions, { render }: CommandContext): Promise<number> {
  return moved(await new ControlClient(options).postPatiently<ClockMoved>('/_mock/clock/next'), render);
}

/** `aep-mock ctl run-until-idle`: runs timers until none is left. */
export async function runUntilIdle(
  options: ClientOptions & { limit: number | undefined },
  { render }: CommandContext,
): Promise<number> {
  const { limit } = options;
  const wish = limit === undefined ? {} : { limit };
  return moved(await new ControlClient(options).postPatiently<ClockMoved>('/_mock/clock/run-until-idle', wish), render);
}

/** `aep-mock ctl drain`: waits until everything that can be sent has been sent and answered. */
export async function drain(
  { timeout, ...options }: ClientOptions & { timeout: string | undefined },
  { render }: CommandContext,
): Promise<number> {
  const timeout_ms = timeout === undefined ? undefined : parseDuration(timeout);
  if (timeout !== undefined && timeout_ms === undefined)
    throw fail('INVALID_OPTION', { option: '--timeout', value: timeout, expected: durationForm });
  return moved(await new ControlClient(options).postPatiently<ClockMoved>('/_mock/drain', { timeout_ms }), render);
}

/** What happened on the way. */
function moved(body: ClockMoved, render: Renderer): number {
  const { now, moved_ms, timers, attempts, delivered, dropped, discarded } = body;
  const ran = timers === 0 ? 'nothing was due' : `${duration(moved_ms)} later`;
  const outcomes = `${count(attempts, 'attempt')}, ${number(delivered)} delivered, ${number(dropped)} dropped`;
  const lost = discarded > 0 ? `, ${number(discarded)} discarded` : '';
  render.data({ type: 'clock.moved', ...body }, `${now}  ${ran}: ${outcomes}${lost}${dueText(body)}`);
  return 0;
}

const dueText = ({ next_due_at: dueAt }: ClockBody): string =>
  dueAt === undefined ? '; nothing is due' : `; next due ${dueAt}`;
