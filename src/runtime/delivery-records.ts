import type { CloudEvent, Fault, Outcome, Verdict } from '../core/types.ts';

export const deliveryStates = ['queued', 'inFlight', 'scheduled', 'delivered', 'dropped', 'discarded'] as const;
/** Where a delivery stands. */
export type DeliveryState = (typeof deliveryStates)[number];

/** One try of a delivery. Times are milliseconds since the epoch on the mock's clock. */
export interface AttemptRecord {
  /** 1 for the first. */
  readonly attempt: number;
  /** The number of the journal entry of its start: attempts in the order in which they were started. */
  readonly seq: number;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly outcome?: Outcome;
  readonly verdict?: Verdict;
  /** What was injected into it. */
  readonly fault?: Fault;
  /** The answer that came after the deadline. */
  readonly late?: { status: number; durationMs: number };
}

/** One event owed to one subscription, with every attempt at it, as it was when it was asked for. */
export interface DeliveryRecord {
  /** `d1`, `d2`… in the order in which deliveries came to be. */
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly subscriptionId: string;
  /** The URL or topic. */
  readonly destination: string;
  /** The delivery that this one repeats, injected as a duplicate (R12). */
  readonly duplicateOf?: string;
  readonly state: DeliveryState;
  /** Why it was dropped or discarded. */
  readonly reason?: string;
  /** When a scheduled one comes due. */
  readonly dueAt?: number;
  readonly attempts: readonly AttemptRecord[];
  /** The event as it was published, without a subject, as long as the mock keeps it. Read when asked for. */
  readonly event: CloudEvent | undefined;
}
