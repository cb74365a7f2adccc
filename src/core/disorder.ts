import type { Rng } from './rng.ts';

/** How far deliveries may stray from the order and number of their events (R11, R12). */
export interface Disorder {
  /** Share of deliveries that are made a second time, 0 to 1. */
  duplicates: number;
  /** A delivery may be overtaken by this many later ones of its subscription; 0 leaves the order to concurrency and retries. */
  shuffle: number;
  /** `fifo`: one delivery at a time, in the order of publication. A retry still comes later, as on the platform. */
  order: 'natural' | 'fifo';
}

export const noDisorder: Disorder = { duplicates: 0, shuffle: 0, order: 'natural' };

/** A duplicate comes this long after its original was published, at most. Ours: the platform names no time. */
export const duplicateWithinMs = 5_000;

/** With shuffling, a delivery waits this long for later ones that may overtake it. */
export const shuffleWaitMs = 250;

/** When the duplicate of a delivery comes, in ms after the publication; undefined when there is none. Keyed by the event. */
export function duplicateAfterMs(
  disorder: Disorder,
  eventId: string,
  subscriptionId: string,
  rng: Rng,
): number | undefined {
  if (disorder.duplicates <= 0) return undefined;
  const key = `${eventId}/${subscriptionId}`;
  if (rng.keyed('duplicates', key) >= disorder.duplicates) return undefined;
  return Math.floor(rng.keyed('duplicate-delay', key) * duplicateWithinMs);
}

/** The place of a delivery in its queue: its own number plus a keyed part of the window. */
export function shuffledPlace(disorder: Disorder, order: number, eventId: string, rng: Rng): number {
  return disorder.shuffle > 0 ? order + rng.keyed('shuffle', eventId) * disorder.shuffle : order;
}
