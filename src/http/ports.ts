import type { Policy, ProfileName } from '../core/profile.ts';
import type { ResendMode } from '../core/resend.ts';
import type { Rng } from '../core/rng.ts';
import type { State } from '../core/state.ts';
import type { Input, Outcome, Rejection } from '../core/types.ts';
import type { BenchmarkRequest } from '../events/benchmark.ts';
import type { GenerateRequest, OwnEvents } from '../events/generate-request.ts';
import type { PublishedEvent } from '../events/published-event.ts';
import type { TunnelView } from '../relay/hub.ts';
import type { DeliveryLedger } from '../runtime/delivery-ledger.ts';
import type { DeliveryRecord } from '../runtime/delivery-records.ts';
import type { ProbeResult } from '../runtime/destinations/port.ts';
import type { EventArchive } from '../runtime/event-archive.ts';
import type { FaultControl } from '../runtime/fault-control.ts';
import type { Journal } from '../runtime/journal.ts';
import type { LatencyBySubscription } from '../runtime/latency.ts';
import type { MissedEvents } from '../runtime/missed-events.ts';
import type { MockClock } from '../runtime/mock-clock.ts';
import type { NamedSnapshots } from '../runtime/named-snapshots.ts';
import type { Outbox } from '../runtime/outbox.ts';
import type { PlatformLogs } from '../runtime/platform-logs.ts';
import type { PublishCountsBySubscription } from '../runtime/publish-counts.ts';
import type { WireLog } from '../runtime/wire-log.ts';
import type { Expectations } from '../testing/expectations.ts';

/** What the HTTP side needs of the mock; `mock.ts` joins them. */
export interface HttpContext {
  /** The live state: read it, and change it through `dispatch` only. */
  readonly state: State;
  readonly journal: Journal;
  /** The latest published events. */
  readonly archive: EventArchive;
  /** The deliveries with their attempts. */
  readonly ledger: DeliveryLedger;
  /** The latest attempts as they went out, and what came back. */
  readonly wire: WireLog;
  /** How long an outcome took in real time, where time is moved by hand and the journal does not say. */
  measuredMs(outcome: Outcome): number | undefined;
  /** What a test may say about a run, and wait for. */
  readonly expectations: Expectations;
  readonly logs: PlatformLogs;
  readonly outbox: Outbox;
  readonly latency: LatencyBySubscription;
  readonly missed: MissedEvents;
  readonly publishCounts: PublishCountsBySubscription;
  readonly clock: MockClock;
  readonly policy: Policy;
  readonly profile: ProfileName;
  readonly seed: number;
  readonly version: string;
  /** The mock's time in milliseconds since the epoch. */
  now(): number;
  /** Aborted when the mock begins to close: whoever waits is answered. */
  readonly closing: AbortSignal;
  /** The ready-made connection, and the secret of the subscriptions that the mock makes itself. */
  readonly credentials: Readonly<
    Record<'clientId' | 'clientSecret' | 'username' | 'password' | 'webhookSecret', string>
  >;
  /** A stream of random numbers of its own for ids and tokens. */
  readonly rng: Rng;
  /** `any`: every non-empty token is taken for whatever client id it comes with. */
  readonly auth: 'connection' | 'any';
  /** Plain http destinations are taken for loopback addresses. */
  readonly allowHttp: boolean;
  /** The URL of the bound socket, without a trailing slash. */
  url(): string;
  /** On a clock that is moved by hand: waits until nothing is in flight, so that an input has one place among the answers. */
  settled(): Promise<void>;
  /** Resolves when everything that can be sent has been sent and answered; moves a clock that is moved by hand. */
  drain(): Promise<void>;
  dispatch(input: Input): Rejection | undefined;
  /** The fault rules in force. */
  readonly faults: FaultControl;
  /** Asks an https destination whether it is there, through the relay where a tunnel claims the URL. */
  probe(url: string): Promise<ProbeResult>;
  /** Generates and publishes. */
  generate(request: GenerateRequest): Promise<PublishedEvent[]>;
  /** Publishes events of one's own, what they lack filled in. */
  publish(request: OwnEvents): Promise<PublishedEvent[]>;
  /** Publishes recorded events as they are. */
  replay(events: readonly unknown[], options: { keepIds: boolean }): Promise<PublishedEvent[]>;
  /** Sends a past delivery again. @throws DELIVERY_NOT_FOUND, EVENT_FORGOTTEN, and why its subscription takes none */
  resend(deliveryId: string, as: ResendMode): DeliveryRecord;
  /** Begins to publish test events for the subscriptions whose source is benchmark. */
  benchmark(request: BenchmarkRequest): void;
  /** Those that are held by name. */
  readonly snapshots: NamedSnapshots;
  /** Everything as it was at the start: subscribers, queues, journal, tokens. Tunnels stay. */
  reset(): void;
  tunnels(): TunnelView[];
}
