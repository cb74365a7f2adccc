/** A running mock: its plan, its parts, and the HTTP side in front of them. */
import type { ResolvedScenario } from './config/resolve-scenario.ts';
import type { Policy, ProfileName } from './core/profile.ts';
import type { CloudEvent } from './core/types.ts';
import type { GenerateRequest, PublishedEvent } from './events/publisher.ts';
import { createApp } from './http/app.ts';
import type { DeliveryView } from './http/control-api.ts';
import { type DeliveryQuery, deliveryViews } from './http/delivery-views.ts';
import { listen } from './http/listen.ts';
import type { HttpContext } from './http/ports.ts';
import { assemble, type MockParts } from './mock-parts.ts';
import { type MockPlan, planMock, type StartOptions } from './mock-plan.ts';
import type { FaultControl } from './runtime/fault-control.ts';
import type { JournalReader } from './runtime/journal.ts';
import type { MockClock } from './runtime/mock-clock.ts';
import type { Email } from './runtime/outbox.ts';
import type { LogEntry, LogQuery } from './runtime/platform-logs.ts';
import { version } from './version.ts';

export type { StartOptions };

/** A running mock. */
export interface Mock extends AsyncDisposable {
  /** The URL of the bound socket, for the PIM and the platform alike, without a trailing slash. */
  readonly url: string;
  readonly seed: number;
  readonly profile: ProfileName;
  readonly policy: Policy;
  /** How badly things go: what was asked for, with its numbers. */
  readonly scenario: ResolvedScenario;
  /** The fault rules in force: `faults.add({ status: 503, first: 2 })`, `list()`, `replace()`, `clear()`. */
  readonly faults: FaultControl;
  /** The mock's time. With `clock: 'virtual'` it is moved by `clock.advance(ms)`, `clock.next()` and `clock.runUntilIdle()`. */
  readonly clock: MockClock;
  /** The ready-made connection of the PIM that the mock plays. */
  readonly credentials: { clientId: string; clientSecret: string; username: string; password: string };
  /** What happened, entry by entry; `journal.subscribe(listener)` for what will. */
  readonly journal: JournalReader;
  /** Generates events and publishes them. @throws UNKNOWN_EVENT_TYPE */
  generate(request: GenerateRequest): Promise<PublishedEvent[]>;
  /** Publishes events of your own. With `keepIds` under their own ids, otherwise under new ones. */
  publish(events: readonly CloudEvent[], options?: { keepIds?: boolean }): PublishedEvent[];
  /** Publishes what the next request to the fictional PIM causes. */
  publishNext(): Promise<PublishedEvent[]>;
  /** Deliveries with their attempts, newest first. */
  deliveries(query?: Partial<DeliveryQuery>): DeliveryView[];
  /** The platform's logs of every PIM and client id, newest first. */
  logs(query?: LogQuery): LogEntry[];
  /** The e-mails that the platform would have sent, newest first. */
  outbox(): Email[];
  /**
   * Resolves when everything that can be sent has been sent and answered, as fast as the rate allows. What waits for its time (retries)
   * or for a listener is left. A clock that is moved by hand is moved as far as the rate needs.
   */
  drain(): Promise<void>;
  /** Everything as it was at the start, but for the time: a clock goes on. */
  reset(): void;
  /** Waits for what is in flight, at most an ack deadline, gives the rest up and closes every socket. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a mock and resolves when it answers.
 * @throws PORT_IN_USE, CANNOT_LISTEN, TOKEN_REQUIRED_TO_BIND, INVALID_OPTION, CONFLICTING_OPTIONS, FILE_UNREADABLE
 */
export async function startMock(given: StartOptions = {}): Promise<Mock> {
  const plan = planMock(given);
  const parts = await assemble(plan);
  const { options, seed, policy, scenario } = plan;
  const { driver, publisher, journal } = parts;

  const app = createApp(
    httpContext(plan, parts, () => server.url),
    { relay: parts.hub, token: options.token },
  );
  const server = await listen({ fetch: app.fetch, host: options.host, port: options.port }).catch(async (error) => {
    await parts.close();
    throw error;
  });

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= parts.close().then(() => server.close());
    return closing;
  };
  const { clientId, clientSecret, username, password } = options;
  return {
    url: server.url,
    seed,
    profile: options.profile,
    policy,
    scenario,
    clock: parts.mockClock,
    credentials: { clientId, clientSecret, username, password },
    journal,
    faults: parts.faults,
    generate: (request) => parts.settled().then(() => publisher.generate(request)),
    publish: (events, { keepIds = false } = {}) => publisher.publish(events, { keepIds }),
    publishNext: () => parts.settled().then(() => publisher.next()),
    deliveries: (query = {}) => deliveryViews(driver.state, journal, { limit: 1_000, ...query }),
    logs: (query) => parts.logs.entries(query),
    outbox: () => parts.outbox.emails(),
    drain: parts.drain,
    reset: parts.reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What the HTTP side is given of the mock. */
function httpContext(plan: MockPlan, parts: MockParts, url: () => string): HttpContext {
  const { options, seed, policy } = plan;
  const { driver, publisher, hub, destinations, mockClock, streams } = parts;
  const { journal, logs, outbox, latency, missed, publishCounts, faults, now, settled, dispatch, reset } = parts;
  return {
    get state() {
      return driver.state;
    },
    ...{ journal, logs, outbox, latency, missed, publishCounts, faults, now, settled, dispatch, reset, url },
    clock: mockClock,
    policy,
    profile: options.profile,
    seed,
    version,
    rng: streams.http,
    auth: options.auth,
    allowHttp: options.allowHttp,
    probe: (target) => destinations.probe(target),
    generate: (request) => publisher.generate(request),
    publish: (events, { keepIds }) => publisher.publishInSlices(events, { keepIds }),
    benchmark: (request) => publisher.benchmark(request),
    tunnels: () => hub.tunnels(),
  };
}
