/** The way of a delivery out: into its lane's queue, and from there as fast as slots and rate allow. */
import { type Disorder, shuffleWaitMs } from './disorder.ts';
import { chooseFault } from './fault.ts';
import { heldLimit, insert, owedOf, refOf, sizeOf, take } from './queue.ts';
import { nextSendAt, noteSend } from './rate.ts';
import { destinationName, type Lane } from './state.ts';
import { addTimer } from './timers.ts';
import type { Fault, InFlightDelivery, JournalFact, QueuedDelivery, ScheduledDelivery, Subscription } from './types.ts';
import { record, type Stamp, type Work } from './work.ts';

export function enqueue(work: Work, lane: Lane, delivery: QueuedDelivery): void {
  insert(lane.queue, delivery);
  if (lane.gate === 'held') dropOverflow(work, lane);
  else pump(work, delivery.subscriptionId, lane);
}

export function schedule({ state }: Work, lane: Lane, delivery: ScheduledDelivery): void {
  const { id: deliveryId, subscriptionId, dueAt: at } = delivery;
  lane.live.set(deliveryId, delivery);
  addTimer(state, { at, kind: 'delivery', subscriptionId, deliveryId });
}

/** Starts queued deliveries as far as free slots and the lane's rate allow. */
export function pump(work: Work, subscriptionId: string, lane: Lane): void {
  const { state, now, policy, disorder } = work;
  const subscription = state.subscriptions.get(subscriptionId);
  if (subscription?.status !== 'active' || lane.gate === 'held' || state.draining) return;
  const isLimited = subscription.config.type === 'https';
  const concurrency = isLimited ? policy.concurrency : policy.brokerConcurrency;
  const slots = disorder.order === 'fifo' ? 1 : concurrency;
  while (lane.inFlight < slots) {
    const first = lane.queue.items[lane.queue.head];
    if (!first) return;
    const at = Math.max(isLimited ? nextSendAt(lane.rate, policy) : 0, overtakenUntil(lane, first, disorder));
    if (at > now) {
      wakeLane(work, subscriptionId, lane, Math.ceil(at));
      return;
    }
    take(lane.queue);
    start(work, lane, first, subscription);
  }
}

/** Until when the first of a shuffled queue waits for others: they have come, or it has waited long enough. */
function overtakenUntil(lane: Lane, first: QueuedDelivery, { shuffle }: Disorder): number {
  // Whatever is behind one that lets others pass comes after those.
  const awaited = first.letsOthersPass ? Math.max(shuffle, 1) : shuffle;
  return awaited === 0 || sizeOf(lane.queue) > awaited ? 0 : first.event.publishedAt + shuffleWaitMs;
}

function wakeLane({ state }: Work, subscriptionId: string, lane: Lane, at: number): void {
  if (lane.wakeAt !== null && lane.wakeAt <= at) return;
  lane.wakeAt = at;
  addTimer(state, { at, kind: 'lane', subscriptionId, deliveryId: '' });
}

function start(work: Work, lane: Lane, queued: QueuedDelivery, subscription: Subscription): void {
  const { state, now } = work;
  const { id, event, subscriptionId, attempt } = queued;
  const fault = queued.fault ?? faultOf(work, queued, subscription);
  if (fault?.kind === 'delay' && !queued.fault) {
    const dueAt = now + fault.delayMs;
    schedule(work, lane, { ...owedOf(queued), state: 'scheduled', attempt, fault, dueAt });
    return;
  }
  const { order, identified, duplicateOf, isResent } = queued;
  const destination = destinationName(subscription);
  const { epoch } = lane;
  const delivery: InFlightDelivery = {
    state: 'inFlight',
    id,
    order,
    subscriptionId,
    event,
    identified,
    attempt,
    epoch,
    destination,
  };
  const { id: eventId, type: eventType } = event;
  // Spelled out, like what else is made for every attempt: a spread costs several times as much.
  const started: JournalFact & Stamp = {
    type: 'attempt.started',
    deliveryId: id,
    eventId,
    eventType,
    subscriptionId,
    attempt,
    destination,
    seq: 0,
    at: now,
  };
  if (duplicateOf !== undefined) delivery.duplicateOf = started.duplicateOf = duplicateOf;
  if (isResent) delivery.isResent = true;
  if (fault) delivery.fault = started.fault = fault;
  lane.live.set(id, delivery);
  lane.inFlight++;
  noteSend(lane.rate, now);
  state.counters.attempts++;
  record(work, started);
  work.effects.push({ type: 'attempt', delivery, subscription });
}

/** Holding is bounded: beyond the limit the oldest goes, and says so. */
export function dropOverflow(work: Work, lane: Lane): void {
  while (sizeOf(lane.queue) > heldLimit) {
    const oldest = take(lane.queue);
    if (!oldest) return;
    work.state.counters.dropped++;
    record(work, { type: 'delivery.dropped', reason: 'held_overflow', ...refOf(oldest) });
  }
}

/** The fault that the rules choose for an attempt, if any. */
function faultOf(
  { state, rng }: Work,
  { id, event, subscriptionId, attempt, duplicateOf, isResent }: QueuedDelivery,
  { config }: Subscription,
): Fault | undefined {
  if (state.faults.length === 0) return undefined;
  const isUnsigned = config.type !== 'https';
  const facts = { eventId: event.id, eventType: event.type, subscriptionId, attempt, isUnsigned };
  const again = isResent ? id : duplicateOf === undefined ? undefined : 'duplicate';
  return chooseFault(state.faults, again === undefined ? facts : { ...facts, again }, rng);
}
