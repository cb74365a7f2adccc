import type { DueTimer, Fifo, Lane, State } from './state.ts';
import type { Delivery, DeliveryRef, DiscardReason, JournalFact, QueuedDelivery, ScheduledDelivery } from './types.ts';

type Record = (fact: JournalFact) => void;

/** Most deliveries held for a relay that nobody listens to; beyond it the oldest is dropped. Ours: the platform holds none. */
export const heldLimit = 10_000;

export const emptyFifo = <T>(): Fifo<T> => ({ items: [], head: 0 });
export const sizeOf = (fifo: Fifo<unknown>): number => fifo.items.length - fifo.head;

export function push<T>(fifo: Fifo<T>, item: T): void {
  fifo.items.push(item);
}

export function take<T>(fifo: Fifo<T>): T | undefined {
  const item = fifo.items[fifo.head];
  if (item === undefined) return undefined;
  fifo.head++;
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

/** A fresh lane for a subscription that becomes active. What is still in flight from before stays counted. */
export function openLane(state: State, subscriptionId: string): Lane {
  const before = state.lanes.get(subscriptionId);
  const lane: Lane = before ?? { queue: emptyFifo(), live: new Map(), inFlight: 0, gate: 'open' };
  lane.gate = 'open';
  state.lanes.set(subscriptionId, lane);
  return lane;
}

export const refOf = (delivery: Delivery): DeliveryRef => ({
  deliveryId: delivery.id,
  eventId: delivery.event.id,
  eventType: delivery.event.type,
  subscriptionId: delivery.subscriptionId,
});

/**
 * The subscription stopped being active: what is queued or scheduled is lost, and a resume does not bring it back (contract,
 * delivery: transitions). What is in flight cannot be called back; its answer is still recorded. Returns how many were lost.
 */
export function discardLane(state: State, subscriptionId: string, reason: DiscardReason, record: Record): number {
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

const earlier = (a: DueTimer, b: DueTimer): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);

/** Adds the due time of a scheduled delivery to the heap. */
export function addTimer(state: State, delivery: ScheduledDelivery): void {
  const timer: DueTimer = {
    at: delivery.dueAt,
    seq: state.nextTimer++,
    subscriptionId: delivery.subscriptionId,
    deliveryId: delivery.id,
  };
  const heap = state.timers;
  let child = heap.push(timer) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const above = heap[parent] as DueTimer;
    if (!earlier(timer, above)) break;
    heap[child] = above;
    child = parent;
  }
  heap[child] = timer;
}

/** Takes the first timer that is due at `now`, or undefined. */
export function takeDueTimer(state: State, now: number): DueTimer | undefined {
  const heap = state.timers;
  const first = heap[0];
  if (!first || first.at > now) return undefined;
  const last = heap.pop() as DueTimer;
  if (heap.length > 0) {
    let parent = 0;
    for (;;) {
      let child = parent * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1] as DueTimer, heap[child] as DueTimer)) child++;
      if (!earlier(heap[child] as DueTimer, last)) break;
      heap[parent] = heap[child] as DueTimer;
      parent = child;
    }
    heap[parent] = last;
  }
  return first;
}
