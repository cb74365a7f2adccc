/**
 * The vocabulary of the engine: plain data only, so that `structuredClone(state)` is a snapshot and JSON is a wire format.
 * Times are milliseconds since the epoch on the mock's clock; durations end in `Ms`. Attempt numbers start at 1.
 */

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
 * An event as the queues hold it: serialised once for all its deliveries and cut where the subscription id goes.
 * The body of a delivery is `head + JSON.stringify(subscriptionId) + tail`, so that publishing to 400 subscriptions costs one
 * serialisation, and every retry and duplicate has the same bytes.
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
  head: string;
  tail: string;
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
  filter?: string;
  sendProductIdentifier: boolean;
  options?: Record<string, unknown>;
  createdAt: number;
  updatedAt: number;
}

/** Why the platform stopped serving a subscription. */
export type StopReason = 'not_found' | 'redirected' | 'requested' | 'subscriber_deleted';

/**
 * What an attempt came to. Expected failures are outcomes, never exceptions.
 * `held` is ours: the relay has nobody at its other end, so the attempt did not happen and is not counted.
 */
export type Outcome =
  | { kind: 'answered'; status: number; durationMs: number }
  | { kind: 'timeout'; durationMs: number }
  | { kind: 'transportError'; reason: TransportReason; message: string; durationMs: number }
  | { kind: 'refused'; reason: RefusalReason; message: string }
  | { kind: 'held' };

/** The platform's own names (`error_reason` of its logs) for what can go wrong below HTTP. */
export type TransportReason =
  | 'dns_lookup_failure'
  | 'invalid_certificate'
  | 'invalid_tls_handshake'
  | 'connection_reset'
  | 'connection_refused'
  | 'network_unreachable'
  | 'unexpected_eof'
  | 'server_goaway'
  | 'client_closed_connection'
  | 'destination_failure';

/** Why the mock itself would not send: nothing the platform would say, so it is never retried. */
export type RefusalReason = 'host_not_allowed' | 'destination_not_supported';

interface Owed {
  id: string;
  /** The place in the order in which deliveries came to be; the number in `id`. */
  order: number;
  subscriptionId: string;
  event: SealedEvent;
}

export interface QueuedDelivery extends Owed {
  state: 'queued';
  attempt: number;
}
export interface InFlightDelivery extends Owed {
  state: 'inFlight';
  attempt: number;
  startedAt: number;
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
  | { do: 'retry'; attempt: number; delayMs: number; dueAt: number; of: number }
  | { do: 'drop'; reason: DropReason; message?: string }
  | { do: 'suspend'; reason: StopReason }
  | { do: 'revoke'; reason: StopReason }
  | { do: 'discard'; reason: DiscardReason }
  | { do: 'hold' };

export type SubscriberPatch = { name?: string; contact?: Partial<Contact> };
export type SubscriptionPatch = Partial<
  Pick<Subscription, 'events' | 'config' | 'filter' | 'sendProductIdentifier' | 'options'>
>;

/** Everything that can happen to the engine. */
export type Input =
  | { type: 'createSubscriber'; subscriber: Subscriber }
  | { type: 'updateSubscriber'; subscriberId: string; patch: SubscriberPatch }
  | { type: 'deleteSubscriber'; subscriberId: string; by: Actor }
  | { type: 'createSubscription'; subscription: Subscription }
  | { type: 'updateSubscription'; subscriptionId: string; patch: SubscriptionPatch }
  | { type: 'suspend'; subscriptionId: string; by: Actor; reason: StopReason }
  | { type: 'resume'; subscriptionId: string; by: Actor }
  | { type: 'revoke'; subscriptionId: string; by: Actor; reason: StopReason }
  | { type: 'deleteSubscription'; subscriptionId: string; by: Actor }
  | { type: 'publish'; event: SealedEvent }
  | { type: 'attemptFinished'; subscriptionId: string; deliveryId: string; attempt: number; outcome: Outcome }
  /** Somebody listens at the other end of the relay again: what was held may go. */
  | { type: 'openGate'; subscriptionId: string }
  /** A due time has come (see `nextDueAt`). */
  | { type: 'tick' };

/** What the shell has to do. */
export type Effect =
  | { type: 'attempt'; delivery: InFlightDelivery; subscription: Subscription }
  | { type: 'record'; entry: JournalFact };

/** Why an input was not taken; an error code of `errors.ts` with its details. */
export type Rejection =
  | { code: 'SUBSCRIBER_LIMIT'; limit: number }
  | { code: 'SUBSCRIPTION_LIMIT'; limit: number }
  | { code: 'SUBSCRIBER_NOT_FOUND'; id: string }
  | { code: 'SUBSCRIPTION_NOT_FOUND'; id: string }
  | { code: 'SUBSCRIPTION_ENDED'; id: string; status: SubscriptionStatus; operation: string };

export interface Step {
  effects: Effect[];
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
  | { type: 'subscription.deleted'; subscriptionId: string; by: Actor; lost: number }
  | { type: 'event.published'; eventId: string; eventType: string; deliveries: number }
  | ({ type: 'attempt.started' } & AttemptRef)
  | ({ type: 'attempt.finished'; outcome: Outcome; verdict: Verdict } & AttemptRef)
  | ({ type: 'delivery.discarded'; reason: DiscardReason } & DeliveryRef)
  | ({ type: 'delivery.dropped'; reason: DropReason } & DeliveryRef)
  | { type: 'relay.connected' | 'relay.disconnected'; tunnel: string; subscriptions: string[]; message: string }
  | { type: 'relay.held'; subscriptionId: string; waiting: number }
  | { type: 'mock.reset' }
  | { type: 'mock.warning'; message: string };

export interface DeliveryRef {
  deliveryId: string;
  eventId: string;
  eventType: string;
  subscriptionId: string;
}
export interface AttemptRef extends DeliveryRef {
  attempt: number;
  /** The URL or topic the attempt goes to. */
  destination: string;
}
