import type { Outcome, Subscription, TransportReason } from '../../core/types.ts';

/** A late answer is listened for until so many times the deadline, only to tell the developer how late it was. */
export const latePatience = 10;

/** One attempt, ready to go: the exact body, already signed into the headers where the destination is https. */
export interface DeliveryRequest {
  deliveryId: string;
  attempt: number;
  subscription: Subscription;
  eventId: string;
  eventType: string;
  /** The exact text. Nothing on the way may re-serialise it. */
  body: string;
  /** What the event is about, for destinations that keep such events together. */
  key?: string | undefined;
  headers: Record<string, string>;
  /** How long the destination may take, in real milliseconds. */
  ackDeadlineMs: number;
  /** Told when an answer comes after the deadline; the outcome stays a timeout. */
  onLate?: ((answer: LateAnswer) => void) | undefined;
  /** Told of the answer as soon as it begins, in time or late: what the developer is shown. Its body fills itself in. */
  onAnswer?: ((answer: ReceivedAnswer) => void) | undefined;
}

/** Names with their values, or pairs of both. */
export type AnswerHeaders = Record<string, string | string[] | undefined> | Iterable<[string, string]>;

/** An answer as it came. The platform looks at its status alone. */
export interface ReceivedAnswer {
  status: number;
  headers: AnswerHeaders;
  /** Real milliseconds that the handler took, where the other end of the relay has measured them. */
  durationMs?: number;
  /** The beginning of its body, as far as it has come; missing as long as there is none. */
  body?: AnswerBody;
}

export interface AnswerBody {
  readonly text: string;
  /** There was more. */
  readonly isCut: boolean;
}

export interface LateAnswer {
  status: number;
  durationMs: number;
}

/** What came of asking an https destination whether it is there (R10). `message` says why, `hint` what may help, where that is known. */
export type ProbeResult =
  | { kind: 'answered'; status: number; message?: string; hint?: string }
  | { kind: 'failed'; message: string; reason?: TransportReason }
  | { kind: 'refused'; message: string; hint: string };

/**
 * Where deliveries go. `send` never throws: what goes wrong is an outcome. It resolves within the ack deadline or, for destinations
 * that have none, within a time of their own.
 */
export interface Destination {
  send(request: DeliveryRequest): Promise<Outcome>;
  /** Sends the creation probe; only https destinations have one. */
  probe?(url: string): Promise<ProbeResult>;
  /** True when a delivery that came back as `held` may be tried again. */
  isOnline?(subscription: Subscription): boolean;
  /** Ends what is open. Idempotent. */
  close(): Promise<void>;
}
