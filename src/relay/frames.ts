/**
 * What the two ends of a tunnel say to each other. A WebSocket text message has one frame or several, each a line of JSON, told apart by
 * `type`; behind the line of a `deliveries` frame stand the bodies, as they are.
 * What happens within one turn of the event loop goes together, unless nothing else is under way: with messages as small as these, each
 * costs more than what it says.
 * Field names are snake_case as in every JSON that leaves the mock. Unknown types and unknown fields are no error, so that an older
 * end and a newer one get along. Heartbeats are WebSocket pings and pongs.
 */
import type { Fault, HealthView, Outcome, TransportReason, Verdict } from '../core/types.ts';

export const relayProtocol = 1;
export const relayPath = '/_mock/relay';
/** Each end asks the other for a sign of life so often; one that owes so many of them is gone. */
export const heartbeat = { everyMs: 3_000, toleratedSilentBeats: 2 } as const;
/** The largest message that an end takes: well above the largest body, which is what a fault makes of an event (64 MiB). */
export const maxMessageBytes = 80 * 1024 * 1024;
/** Bodies of so many characters make a message: no more are gathered for it. */
export const fullMessage = 1024 * 1024;

/** Which subscriptions a tunnel takes. The more specific claim wins: ids, then the longer URL prefix, then all. */
export type Claim = { kind: 'all' } | { kind: 'ids'; ids: string[] } | { kind: 'url'; prefix: string };

/** With the claim `all`: make a subscription when there is none to relay. With `events`, one of its own for exactly these. */
export interface EnsureRequest {
  /** Event types, short names or wildcards; null for all. */
  events: string[] | null;
  secret?: string;
}

/** The client's first frame. */
export interface HelloFrame {
  type: 'hello';
  protocol: number;
  /** Name and version, as `aep-mock/0.1.0`. */
  client: string;
  /** Names the client across reconnections: a second tunnel of one session replaces the first. */
  session: string;
  forward_to: string;
  claim: Claim;
  ensure?: EnsureRequest;
}

export interface ClaimedSubscription {
  id: string;
  events: string[];
  url: string;
  /** Revoked ones are told only to a tunnel that was there when it happened. */
  status: 'active' | 'suspended' | 'revoked';
  /** How many tunnels take turns with its deliveries, this one included. */
  tunnels: number;
  /** The primary secret, only of subscriptions that the relay made itself: nobody else could tell it. */
  secret?: string;
}

interface Claims {
  subscriptions: ClaimedSubscription[];
  /** A subscription that was made for this tunnel just now. */
  created?: { id: string; secret: string };
}

/** The answer to a hello. */
export interface WelcomeFrame extends Claims {
  type: 'welcome';
  tunnel: string;
  /** Names this run of the mock: another one has forgotten what the one before it held. */
  run: string;
  ack_deadline_ms: number;
}

/** What the tunnel takes from now on. */
export interface ClaimsFrame extends Claims {
  type: 'claims';
}

/** One delivery of a `deliveries` frame. */
export interface DeliveryHead {
  /** Names this one try on the wire. `delivery_id` and `attempt` name it for people; they begin anew after a reset of the mock. */
  id: number;
  delivery_id: string;
  attempt: number;
  event_id: string;
  event_type: string;
  headers: Record<string, string>;
  /** Of its body, in UTF-16 code units. */
  length: number;
}

/** Deliveries of one subscription. */
export interface DeliveriesFrame {
  type: 'deliveries';
  subscription_id: string;
  url: string;
  method: 'POST';
  ack_deadline_ms: number;
  deliveries: DeliveryHead[];
  /** The exact signed texts, one for each of the deliveries: behind the line, one after the other. */
  bodies: string[];
}

/** What a delivery is, without what is passed on. */
export type RelayedDelivery = Pick<DeliveriesFrame, 'subscription_id' | 'url' | 'ack_deadline_ms'> &
  Omit<DeliveryHead, 'headers' | 'length'>;

/** The creation probe (R10). */
export interface ProbeFrame {
  type: 'probe';
  id: number;
  url: string;
  method: 'HEAD';
  headers: Record<string, string>;
  ack_deadline_ms: number;
}

/** What the platform makes of a delivery. `id` is the one that the delivery came with. */
export interface Judged {
  id: number;
  outcome: Outcome;
  verdict: Verdict;
  /** How the subscription does in the rolling window. */
  health?: HealthView;
  /** What was injected into the attempt. */
  fault?: Fault;
  /** The delivery that this one repeats. */
  duplicate_of?: string;
}

/** Verdicts in the order in which they were made. An id alone: it is delivered, by the answer that the client has told. */
export interface VerdictsFrame {
  type: 'verdicts';
  verdicts: (Judged | number)[];
}

/** Why the server refuses; it closes the connection after it. */
export interface ErrorFrame {
  type: 'error';
  code: string;
  message: string;
  hint: string;
}

export interface LocalFailure {
  reason: TransportReason;
  message: string;
}

/** What the handler answered, or why it could not be asked. */
export type LocalAnswer = { duration_ms: number } & (
  | { status: number; headers: Record<string, string> }
  | { error: LocalFailure }
);

/** The beginning of the handler's answer, for the developer. */
export interface AnswerExcerpt {
  text: string;
  /** The handler sent more. */
  is_cut: boolean;
}

/** `id` is the one that the delivery came with. */
export type Result = { id: number } & LocalAnswer & {
    body?: AnswerExcerpt;
    /** The answer has not ended yet: when it does, its body, if it has one, comes as an `answer_body` frame. */
    body_follows?: true;
  };

export interface ResultsFrame {
  type: 'results';
  results: Result[];
}

export interface AnswerBodyFrame {
  type: 'answer_body';
  id: number;
  body: AnswerExcerpt;
}

export type ProbeResultFrame = { type: 'probe_result'; id: number } & ({ status: number } | { error: string });

/** The client is about to go: it finishes what it has and wants nothing more. The server closes when all is answered. */
export interface LeaveFrame {
  type: 'leave';
}

export type ClientFrame = HelloFrame | ResultsFrame | AnswerBodyFrame | ProbeResultFrame | LeaveFrame;
export type ServerFrame = WelcomeFrame | ClaimsFrame | DeliveriesFrame | ProbeFrame | VerdictsFrame | ErrorFrame;
export type Frame = ClientFrame | ServerFrame;

/** A frame of a type that this version does not know, as it came. */
export interface UnknownFrame {
  type: 'unknown';
  raw: Record<string, unknown>;
}
