/** The way of an outcome in: verdict, rolling window and rate, and what becomes of the delivery and its subscription. */
import { assess, tally, tallyOf, thresholdReason } from './health.ts';
import { applyLifecycle } from './lifecycle.ts';
import { closeIfEmpty, insert, owedOf, putBack, refOf, sizeOf } from './queue.ts';
import { noteAcknowledged, noteThrottled } from './rate.ts';
import { judge } from './retry.ts';
import { dropOverflow, pump, schedule } from './sending.ts';
import type { Lane } from './state.ts';
import { addTimer } from './timers.ts';
import type { HealthView, InFlightDelivery, Input, JournalFact, Outcome, Subscription, Verdict } from './types.ts';
import { record, recorder, type Stamp, type Work } from './work.ts';

export function finishAttempt(
  work: Work,
  { subscriptionId, deliveryId, attempt, outcome }: Extract<Input, { type: 'attemptFinished' }>,
): void {
  const { state, now, policy } = work;
  const lane = state.lanes.get(subscriptionId);
  const delivery = lane?.live.get(deliveryId);
  // An answer to something that is no longer in flight changes nothing.
  if (!lane || delivery?.state !== 'inFlight' || delivery.attempt !== attempt) return;
  lane.live.delete(deliveryId);
  lane.inFlight--;

  const subscription = state.subscriptions.get(subscriptionId);
  // A resume begins a new life: it hears what an earlier one sent out, and does not answer for it.
  const isCurrent = subscription?.status === 'active' && delivery.epoch === lane.epoch;
  const judged = judge(outcome, { attempt, publishedAt: delivery.event.publishedAt, now }, policy);
  const verdict = isCurrent || judged.do === 'deliver' ? judged : lost(subscription);
  const isCounted = isCurrent && subscription.config.type === 'https';
  const health = isCounted ? count(work, lane, delivery, outcome) : undefined;
  const { event, destination, duplicateOf, fault } = delivery;
  const { id: eventId, type: eventType } = event;
  const finished: JournalFact & Stamp = {
    type: 'attempt.finished',
    deliveryId,
    eventId,
    eventType,
    subscriptionId,
    attempt,
    destination,
    outcome,
    verdict,
    seq: 0,
    at: now,
  };
  if (health) finished.health = health;
  if (duplicateOf !== undefined) finished.duplicateOf = duplicateOf;
  if (fault) finished.fault = fault;
  record(work, finished);
  act(work, lane, delivery, verdict);
  if (health?.suspends) suspendByThreshold(work, subscriptionId);
  pump(work, subscriptionId, lane);
  closeIfEmpty(state, subscriptionId, lane);
}

/** Adapts the rate and counts the request in the rolling window. Undefined when no request happened. */
function count(work: Work, lane: Lane, delivery: InFlightDelivery, outcome: Outcome): HealthView | undefined {
  const { now, policy } = work;
  const counted = tallyOf(outcome, policy);
  if (counted === undefined) return undefined;
  if (counted === 'ok') {
    noteAcknowledged(lane.rate, policy);
    // It was delivered in the end: the 429s before it never count.
    lane.window.throttled.delete(delivery.id);
  }
  if (counted === '429') noteThrottled(lane.rate, now, policy);
  if (counted !== '429' || !waitsToCount(work, lane, delivery)) tally(lane.window, counted, now, policy);
  return assess(lane.window, now, policy);
}

/** A 429 may count only once its event has been undelivered for long enough; until then it is remembered. */
function waitsToCount(
  { state, now, policy }: Work,
  lane: Lane,
  { id: deliveryId, subscriptionId, event }: InFlightDelivery,
): boolean {
  const countsAt = event.publishedAt + policy.throttledCountsAfterMs;
  if (now >= countsAt) return false;
  const remembered = lane.window.throttled.get(deliveryId);
  if (remembered) remembered.times++;
  else {
    lane.window.throttled.set(deliveryId, { countsAt, times: 1 });
    addTimer(state, { at: countsAt, kind: 'throttled', subscriptionId, deliveryId });
  }
  return true;
}

function suspendByThreshold(work: Work, subscriptionId: string): void {
  const { state, now, policy } = work;
  // The outcome itself may have ended it already.
  if (state.subscriptions.get(subscriptionId)?.status !== 'active') return;
  const reason = thresholdReason(policy);
  applyLifecycle(state, { type: 'suspend', subscriptionId, by: 'system', reason }, now, policy, recorder(work));
}

/** An answer that comes after the subscription stopped being active can acknowledge, and nothing else. */
function lost(subscription: Subscription | undefined): Verdict {
  return {
    do: 'discard',
    reason: subscription?.status === 'revoked' ? 'revoked' : subscription ? 'suspended' : 'deleted',
  };
}

function act(work: Work, lane: Lane, delivery: InFlightDelivery, verdict: Verdict): void {
  const { state, now, policy } = work;
  const { subscriptionId, attempt, fault } = delivery;
  switch (verdict.do) {
    case 'deliver':
      state.counters.delivered++;
      return;
    case 'retry':
      schedule(work, lane, { ...owedOf(delivery), state: 'scheduled', attempt: attempt + 1, dueAt: verdict.dueAt });
      return;
    case 'drop':
      state.counters.dropped++;
      record(work, { type: 'delivery.dropped', reason: verdict.reason, ...refOf(delivery) });
      return;
    case 'discard':
      state.counters.discarded++;
      record(work, { type: 'delivery.discarded', reason: verdict.reason, ...refOf(delivery) });
      return;
    case 'hold':
      // The attempt did not happen: nobody was at the other end of the relay.
      state.counters.attempts--;
      // It keeps the fault that it would have met: a rule for the first two is about two that happen.
      putBack(
        lane.queue,
        { ...owedOf(delivery), ...(fault && { fault }), state: 'queued', attempt, place: 0 },
        policy.concurrency,
      );
      if (lane.gate === 'open') {
        lane.gate = 'held';
        record(work, { type: 'relay.held', subscriptionId, waiting: sizeOf(lane.queue) });
      }
      dropOverflow(work, lane);
      return;
    case 'suspend':
    case 'revoke':
      // Back into the queue first: it is lost together with the rest.
      insert(lane.queue, { ...owedOf(delivery), state: 'queued', attempt, place: lane.nextPlace });
      applyLifecycle(
        state,
        { type: verdict.do, subscriptionId, by: 'system', reason: verdict.reason },
        now,
        policy,
        recorder(work),
      );
      return;
  }
}

export function countThrottled(work: Work, lane: Lane, subscriptionId: string, deliveryId: string): void {
  const { now, policy } = work;
  const remembered = lane.window.throttled.get(deliveryId);
  if (!remembered) return;
  lane.window.throttled.delete(deliveryId);
  tally(lane.window, '429', now, policy, remembered.times);
  if (assess(lane.window, now, policy).suspends) suspendByThreshold(work, subscriptionId);
}
