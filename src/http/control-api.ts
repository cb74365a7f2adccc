/**
 * The bodies of the control API under `/_mock`, as the commands and other languages see them.
 * Field names are snake_case, times are RFC 3339 with milliseconds, durations carry their unit.
 */
import type {
  Actor,
  Fault,
  HealthView,
  PublishFailureReason,
  RefusalReason,
  StopReason,
  SubscriptionStatus,
  TransportReason,
  Verdict,
} from '../core/types.ts';
import type { PublishedEvent } from '../events/publisher.ts';
import type { TunnelView } from '../relay/hub.ts';
import type { FaultView } from '../runtime/fault-control.ts';
import type { LatencyView } from '../runtime/latency.ts';
import type { ClockKind } from '../runtime/mock-clock.ts';
import type { PublishCounts } from '../runtime/publish-counts.ts';
import type { WhyReason } from '../runtime/why.ts';

/** `GET /_mock/health` */
export interface HealthBody {
  status: 'ok';
  name: 'aep-mock';
  version: string;
  url: string;
  profile: string;
  seed: number;
  now: string;
}

/** `POST /_mock/publish` takes one of the two: generate, or publish these. */
export type PublishBody =
  | { types: string[]; count?: number; set?: Record<string, unknown>; as?: string; seed?: number }
  | { events: unknown[]; keep_ids?: boolean };

/** The answer of `POST /_mock/publish`, 202. */
export interface PublishAnswer {
  published: PublishedEvent[];
}

/** An outcome as the control API shows it. */
export type OutcomeView =
  | { kind: 'answered'; status: number; duration_ms: number }
  | { kind: 'timeout'; duration_ms: number }
  | { kind: 'transport_error'; reason: TransportReason; message: string; duration_ms: number }
  | { kind: 'published'; duration_ms: number }
  | { kind: 'publish_failed'; reason: PublishFailureReason; code: number; message: string; duration_ms: number }
  | { kind: 'refused'; reason: RefusalReason; message: string }
  | { kind: 'held' };

/** A verdict as the control API shows it. */
export type VerdictView =
  | Exclude<Verdict, { do: 'retry' }>
  | { do: 'retry'; attempt: number; of?: number; delay_ms: number; due_at: string };

export interface AttemptView {
  attempt: number;
  started_at: string;
  finished_at?: string;
  outcome?: OutcomeView;
  verdict?: VerdictView;
  /** What was injected into it. */
  fault?: Fault;
  /** The answer that came after the deadline. */
  late?: { status: number; duration_ms: number };
}

/** One item of `GET /_mock/deliveries?subscription_id=&event_id=&state=&limit=`, newest first: `{ "items": [...] }`. */
export interface DeliveryView {
  id: string;
  event_id: string;
  event_type: string;
  subscription_id: string;
  destination: string;
  /** The delivery that this one repeats. */
  duplicate_of?: string;
  state: 'queued' | 'in_flight' | 'scheduled' | 'delivered' | 'dropped' | 'discarded';
  reason?: string;
  due_at?: string;
  attempts: AttemptView[];
}

/** `GET /_mock/state` */
export interface StateBody {
  url: string;
  version: string;
  profile: string;
  seed: number;
  now: string;
  counters: { published: number; attempts: number; delivered: number; dropped: number; discarded: number };
  subscriptions: {
    id: string;
    subscriber_id: string;
    status: SubscriptionStatus;
    /** Since when, by whom and why it is suspended or revoked, as far as the journal reaches back. */
    stopped?: { at: string; by: Actor; reason: StopReason };
    type: string;
    destination: string;
    events: string[];
    queued: number;
    in_flight: number;
    scheduled: number;
    held: boolean;
    next_due_at?: string;
    /** Events a second that it is sent at present; absent where nothing limits them. */
    rate_per_second?: number;
    /** The rolling window; https only. */
    health?: HealthView;
    latency?: LatencyView;
    /** What became of its messages; Pub/Sub and Kafka only. */
    broker?: PublishCounts;
    /** Events of its types that were published while it is suspended: lost. */
    missed?: number;
  }[];
  tunnels: TunnelView[];
}

/** `GET /_mock/faults`; `POST` answers what it added, `PUT` and `DELETE` what is in force. */
export interface FaultsBody {
  items: FaultView[];
}

/** `GET /_mock/clock`, and part of the answer of everything that moves it. */
export interface ClockBody {
  kind: ClockKind;
  now: string;
  /** How many times faster than real time it runs by itself. */
  scale?: number;
  next_due_at?: string;
  /** Retries, waiting lanes and others that will come due. */
  pending_timers: number;
}

/** The answer of `POST /_mock/clock/advance`, `/next` and `/run-until-idle`: where the clock is now, and what happened on the way. */
export interface ClockMoved extends ClockBody {
  moved_ms: number;
  /** Of `next` and `run-until-idle`: how many timers ran. */
  timers?: number;
  attempts: number;
  delivered: number;
  dropped: number;
  discarded: number;
}

/** `GET /_mock/why?event_id=&subscription_id=`; both ids may be given in part. */
export interface WhyBody {
  event_id: string;
  event_type: string;
  published_at: string;
  /** One for each delivery, and one for each subscription without any. */
  items: {
    subscription_id: string;
    reason: WhyReason;
    message: string;
    delivery_id?: string;
    duplicate_of?: string;
    fault?: string;
  }[];
}

/** The answer of `POST /_mock/subscriptions/{id}/suspend`, `/resume` and `/revoke`. */
export interface TransitionAnswer {
  id: string;
  status: SubscriptionStatus;
  by: Actor;
  /** Deliveries that were discarded. */
  lost: number;
}

/** The answer of what is done to a connection or app. */
export interface ConnectionAnswer {
  client_id: string;
  /** Subscriptions whose status changed with it. */
  subscriptions: { id: string; status: SubscriptionStatus }[];
  lost: number;
}

/** `GET /_mock/pubsub/topics`: the topics of subscriptions, and those whose owner has taken the right to publish away. */
export interface TopicsBody {
  items: TopicView[];
}

/** The answer of `POST /_mock/pubsub/grant` and `/revoke`, which take `{ "topic": "projects/p/topics/t" }`. */
export interface TopicView {
  topic: string;
  /** Whether the platform may publish to it. */
  granted: boolean;
  subscriptions: string[];
}

/** Every error of the control API. The management API has `message` alone, as the platform does. */
export interface ErrorBody {
  errors: { message: string; code: string; hint: string }[];
}
