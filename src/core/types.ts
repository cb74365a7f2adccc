/**
 * The vocabulary of the engine: plain data only, so that `structuredClone(state)` is a snapshot and JSON is a wire format.
 * Times are milliseconds since the epoch on the mock's clock; durations end in `Ms`. Attempt numbers start at 1.
 */

import type { FaultRule } from './fault.ts';
import type { Outcome, RefusalReason } from './outcome.ts';
import type { ResendMode } from './resend.ts';

export type { Outcome, PublishFailure, PublishFailureReason, RefusalReason, TransportReason } from './outcome.ts';

export type EventSource = 'pim' | 'benchmark';
export type Actor = 'user' | 'system';

/** A CloudEvents 1.0 event in structured mode, before it is addressed to a subscription. */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  /** The subscription id. Set for every delivery on its own; what a recording carries here is replaced. */
  subject?: string;
  datacontenttype?: string;
  dataschema?: string;
  time?: string;
  data?: unknown;
  /** CloudEvents extension attributes are kept. */
  [extension: string]: unknown;
}

/**
 * An event as the queues hold it: serialised once for all its deliveries, with an empty `subject`. The body of a delivery has the JSON
 * of its subscription's id there, so that publishing to 400 subscriptions costs one serialisation, and every retry and duplicate has
 * the same bytes.
 */
export interface SealedEvent {
  id: string;
  type: string;
  /** Which subscriptions may take it: `benchmark` events only go to subscriptions whose source is `benchmark`. */
  source: EventSource;
  /** When it was published, on the mock's clock. */
  publishedAt: number;
  /** The id of the PIM request that caused it; the same on every delivery and retry. */
  correlationId: string;
  text: string;
  /** Where in the text the empty subject stands, its two quotes. */
  subjectAt: number;
  /** What it is about, see `entityKey`: the key of its Kafka messages. */
  entityKey?: string;
  /** About how many characters it has, where to ask for `text` would have it made. */
  size?: number;
  /** The headers of a recorded delivery that goes out as it came in: `text` is its whole body then, whoever gets it. */
  exactHeaders?: Record<string, string>;
  /** The text with the product's identifier, where the event has one: for subscriptions with `send_product_identifier`. */
  identifiedText?: string;
}

/** An integration that the PIM knows: the owner of tokens. `permission` is its "Event Platform" permission. */
export interface Connection {
  kind: 'connection' | 'app';
  clientId: string;
  clientSecret: string;
  /** The PIM user that signs in with the password grant. Apps have none. */
  username?: string;
  password?: string;
  /** The one authorization code that an app may exchange; without it any non-empty code is taken. */
  authorizationCode?: string;
  /** The PIM it belongs to; without it every X-PIM-URL is taken. */
  pimUrl?: string;
  permission: boolean;
}

/** A PIM token as issued. Access tokens open the API; refresh tokens are exchanged for the next pair. */
export interface Token {
  kind: 'access' | 'refresh';
  value: string;
  clientId: string;
  expiresAt: number;
}

export interface Contact {
  technicalEmail: string;
  notificationChannels?: ('email' | 'webhook')[];
  notificationWebhookUrl?: string;
  notificationWebhookSecret?: string;
}

export interface Subscriber {
  id: string;
  name: string;
  /** The PIM's base URL without a trailing slash: with `clientId` the scope of every read. */
  pimUrl: string;
  clientId: string;
  status: 'active' | 'deleted' | 'revoked';
  contact: Contact;
  createdAt: number;
  updatedAt: number;
}

export interface HttpsConfig {
  type: 'https';
  url: string;
  secret: { primary: string; secondary?: string };
  headers?: Record<string, string>;
}

export interface PubSubConfig {
  type: 'pubsub';
  projectId: string;
  topicId: string;
  headers?: Record<string, string>;
}

export interface KafkaConfig {
  type: 'kafka';
  broker: string;
  topic: string;
  saslAuth: { mechanism: 'plain' | 'scram'; username: string; password: string; scramVariant?: 'sha-256' | 'sha-512' };
  tls?: { serverName: string; caPem: string; clientCertPem: string; clientKeyPem: string };
  headers?: Record<string, string>;
}

export type DestinationConfig = HttpsConfig | PubSubConfig | KafkaConfig;

export type SubscriptionStatus = 'active' | 'suspended' | 'revoked' | 'deleted';

export interface Subscription {
  id: string;
  subscriberId: string;
  pimUrl: string;
  clientId: string;
  source: EventSource;
  events: string[];
  status: SubscriptionStatus;
  config: DestinationConfig;
  filter?: string | undefined;
  sendProductIdentifier: boolean;
  options?: Record<string, unknown>;
  /** Events published before are not its own: the platform takes a while to activate what was created or updated. */
  activeFrom: number;
  createdAt: number;
  updatedAt: number;
}

/** A subscription as it is asked for; when it becomes active is the platform's affair. */
export type NewSubscription = Omit<Subscription, 'activeFrom'>;

/** Why the platform stopped serving a subscription. */
export type StopReason =
  | 'requested'
  | 'not_found'
  | 'redirected'
  /** One class of failures had too large a share of the rolling window (2024-09). */
  | 'failure_share'
  /** The success rate of the rolling window fell below the floor (2026-09). */
  | 'success_rate'
  | 'permission_withdrawn'
  | 'connection_removed'
  /** Brokers only. */
  | 'topic_not_found'
  | 'no_publisher_right'
  | 'authentication_failed';

/** What every live delivery has. */
export interface Owed {
  id: string;
  /** The place in the order in which deliveries came to be; the number in `id`. */
  order: number;
  subscriptionId: string;
  event: SealedEvent;
  /** Whether the body shows the product's identifier; decided when the delivery comes to be, so that its bytes never change. */
  identified: boolean;
  /** The delivery that this one repeats, injected as a duplicate (R12). */
  duplicateOf?: string;
  /** Somebody had it sent again: it meets faults of its own. */
  isResent?: true;
  /** The fault that its attempt meets, once it is chosen. */
  fault?: Fault;
}

export interface QueuedDelivery extends Owed {
  state: 'queued';
  attempt: number;
  /** Its place in the queue of its lane. */
  place: number;
  /** Later ones are to go first, so it waits for them a while. */
  letsOthersPass?: boolean;
}
export interface InFlightDelivery extends Owed {
  state: 'inFlight';
  attempt: number;
  /** The lane's epoch when it was started. */
  epoch: number;
  /** Kept here because the subscription may be gone when the answer comes. */
  destination: string;
}
export interface ScheduledDelivery extends Owed {
  state: 'scheduled';
  attempt: number;
  dueAt: number;
}
/** One event owed to one subscription, while it is alive. Its end is a journal entry: state keeps only what is live. */
export type Delivery = QueuedDelivery | InFlightDelivery | ScheduledDelivery;

export type DropReason = 'retries_exhausted' | 'too_old' | 'not_retryable' | 'held_overflow' | RefusalReason;

/** Why what was owed to a subscription is lost. */
export type DiscardReason = 'suspended' | 'revoked' | 'deleted';

/** What the rules say to do about an outcome. */
export type Verdict =
  | { do: 'deliver' }
  /** `of` is how many there are in all; absent where only the age of the event ends them. */
  | { do: 'retry'; attempt: number; delayMs: number; dueAt: number; of?: number }
  | { do: 'drop'; reason: DropReason; message?: string }
  | { do: 'suspend'; reason: StopReason }
  | { do: 'revoke'; reason: StopReason }
  | { do: 'discard'; reason: DiscardReason }
  | { do: 'hold' };

/**
 * An injected failure, as what happens to one attempt. `reached`: the handler gets the request all the same and only its answer is
 * lost, which is how duplicates come about in production.
 */
export type Fault = { rule: string } & (
  | { kind: 'status'; status: number; reached: boolean }
  | { kind: 'timeout'; reached: boolean }
  | { kind: 'reset'; reached: boolean }
  | { kind: 'delay'; delayMs: number }
  | { kind: 'corruptSignature' }
  | { kind: 'missingSignature' }
  | { kind: 'staleSecret' }
  | { kind: 'oversizedBody'; bytes: number }
);

/** How a subscription does in the rolling window, and how far it is from being suspended. */
export interface HealthView {
  /** Requests that count. */
  requests: number;
  /** 0 to 1; 1 without any request. */
  successRate: number;
  /** What comes closest to the line: `5xx` 0.03 of 0.05, or the success rate 0.97 of at least 0.9. */
  nearest: { measure: string; value: number; limit: number };
  /** Fewer requests than this suspend nothing. */
  leastRequests: number;
  suspends: boolean;
}

export type SubscriberPatch = { name?: string; contact?: Partial<Contact> };
export type SubscriptionPatch = Partial<
  Pick<Subscription, 'events' | 'config' | 'filter' | 'sendProductIdentifier' | 'options'>
>;

/** Everything that can happen to the engine. */
export type Input =
  | { type: 'createSubscriber'; subscriber: Subscriber }
  | { type: 'updateSubscriber'; subscriberId: string; patch: SubscriberPatch }
  | { type: 'deleteSubscriber'; subscriberId: string; by: Actor }
  | { type: 'createSubscription'; subscription: NewSubscription }
  | { type: 'updateSubscription'; subscriptionId: string; patch: SubscriptionPatch }
  | { type: 'suspend'; subscriptionId: string; by: Actor; reason: StopReason }
  | { type: 'resume'; subscriptionId: string; by: Actor }
  | { type: 'revoke'; subscriptionId: string; by: Actor; reason: StopReason }
  | { type: 'deleteSubscription'; subscriptionId: string; by: Actor }
  /** `data` is what filters look at; it is not kept. */
  | { type: 'publish'; event: SealedEvent; data: unknown }
  /** The delivery `resendOf` is sent again: `event` is its own, or with `new_event` one with the same content under another id. */
  | { type: 'resend'; event: SealedEvent; subscriptionId: string; resendOf: string; as: ResendMode }
  /** The connection or app is removed from the PIM: what it subscribed is revoked, its tokens end. */
  | { type: 'removeConnection'; clientId: string }
  /** Gives or takes the "Event Platform" permission; what it subscribed is suspended when taken. */
  | { type: 'setPermission'; clientId: string; granted: boolean }
  /** Gives or takes the platform's right to publish to a Pub/Sub topic, `projects/p/topics/t`. */
  | { type: 'setPublisher'; topic: string; granted: boolean }
  /** The PIM hands out tokens. */
  | { type: 'issueTokens'; tokens: readonly Token[] }
  /** A refresh token is exchanged: it works once. */
  | { type: 'redeemToken'; value: string }
  /** Replaces the fault rules; their counts begin anew. */
  | { type: 'setFaults'; rules: readonly FaultRule[] }
  /** Adds fault rules behind those in force, whose counts go on. */
  | { type: 'addFaults'; rules: readonly FaultRule[] }
  | { type: 'attemptFinished'; subscriptionId: string; deliveryId: string; attempt: number; outcome: Outcome }
  /** Somebody listens at the other end of the relay again: what was held may go. */
  | { type: 'openGate'; subscriptionId: string }
  /** Nothing new is started while it is true: the mock closes, or a snapshot waits for what is in flight. */
  | { type: 'setDraining'; draining: boolean }
  /** A due time has come (see `nextDueAt`). */
  | { type: 'tick' };

/** What the shell has to do: make an attempt, or record a fact, which stands for itself. */
export type Effect = { type: 'attempt'; delivery: InFlightDelivery; subscription: Subscription } | JournalFact;

/** Why an input was not taken; an error code of `errors.ts` with its details. */
export type Rejection =
  | { code: 'SUBSCRIBER_LIMIT'; limit: number }
  | { code: 'SUBSCRIPTION_LIMIT'; limit: number }
  | { code: 'SUBSCRIBER_NOT_FOUND'; id: string }
  | { code: 'SUBSCRIPTION_NOT_FOUND'; id: string }
  | { code: 'CONNECTION_NOT_FOUND'; clientId: string }
  | { code: 'SUBSCRIPTION_ENDED'; id: string; status: SubscriptionStatus; operation: string }
  | { code: 'SUBSCRIPTION_SUSPENDED'; id: string };

export interface Step {
  effects: Effect[];
  /** Of `publish`: how many deliveries it made, injected duplicates not counted. */
  deliveries?: number;
  /** Of `resend`: the delivery that it made. */
  deliveryId?: string;
  rejection?: Rejection;
}

/** What the journal records. The shell adds the sequence number and the time. Never holds a secret. */
export type JournalFact =
  | { type: 'subscriber.created' | 'subscriber.updated' | 'subscriber.deleted'; subscriberId: string }
  | { type: 'subscription.created' | 'subscription.updated'; subscriptionId: string; destination: string }
  | {
      type: 'subscription.suspended' | 'subscription.revoked';
      subscriptionId: string;
      by: Actor;
      reason: StopReason;
      lost: number;
    }
  | { type: 'subscription.resumed'; subscriptionId: string; by: Actor }
  /** Told at a resume: events of its types that were published while it was suspended, which it will never get. */
  | { type: 'subscription.missed'; subscriptionId: string; events: number }
  | { type: 'subscription.deleted'; subscriptionId: string; by: Actor; lost: number }
  /** `addressedTo`: it went to this subscription alone, whatever others take. */
  | { type: 'event.published'; eventId: string; eventType: string; deliveries: number; addressedTo?: string }
  /** A filter was false for the event; `because` names the part that made it so. */
  | { type: 'event.filtered'; eventId: string; eventType: string; subscriptionId: string; because: string }
  | ({ type: 'attempt.started'; duplicateOf?: string; fault?: Fault } & AttemptRef)
  | ({
      type: 'attempt.finished';
      outcome: Outcome;
      verdict: Verdict;
      /** Undefined where success is not counted: brokers, and subscriptions that have ended. */
      health?: HealthView;
      /** As at its start. */
      duplicateOf?: string;
      fault?: Fault;
    } & AttemptRef)
  /** The answer to an attempt that was given up: shown to the developer, without consequence (R16). */
  | ({ type: 'attempt.late'; status: number; durationMs: number } & AttemptRef)
  /** Somebody had a past delivery sent again: this one came of it. */
  | ({ type: 'delivery.resent'; resendOf: string } & DeliveryRef)
  | ({ type: 'delivery.discarded'; reason: DiscardReason } & DeliveryRef)
  | ({ type: 'delivery.dropped'; reason: DropReason } & DeliveryRef)
  | { type: 'relay.connected' | 'relay.disconnected'; tunnel: string; subscriptions: string[]; message: string }
  | { type: 'relay.held'; subscriptionId: string; waiting: number }
  | { type: 'connection.removed'; clientId: string }
  | { type: 'permission.changed'; clientId: string; granted: boolean }
  | { type: 'publisher.changed'; topic: string; granted: boolean }
  /** The management API refused to create something. `request` and `response` are as the platform's logs show them, redacted. */
  | {
      type: 'creation.refused';
      pimUrl: string;
      clientId: string;
      operation: 'create_subscriber' | 'create_subscription';
      subscriberId: string;
      request: { method: string; path: string; body: unknown };
      response: { status: number; body: unknown };
      /** Every problem in one line. */
      message: string;
    }
  | {
      type: 'notification.sent';
      subscriptionId: string;
      notification: string;
      channel: 'webhook' | 'email';
      to: string;
    }
  | {
      type: 'notification.failed';
      subscriptionId: string;
      notification: string;
      to: string;
      tries: number;
      message: string;
    }
  /** It begins anew: as at its start, or as at a snapshot. */
  | { type: 'mock.reset'; snapshot?: string }
  | { type: 'mock.warning'; message: string };

export interface DeliveryRef {
  deliveryId: string;
  eventId: string;
  eventType: string;
  subscriptionId: string;
  /** The delivery that this one repeats, injected as a duplicate (R12). */
  duplicateOf?: string;
}
export interface AttemptRef extends DeliveryRef {
  attempt: number;
  /** The URL or topic the attempt goes to. */
  destination: string;
}
