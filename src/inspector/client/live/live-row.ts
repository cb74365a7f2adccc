/** What a row of the live page is about. */
import type { Fault } from '../../../core/types.ts';
import type { AttemptFacts } from '../parts/attempt-words.ts';

interface Place {
  /** Names it, and is higher than that of every row before it. */
  key: number;
  /** The mock's time, RFC 3339. */
  at: string;
  /** Another number whenever it has changed, which it does in place. */
  revision: number;
}

export interface Delivered {
  deliveryId: string;
  eventId: string;
  eventType: string;
  subscriptionId: string;
}

/** One try of a delivery. */
export interface AttemptRow extends Place, Delivered, AttemptFacts {
  kind: 'attempt';
  destination: string;
  attempt: number;
  fault: Fault | undefined;
  duplicateOf: string | undefined;
  /** Real milliseconds until the answer, where the journal does not say. */
  measuredMs?: number;
  /** How the delivery ended afterwards, without another try. */
  ended?: string;
}

/** A delivery that ended before it was tried. */
interface UntriedRow extends Place, Delivered {
  kind: 'untried';
  because: string;
}

/** An event that no subscription took. */
interface UntakenRow extends Place {
  kind: 'untaken';
  eventId: string;
  eventType: string;
  because: string;
}

/** Something that happened besides the deliveries. */
export interface NoticeRow extends Place {
  kind: 'notice';
  tone: 'bad' | 'warn' | 'muted';
  text: string;
  subscriptionId: string | undefined;
}

export type LiveRow = AttemptRow | UntriedRow | UntakenRow | NoticeRow;
