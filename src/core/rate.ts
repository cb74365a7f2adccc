/** Rate adaptation of https destinations (contract, delivery: the two profiles). `Retry-After` is ignored: nothing here reads it. */
import type { Policy } from './profile.ts';
import type { Rate } from './state.ts';

export const freshRate = (policy: Policy): Rate => ({
  perSecond: Math.min(policy.rateStart, policy.rateMax ?? policy.rateStart),
  nextSendAt: 0,
  acknowledged: 0,
  slowedAt: null,
});

/** The earliest time of the next send. */
export const nextSendAt = (rate: Rate, policy: Policy): number => (policy.rateMax === null ? 0 : rate.nextSendAt);

/**
 * Notes a send. Sends are spaced evenly; one that leaves a little late, because a timer fired late, does not push the following ones
 * back, so that the average holds.
 */
export function noteSend(rate: Rate, now: number): void {
  const spacingMs = 1_000 / rate.perSecond;
  const due = now - rate.nextSendAt < spacingMs ? rate.nextSendAt : now;
  rate.nextSendAt = due + spacingMs;
}

/** A second's worth of acknowledged deliveries speeds the lane up by one step. */
export function noteAcknowledged(rate: Rate, policy: Policy): void {
  if (++rate.acknowledged < rate.perSecond) return;
  rate.acknowledged = 0;
  rate.perSecond = Math.min(rate.perSecond + policy.rateUp, policy.rateMax ?? Number.POSITIVE_INFINITY);
}

/** Steps down are spaced in time: a burst of 429s says once what it has to say. */
const stepDownSpacingMs = 1_000;

/** A 429 slows the lane down. */
export function noteThrottled(rate: Rate, now: number, policy: Policy): void {
  rate.acknowledged = 0;
  if (rate.slowedAt !== null && now - rate.slowedAt < stepDownSpacingMs) return;
  rate.slowedAt = now;
  rate.perSecond = Math.max(rate.perSecond * policy.rateDown, policy.rateMin);
}
