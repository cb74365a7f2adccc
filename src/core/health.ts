/** The rolling window of a subscription and its distance from being suspended (contract, delivery: the two profiles). */

import { classifyOutcome } from './outcome.ts';
import type { Policy } from './profile.ts';
import type { Tally, Window } from './state.ts';
import type { HealthView, Outcome, StopReason } from './types.ts';

const slotsInWindow = 60;
const classes = ['ok', '5xx', '429', 'timeout', 'other'] as const;
/** The classes that have a limit of their own under the rule of 2024. */
const limitedClasses = ['5xx', 'timeout', '429'] as const;

const freshTally = (): Tally => ({ ok: 0, '5xx': 0, '429': 0, timeout: 0, other: 0 });

export const freshWindow = (): Window => ({ slots: [], sum: freshTally(), throttled: new Map() });

/** What an outcome counts as; undefined when the request did not happen, and for brokers, whose success is not counted. */
export function tallyOf(outcome: Outcome, policy: Policy): keyof Tally | undefined {
  switch (outcome.kind) {
    case 'held':
    case 'refused':
    case 'published':
    case 'publishFailed':
      return undefined;
    case 'timeout':
      return 'timeout';
    case 'transportError':
      return policy.unreachableCountsAs === 'timeout' ? 'timeout' : undefined;
    case 'answered':
      if (classifyOutcome(outcome, policy) === 'acknowledged') return 'ok';
      if (outcome.status === 429) return '429';
      return outcome.status >= 500 ? '5xx' : 'other';
  }
}

/** Counts requests at the time `now`. */
export function tally(window: Window, counted: keyof Tally, now: number, policy: Policy, times = 1): void {
  const slotMs = policy.windowMs / slotsInWindow;
  const from = Math.floor(now / slotMs) * slotMs;
  let slot = window.slots.at(-1);
  if (slot?.from !== from) {
    slot = { from, ...freshTally() };
    window.slots.push(slot);
  }
  slot[counted] += times;
  window.sum[counted] += times;
}

/** How the subscription does at the time `now`. Forgets what has left the window. */
export function assess(window: Window, now: number, policy: Policy): HealthView {
  forgetOlderThan(window, now - policy.windowMs);
  const { sum } = window;
  const requests = sum.ok + sum['5xx'] + sum['429'] + sum.timeout + sum.other;
  const share = (count: number): number => (requests === 0 ? 0 : count / requests);
  const successRate = requests === 0 ? 1 : sum.ok / requests;

  const { failureShareLimit, successRateFloor, windowLeastRequests: leastRequests } = policy;
  const enough = requests >= leastRequests;
  const worst = limitedClasses.reduce((a, b) => (sum[b] > sum[a] ? b : a));
  const isOverShare = failureShareLimit !== null && share(sum[worst]) > failureShareLimit;
  const isUnderFloor = successRateFloor !== null && successRate < successRateFloor;
  const nearest =
    failureShareLimit !== null
      ? { measure: worst, value: share(sum[worst]), limit: failureShareLimit }
      : { measure: 'success rate', value: successRate, limit: successRateFloor ?? 0 };
  return { requests, successRate, nearest, leastRequests, suspends: enough && (isOverShare || isUnderFloor) };
}

function forgetOlderThan({ slots, sum }: Window, oldest: number): void {
  let expired = 0;
  for (const slot of slots) {
    if (slot.from > oldest) break;
    for (const name of classes) sum[name] -= slot[name];
    expired++;
  }
  if (expired > 0) slots.splice(0, expired);
}

/** Which of the two rules a suspension follows. */
export const thresholdReason = (policy: Policy): StopReason =>
  policy.failureShareLimit !== null ? 'failure_share' : 'success_rate';
