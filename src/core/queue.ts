import { freshWindow } from './health.ts';
import type { Policy } from './profile.ts';
import { freshRate } from './rate.ts';
import type { Fifo, Lane, State } from './state.ts';
import type { Delivery, DeliveryRef, DiscardReason, JournalFact, Owed, QueuedDelivery } from './types.ts';

type Recorder = (fact: JournalFact) => void;

/** Most deliveries held for a relay that nobody listens to; beyond it the oldest is dropped. Ours: the platform holds none. */
export const heldLimit = 10_000;

export const emptyFifo = <T>(): Fifo<T> => ({ items: [], head: 0 });
export const sizeOf = (fifo: Fifo<unknown>): number => fifo.items.length - fifo.head;

export function take<T>(fifo: Fifo<T>): T | undefined {
  const item = fifo.items[fifo.head];
  if (item === undefined) return undefined;
  fifo.head++;
  // Nothing that has ended is kept alive by a queue that is empty.
  if (fifo.head === fifo.items.length) {
    fifo.items.length = 0;
    fifo.head = 0;
  }
  // Giving the space back half by half keeps taking O(1) on average, however long the queue.
  if (fifo.head >= 512 && fifo.head * 2 >= fifo.items.length) {
    fifo.items.splice(0, fifo.head);
    fifo.head = 0;
  }
  return item;
}

/**
 * Puts deliveries that did not happen back where they came from: at the front, in their old order. They come back one by one and
 * never more than were in flight, so the walk is short.
 */
export function putBack(fifo: Fifo<QueuedDelivery>, delivery: QueuedDelivery, atMost: number): void {
  let at = fifo.head;
  for (let steps = 0; steps < atMost; steps++, at++) {
    const waiting = fifo.items[at];
    if (!waiting || waiting.order > delivery.order) break;
  }
  fifo.items.splice(at, 0, delivery);
}

/** Puts a delivery into its place, which is never further from the end than deliveries are shuffled. */
export function insert(fifo: Fifo<QueuedDelivery>, delivery: QueuedDelivery): void {
  let at = fifo.items.length;
  while (at > fifo.head && (fifo.items[at - 1] as QueuedDelivery).place > delivery.place) at--;
  if (at === fifo.items.length) fifo.items.push(delivery);
  else fifo.items.splice(at, 0, delivery);
}

/**
 * A fresh lane for a subscription that becomes active: its window and its rate begin anew (contract, delivery: transitions). What is
 * still in flight from before stays counted.
 */
export function openLane(state: State, subscriptionId: string, policy: Policy): Lane {
  const before = state.lanes.get(subscriptionId);
  const lane: Lane = {
    queue: emptyFifo(),
    epoch: (before?.epoch ?? 0) + 1,
    live: before?.live ?? new Map(),
    inFlight: before?.inFlight ?? 0,
    gate: 'open',
    window: freshWindow(),
    rate: freshRate(policy),
    wakeAt: null,
    nextPlace: 1,
  };
  state.lanes.set(subscriptionId, lane);
  return lane;
}

/** What stays the same of a delivery through all its states. Spelled out: on the delivery path a rest would cost more than the rest. */
export function owedOf({ id, order, subscriptionId, event, identified, duplicateOf, isResent }: Delivery): Owed {
  const owed: Owed = { id, order, subscriptionId, event, identified };
  if (duplicateOf !== undefined) owed.duplicateOf = duplicateOf;
  if (isResent) owed.isResent = true;
  return owed;
}

export function refOf(delivery: Delivery): DeliveryRef {
  const { id: deliveryId, event, subscriptionId, duplicateOf } = delivery;
  const ref: DeliveryRef = { deliveryId, eventId: event.id, eventType: event.type, subscriptionId };
  if (duplicateOf !== undefined) ref.duplicateOf = duplicateOf;
  return ref;
}

/**
 * The subscription stopped being active: what is queued or scheduled is lost, and a resume does not bring it back (contract,
 * delivery: transitions). What is in flight cannot be called back; its answer is still recorded. Returns how many were lost.
 */
export function discardLane(state: State, subscriptionId: string, reason: DiscardReason, record: Recorder): number {
  const lane = state.lanes.get(subscriptionId);
  if (!lane) return 0;
  let lost = 0;
  const discard = (delivery: Delivery): void => {
    lost++;
    record({ type: 'delivery.discarded', reason, ...refOf(delivery) });
  };
  for (let delivery = take(lane.queue); delivery; delivery = take(lane.queue)) discard(delivery);
  for (const delivery of lane.live.values()) {
    if (delivery.state !== 'scheduled') continue;
    discard(delivery);
    lane.live.delete(delivery.id);
  }
  state.counters.discarded += lost;
  closeIfEmpty(state, subscriptionId, lane);
  return lost;
}

/** Forgets the lane of a subscription that is not active once its last answer is in. */
export function closeIfEmpty(state: State, subscriptionId: string, lane: Lane): void {
  if (lane.inFlight === 0 && state.subscriptions.get(subscriptionId)?.status !== 'active')
    state.lanes.delete(subscriptionId);
}
