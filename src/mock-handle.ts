/** The handle of a running mock: what `startMock` gives to a test. */

import type { ResolvedScenario } from './config/resolve-scenario.ts';
import type { Policy, ProfileName } from './core/profile.ts';
import type { ResendMode } from './core/resend.ts';
import type { CloudEvent, SubscriptionStatus } from './core/types.ts';
import type { EventPattern, EventType, ShortName, TypeNamed } from './events/catalog.ts';
import type { EventDataOf } from './events/event-data.ts';
import type { GenerateRequest } from './events/generate-request.ts';
import type { EventInput } from './events/given-event.ts';
import type { PublishOverrides } from './events/publish-overrides.ts';
import type { Published, PublishedEvent } from './events/published-event.ts';
import type { ReplayWishes } from './recordings/replay-selection.ts';
import type { Attempt } from './runtime/attempts.ts';
import type { DeliveryRecord } from './runtime/delivery-records.ts';
import type { InProcessHandler } from './runtime/destinations/in-process-handler.ts';
import type { FaultControl } from './runtime/fault-control.ts';
import type { JournalReader } from './runtime/journal.ts';
import type { MockClock } from './runtime/mock-clock.ts';
import type { Email } from './runtime/outbox.ts';
import type { LogEntry, LogQuery } from './runtime/platform-logs.ts';
import type { Snapshot } from './runtime/snapshots.ts';
import type { DeliveryMatcher } from './testing/delivery-matcher.ts';
import type { ExpectDelivered, Truthy, WaitOptions } from './testing/expectations.ts';

/** What an integration needs to sign in and to check signatures. */
export interface MockCredentials {
  clientId: string;
  clientSecret: string;
  username: string;
  password: string;
  /** The secret of the subscriptions that the mock makes itself. */
  webhookSecret: string;
}

/** What a subscription is to be, wherever it delivers to. */
export interface SubscribeSettings {
  /** Event types, short names or wildcards; all PIM events otherwise. */
  events?: readonly EventPattern[];
  /** In the platform's filter language. */
  filter?: string;
  /** The primary secret, 16 characters or more; that of the mock otherwise. Of `url` and `handler`: what goes to a broker is not signed. */
  secret?: string;
  /** The secondary secret, for a rotation. */
  secondarySecret?: string;
  /** Custom headers of each delivery. */
  headers?: Record<string, string>;
  /** Whether events of products carry the product's identifier; false. */
  sendProductIdentifier?: boolean;
  /** `benchmark` takes the events of the benchmark endpoint only. */
  source?: 'pim' | 'benchmark';
}

interface UrlTarget {
  /** An https address; plain http on loopback with `allowHttp`. */
  url: string;
}

interface HandlerTarget {
  /** A function or app in this process, called without a socket. */
  handler: InProcessHandler;
  /** Path and query of the handler's URL, as its app routes it: `/webhooks/akeneo`; `/` otherwise. With `handler` only. */
  path?: string;
}

interface PubSubTarget {
  /** A topic of Google Pub/Sub. */
  pubsub: { projectId: string; topicId: string };
}

interface KafkaTarget {
  /** A topic of Kafka; `broker` is `host:port`, and `scramVariant` goes with `scram`. */
  kafka: {
    broker: string;
    topic: string;
    saslAuth: {
      mechanism: 'plain' | 'scram';
      username: string;
      password: string;
      scramVariant?: 'sha-256' | 'sha-512';
    };
    tls?: { serverName: string; caPem: string; clientCertPem: string; clientKeyPem: string };
  };
}

type SubscribeTarget = UrlTarget | HandlerTarget | PubSubTarget | KafkaTarget;
type KeysOf<Union> = Union extends unknown ? keyof Union : never;
/** Each member of a union without the keys of the others. */
type Exclusive<Union, Member = Union> = Member extends unknown
  ? Member & { [Other in Exclude<KeysOf<Union>, keyof Member>]?: never }
  : never;

/** What to subscribe, and where to: exactly one of `url`, `handler`, `pubsub` and `kafka`. */
export type SubscribeOptions = SubscribeSettings & Exclusive<SubscribeTarget>;

/** A subscription that `subscribe` has made, with what is done to subscriptions. */
export interface MockSubscription {
  readonly id: string;
  readonly subscriberId: string;
  /** Where it delivers to. */
  readonly destination: string;
  /** The primary secret that its deliveries are signed with; empty for a broker, where nothing is signed. */
  readonly secret: string;
  /** As it is now. */
  readonly status: SubscriptionStatus;
  deliveries(matcher?: DeliveryMatcher): DeliveryRecord[];
  /** What a user of the platform does with `POST …/suspend`: what is queued is lost. */
  suspend(): void;
  resume(): void;
  /** What the platform does to an endpoint that is gone. Final. */
  revoke(): void;
  delete(): void;
}

/** How a recording is replayed. */
export interface ReplayFileOptions extends ReplayWishes {
  /** Makes `shuffle` and `duplicates` repeatable; the mock's own seed otherwise. */
  seed?: number;
  /** Goes on without the lines that hold no event. */
  skipBad?: boolean;
}

/** What a replay came to. */
export interface RecordingReplayed {
  /** Less than the recording has when the mock was reset or closed meanwhile. */
  published: number;
  deliveries: number;
  /** Bad lines. */
  skipped: number;
}

/** What a delivery is sent again as. */
export interface ResendOptions {
  /**
   * `itself`, unless it is said: the same event, as a delivery in its own right. `duplicate`: as an injected duplicate of the first one.
   * `new_event`: its content under a new event id, so that a handler that deduplicates takes it again.
   */
  as?: ResendMode;
}

/** A running mock. */
export interface Mock extends AsyncDisposable {
  /** The URL of the bound socket, for the PIM and the platform alike, without a trailing slash. */
  readonly url: string;
  readonly seed: number;
  readonly profile: ProfileName;
  readonly policy: Policy;
  /** How badly things go: what was asked for, with its numbers. */
  readonly scenario: ResolvedScenario;
  /** The ready-made connection of the PIM that the mock plays. */
  readonly credentials: MockCredentials;
  /** The mock's time. With `clock: 'virtual'` it is moved by `clock.advance(ms)`, `clock.next()` and `clock.runUntilIdle()`. */
  readonly clock: MockClock;
  /** The fault rules in force: `faults.add({ status: 503, first: 2 })`, `list()`, `replace()`, `clear()`. */
  readonly faults: FaultControl<EventPattern>;
  /** What happened, entry by entry; `journal.subscribe(listener)` for what will. */
  readonly journal: JournalReader;

  /** A fresh access token of the PIM, as its token endpoint gives one. */
  token(): string;

  /**
   * Subscribes through the management API, as an integration would.
   * @throws SUBSCRIPTION_REFUSED with everything that the platform would say, HANDLER_STYLE, UNKNOWN_EVENT_TYPE, VALIDATION,
   * INVALID_OPTION, MISSING_OPTION, CONFLICTING_OPTIONS
   */
  subscribe(options: SubscribeOptions): Promise<MockSubscription>;

  /**
   * Generates an event of one type and publishes it: `publish('product.updated', { data: { product: { uuid } } })`. In virtual time it
   * waits for what is in flight first. From within an in-process handler it does not, as `subscribe` and `generate` do not; over HTTP
   * the mock cannot know that it is a handler that asks, and has it wait for its own answer until the ack deadline.
   * @throws UNKNOWN_EVENT_TYPE, INVALID_EVENT, INVALID_OPTION, PUBLISHING_ENDED
   */
  publish<Name extends EventType | ShortName>(
    type: Name,
    overrides?: PublishOverrides<EventDataOf<TypeNamed<Name>>>,
  ): Promise<Published<TypeNamed<Name>, EventDataOf<TypeNamed<Name>>>>;
  /**
   * Publishes an event of your own: `publish({ type: 'product.updated', data })`. What it has is kept, its id too; what the platform's
   * envelope has and it lacks is filled in. The data of a type that is spelt out is checked as far as it is given.
   * @throws UNKNOWN_EVENT_TYPE, INVALID_EVENT, INVALID_OPTION, PUBLISHING_ENDED
   */
  publish<Name extends string>(
    event: EventInput<Name>,
    overrides?: Omit<PublishOverrides, 'seed'>,
  ): Promise<Published<Name extends EventType | ShortName ? TypeNamed<Name> : string>>;
  /** Publishes recorded events, all or none: under new ids, or with `keepIds` under their own. @throws INVALID_EVENT */
  replay(events: readonly CloudEvent[], options?: { keepIds?: boolean }): PublishedEvent[];
  /**
   * Publishes recordings as `aep-mock replay` does: NDJSON, plain or gzip, one or several files in constant memory. Waits while the
   * queues are full, and with a `speed` for the times of the events, on the mock's clock.
   * @throws FILE_UNREADABLE, RECORDING_LINE, INVALID_OPTION, UNKNOWN_EVENT_TYPE, CONFLICTING_OPTIONS
   */
  replay(files: string | readonly string[], options?: ReplayFileOptions): Promise<RecordingReplayed>;
  /** Generates events of several types or patterns and publishes them. @throws UNKNOWN_EVENT_TYPE, TOO_MANY_EVENTS */
  generate(request: GenerateRequest): Promise<PublishedEvent[]>;
  /** Publishes what the next request to the fictional PIM causes. */
  publishNext(): Promise<PublishedEvent[]>;

  /**
   * Sends a delivery (`d12`) again, to the same subscription, whatever became of it, and resolves with the delivery that came of it.
   * Chance neither shuffles nor duplicates that one.
   * @throws DELIVERY_NOT_FOUND, EVENT_FORGOTTEN, SUBSCRIPTION_SUSPENDED, SUBSCRIPTION_ENDED, INVALID_OPTION
   */
  resend(deliveryId: string, options?: ResendOptions): Promise<DeliveryRecord>;

  /** Deliveries in the order in which they came to be, as far as the journal reaches back. */
  deliveries(matcher?: DeliveryMatcher): DeliveryRecord[];
  /** Attempts in the order in which they were started, of the deliveries that match. */
  attempts(matcher?: DeliveryMatcher): Attempt[];
  /** The platform's logs of every PIM and client id, newest first. @throws INVALID_OPTION for a condition that is not known */
  logs(query?: LogQuery): LogEntry[];
  /** The e-mails that the platform would have sent, newest first. */
  outbox(): Email[];

  /**
   * Resolves with the first truthy value of `predicate`, which is asked at once, after whatever happens in the mock, and every few
   * milliseconds for what happens elsewhere.
   * @throws WAIT_TIMEOUT with the timeline, after `timeoutMs` of real time (5,000)
   */
  waitFor<T>(predicate: () => T, options?: WaitOptions): Promise<Truthy<Awaited<T>>>;
  /**
   * Resolves when everything that can be sent has been sent and answered, as fast as the rate allows. What waits for its time (retries)
   * or for a listener is left. A clock that is moved by hand is moved as far as the rate needs. A handler must not wait for it before
   * it has answered, also not over HTTP, where nothing can tell it so.
   * @throws REENTRANT_CALL from within an in-process handler
   */
  drain(): Promise<void>;
  /**
   * Drains, and resolves with the deliveries that match and were acknowledged: at least one, or exactly `count`. Without a matcher
   * every delivery matches. After `close` it judges what there is, as the other expectations do.
   * @throws EXPECTATION_FAILED with the timeline, when there are none within `timeoutMs` of real time (1,000)
   */
  expectDelivered(matcher?: DeliveryMatcher, options?: ExpectDelivered): Promise<DeliveryRecord[]>;
  /**
   * Drains, and makes sure that nothing that matches was acknowledged or still can be.
   * @throws EXPECTATION_FAILED with the timeline
   */
  expectNever(matcher?: DeliveryMatcher): Promise<void>;
  /**
   * Drains, and makes sure that everything that was published has arrived: no delivery waits or is lost, and somebody took each event.
   * One that a filter kept back is fine; one that no subscription takes, or that a suspended one did not get, is not.
   * @throws EXPECTATION_FAILED with the timeline
   */
  expectAllDelivered(): Promise<void>;
  /** What happened so far, for a person: events, attempts, outcomes, times, the seed, and how to repeat the run. */
  timeline(): string;
  /** Runs `body`, and adds the timeline to the message of whatever it throws. */
  explain<T>(body: () => T | Promise<T>): Promise<T>;

  /**
   * The platform's state at this moment: subscribers, subscriptions, queues, retries, tokens, faults, the fictional PIM, the random
   * streams and virtual time. Waits for what is in flight; on a clock that goes by itself nothing new is sent meanwhile. What happened so far (journal, logs, outbox) is not part of it.
   * @throws REENTRANT_CALL from within an in-process handler
   */
  snapshot(): Promise<Snapshot>;
  /**
   * Goes back to a snapshot of this mock, as often as one likes: the same inputs then do the same again. History begins anew, what is in
   * flight is forgotten, and tunnels stay. Virtual time goes back, too; on a clock that goes by itself time goes on, and what came due
   * since the snapshot comes due at once.
   * @throws SNAPSHOT_FOREIGN for one of another mock, REENTRANT_CALL from within an in-process handler
   */
  restore(snapshot: Snapshot): Promise<void>;
  /** Everything as it was at the start, but for the time: a clock goes on. */
  reset(): void;
  /**
   * Waits for what is in flight, at most an ack deadline, gives the rest up and closes every socket. Idempotent.
   * @throws REENTRANT_CALL from within an in-process handler
   */
  close(): Promise<void>;
}
