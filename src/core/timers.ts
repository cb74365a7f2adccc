/** What comes due, as a binary min-heap inside the state: a snapshot holds every due time. */
import type { DueTimer, State } from './state.ts';

const earlier = (a: DueTimer, b: DueTimer): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);

/** Adds something that comes due to the heap. */
export function addTimer(state: State, due: Omit<DueTimer, 'seq'>): void {
  const timer: DueTimer = { ...due, seq: state.nextTimer++ };
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

/** When the next timer comes due, or undefined. Timers of what has ended meanwhile are given up on the way. */
export function nextDueAt(state: State): number | undefined {
  for (let first = state.timers[0]; first; first = state.timers[0]) {
    if (isAlive(state, first)) return first.at;
    takeFirst(state.timers);
  }
  return undefined;
}

/** How many timers are waited for. */
export function countTimers(state: State): number {
  return state.timers.filter((timer) => isAlive(state, timer)).length;
}

/** Takes the first timer that is due at `now`, or undefined. */
export function takeDueTimer(state: State, now: number): DueTimer | undefined {
  const at = nextDueAt(state);
  return at === undefined || at > now ? undefined : takeFirst(state.timers);
}

/** Whether what the timer is for still waits for it. */
function isAlive(state: State, { at, kind, subscriptionId, deliveryId }: DueTimer): boolean {
  const lane = state.lanes.get(subscriptionId);
  if (kind === 'lane') return lane?.wakeAt === at;
  if (kind === 'throttled') return lane?.window.throttled.has(deliveryId) === true;
  const delivery = lane?.live.get(deliveryId);
  return delivery?.state === 'scheduled' && delivery.dueAt === at;
}

function takeFirst(heap: DueTimer[]): DueTimer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last) return undefined;
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
