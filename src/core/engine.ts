/**
 * The delivery engine: `step` takes the state, one input and the time, changes the state and answers what has to be done.
 * It is the only place that turns verdicts into changes and effects. It performs nothing, waits for nothing and never throws.
 */
import { applyLifecycle } from './lifecycle.ts';
import type { Policy } from './profile.ts';
import {
  addTimer,
  closeIfEmpty,
  heldLimit,
  openLane,
  push,
  putBack,
  refOf,
  sizeOf,
  take,
  takeDueTimer,
} from './queue.ts';
import { judge } from './retry.ts';
import { destinationName, type Lane, routeOf, type State } from './state.ts';
import type {
  Effect,
  InFlightDelivery,
  Input,
  JournalFact,
  Outcome,
  QueuedDelivery,
  SealedEvent,
  Step,
  Subscription,
  Verdict,
} from './types.ts';

/** What one step works with. */
interface Work {
  state: State;
  now: number;
  policy: Policy;
  effects: Effect[];
}

export function step(state: State, input: Input, now: number, policy: Policy): Step {
  const work: Work = { state, now, policy, effects: [] };
  switch (input.type) {
    case 'publish':
      publish(work, input.event);
      break;
    case 'attemptFinished':
      finishAttempt(work, input.subscriptionId, input.deliveryId, input.outcome);
      break;
    case 'openGate':
      openGate(work, input.subscriptionId);
      break;
    case 'tick':
      wakeDueRetries(work);
      break;
    default: {
      const rejection = applyLifecycle(state, input, now, policy, recorder(work));
      if (rejection) return { effects: [], rejection };
    }
  }
  return { effects: work.effects };
}

const record = (work: Work, entry: JournalFact): void => {
  work.effects.push({ type: 'record', entry });
};
const recorder = (work: Work) => (entry: JournalFact) => record(work, entry);

function publish(work: Work, event: SealedEvent): void {
  const { state } = work;
  const route = routeOf(state, event.type, event.source);
  state.counters.published++;
  record(work, { type: 'event.published', eventId: event.id, eventType: event.type, deliveries: route.length });
  for (const subscriptionId of route) {
    const lane = state.lanes.get(subscriptionId) ?? openLane(state, subscriptionId);
    const order = state.nextDelivery++;
    enqueue(work, lane, { state: 'queued', id: `d${order}`, order, subscriptionId, event, attempt: 1 });
  }
}

function enqueue(work: Work, lane: Lane, delivery: QueuedDelivery): void {
  push(lane.queue, delivery);
  if (lane.gate === 'held') dropOverflow(work, lane);
  else pump(work, delivery.subscriptionId, lane);
}

/** Starts queued deliveries while there are free slots (profile: concurrency). */
function pump(work: Work, subscriptionId: string, lane: Lane): void {
  const { state, now, policy } = work;
  const subscription = state.subscriptions.get(subscriptionId);
  if (subscription?.status !== 'active' || lane.gate === 'held') return;
  const destination = destinationName(subscription);
  while (lane.inFlight < policy.concurrency) {
    const next = take(lane.queue);
    if (!next) return;
    const delivery: InFlightDelivery = { ...next, state: 'inFlight', startedAt: now, destination };
    lane.live.set(delivery.id, delivery);
    lane.inFlight++;
    state.counters.attempts++;
    record(work, { type: 'attempt.started', ...refOf(delivery), attempt: delivery.attempt, destination });
    work.effects.push({ type: 'attempt', delivery, subscription });
  }
}

function finishAttempt(work: Work, subscriptionId: string, deliveryId: string, outcome: Outcome): void {
  const { state, now, policy } = work;
  const lane = state.lanes.get(subscriptionId);
  const delivery = lane?.live.get(deliveryId);
  // An answer to something that is no longer in flight changes nothing.
  if (!lane || delivery?.state !== 'inFlight') return;
  lane.live.delete(deliveryId);
  lane.inFlight--;

  const subscription = state.subscriptions.get(subscriptionId);
  const facts = { attempt: delivery.attempt, publishedAt: delivery.event.publishedAt, now };
  const verdict = stopped(judge(outcome, facts, policy), subscription);
  record(work, {
    type: 'attempt.finished',
    ...refOf(delivery),
    attempt: delivery.attempt,
    destination: delivery.destination,
    outcome,
    verdict,
  });
  act(work, lane, delivery, verdict);
  pump(work, subscriptionId, lane);
  closeIfEmpty(state, subscriptionId, lane);
}

/** An answer that comes after the subscription stopped being active can acknowledge, and nothing else. */
function stopped(verdict: Verdict, subscription: Subscription | undefined): Verdict {
  if (verdict.do === 'deliver' || subscription?.status === 'active') return verdict;
  return {
    do: 'discard',
    reason: subscription?.status === 'suspended' ? 'suspended' : subscription ? 'revoked' : 'deleted',
  };
}

function act(work: Work, lane: Lane, delivery: InFlightDelivery, verdict: Verdict): void {
  const { state, now, policy } = work;
  const { id, order, subscriptionId, event, attempt } = delivery;
  switch (verdict.do) {
    case 'deliver':
      state.counters.delivered++;
      return;
    case 'retry': {
      const scheduled = {
        state: 'scheduled',
        id,
        order,
        subscriptionId,
        event,
        attempt: attempt + 1,
        dueAt: verdict.dueAt,
      } as const;
      lane.live.set(id, scheduled);
      addTimer(state, scheduled);
      return;
    }
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
      putBack(lane.queue, { state: 'queued', id, order, subscriptionId, event, attempt }, policy.concurrency);
      if (lane.gate === 'open') {
        lane.gate = 'held';
        record(work, { type: 'relay.held', subscriptionId, waiting: sizeOf(lane.queue) });
      }
      dropOverflow(work, lane);
      return;
    case 'suspend':
    case 'revoke':
      // Back into the queue first: it is lost together with the rest.
      push(lane.queue, { state: 'queued', id, order, subscriptionId, event, attempt });
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

/** Holding is bounded: beyond the limit the oldest goes, and says so. */
function dropOverflow(work: Work, lane: Lane): void {
  while (sizeOf(lane.queue) > heldLimit) {
    const oldest = take(lane.queue);
    if (!oldest) return;
    work.state.counters.dropped++;
    record(work, { type: 'delivery.dropped', reason: 'held_overflow', ...refOf(oldest) });
  }
}

function openGate(work: Work, subscriptionId: string): void {
  const lane = work.state.lanes.get(subscriptionId);
  if (lane?.gate !== 'held') return;
  lane.gate = 'open';
  pump(work, subscriptionId, lane);
}

/** Retries whose time has come join the end of their queue: order is not promised (R11). */
function wakeDueRetries(work: Work): void {
  const { state, now } = work;
  for (let timer = takeDueTimer(state, now); timer; timer = takeDueTimer(state, now)) {
    const lane = state.lanes.get(timer.subscriptionId);
    const delivery = lane?.live.get(timer.deliveryId);
    // The delivery may have been discarded since.
    if (!lane || delivery?.state !== 'scheduled' || delivery.dueAt !== timer.at) continue;
    lane.live.delete(delivery.id);
    const { id, order, subscriptionId, event, attempt } = delivery;
    enqueue(work, lane, { state: 'queued', id, order, subscriptionId, event, attempt });
  }
}
