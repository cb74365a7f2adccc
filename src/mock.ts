/** The composition root: joins the engine, the clock, the destinations, the relay and the HTTP side into one running mock. */
import { readFile } from 'node:fs/promises';
import { type MockOptions, type ResolvedMockOptions, resolveMockOptions } from './config/options.ts';
import { isLoopbackHost } from './core/loopback.ts';
import { type Policy, type ProfileName, resolvePolicy } from './core/profile.ts';
import { createRng } from './core/rng.ts';
import { initialState, routeOf, type State } from './core/state.ts';
import type { CloudEvent, Connection } from './core/types.ts';
import { fail } from './errors.ts';
import { type GenerateRequest, type PublishedEvent, Publisher } from './events/publisher.ts';
import { createApp } from './http/app.ts';
import type { DeliveryView } from './http/control-api.ts';
import { type DeliveryQuery, deliveryViews } from './http/delivery-views.ts';
import { listen } from './http/listen.ts';
import type { HttpContext } from './http/ports.ts';
import { createRelayHub, type RelayHub } from './relay/hub.ts';
import { makeSubscription } from './relay/make-subscription.ts';
import { type Clock, SystemClock } from './runtime/clock.ts';
import { HttpsDestination } from './runtime/destinations/https.ts';
import { DestinationRegistry } from './runtime/destinations/registry.ts';
import { RelayDestination } from './runtime/destinations/relay.ts';
import { createSafetyBelt } from './runtime/destinations/safety-belt.ts';
import { Driver } from './runtime/driver.ts';
import { freshSeed } from './runtime/fresh-seed.ts';
import { Journal } from './runtime/journal.ts';
import { version } from './version.ts';

export interface StartOptions extends MockOptions {
  /** Whose time the mock lives in; the machine's clock by default. */
  clock?: Clock;
}

/** A running mock. */
export interface Mock extends AsyncDisposable {
  /** The URL of the bound socket, for the PIM and the platform alike, without a trailing slash. */
  readonly url: string;
  readonly seed: number;
  readonly profile: ProfileName;
  readonly policy: Policy;
  readonly clock: Clock;
  /** The ready-made connection of the PIM that the mock plays. */
  readonly credentials: { clientId: string; clientSecret: string; username: string; password: string };
  /** What happened, entry by entry; `journal.subscribe(listener)` for what will. */
  readonly journal: Journal;
  /** Generates events and publishes them. @throws UNKNOWN_EVENT_TYPE */
  generate(request: GenerateRequest): Promise<PublishedEvent[]>;
  /** Publishes events of your own. With `keepIds` under their own ids, otherwise under new ones. */
  publish(events: readonly CloudEvent[], options?: { keepIds?: boolean }): PublishedEvent[];
  /** Publishes what the next request to the fictional PIM causes. */
  publishNext(): Promise<PublishedEvent[]>;
  /** Deliveries with their attempts, newest first. */
  deliveries(query?: Partial<DeliveryQuery>): DeliveryView[];
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
  /** Everything as it was at the start. */
  reset(): void;
  /** Waits for what is in flight, at most an ack deadline, and closes every socket. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a mock and resolves when it answers.
 * @throws PORT_IN_USE, CANNOT_LISTEN, TOKEN_REQUIRED_TO_BIND, INVALID_OPTION, FILE_UNREADABLE
 */
export async function startMock({ clock = new SystemClock(), ...given }: StartOptions = {}): Promise<Mock> {
  const options = resolveMockOptions(given);
  if (!isLoopbackHost(options.host) && options.token === undefined)
    throw fail('TOKEN_REQUIRED_TO_BIND', { host: options.host });
  const seed = options.seed ?? freshSeed();
  const policy = resolvePolicy(options.profile, options.policy);
  const rng = createRng(seed);
  const now = (): number => clock.now();
  const freshState = (): State => initialState(connectionsOf(options));

  const journal = new Journal(now);
  const hub = createRelayHub({
    whileOffline: options.whileOffline,
    now,
    ackDeadlineMs: policy.ackDeadlineMs,
    subscriptions: () => driver.state.subscriptions.values(),
    ensureSubscription: async (wish) =>
      makeSubscription(
        {
          state: () => driver.state,
          dispatch: (input) => driver.dispatch(input),
          now,
          rng: ids,
          pimUrl: () => server.url,
          clientId: options.clientId,
          secret: options.webhookSecret,
          subscriptionsPerSubscriber: policy.subscriptionsPerSubscriber,
        },
        wish,
      ),
    record: (fact) => journal.append(fact),
  });
  const destinations = new DestinationRegistry({
    relay: new RelayDestination(hub),
    https: new HttpsDestination({
      safetyBelt: createSafetyBelt(options.allowHost),
      insecure: options.insecure,
      probeDeadlineMs: policy.ackDeadlineMs,
      ...(options.ca !== undefined && { ca: await readCertificate(options.ca) }),
    }),
  });
  const driver = new Driver({ state: freshState(), policy, clock, journal, destinations });
  clock.whenSettled?.(() => driver.idle());
  const publisher = new Publisher({
    seed,
    source: policy.eventSource,
    now,
    accept: (event) => {
      driver.dispatch({ type: 'publish', event });
      return routeOf(driver.state, event.type, event.source).length;
    },
  });
  const ids = rng.fork('ids');
  joinRelay(hub, driver, destinations, journal);

  const reset = (): void => {
    driver.replaceState(freshState());
    publisher.reset();
    journal.clear();
    journal.append({ type: 'mock.reset' });
    void hub.reset();
  };
  const context: HttpContext = {
    get state() {
      return driver.state;
    },
    journal,
    policy,
    profile: options.profile,
    seed,
    version,
    now,
    rng: rng.fork('http'),
    auth: options.auth,
    allowHttp: options.allowHttp,
    url: () => server.url,
    dispatch: (input) => driver.dispatch(input),
    probe: (url) => destinations.probe(url),
    generate: (request) => publisher.generate(request),
    publish: (events, { keepIds }) => publisher.publish(events, { keepIds }),
    reset,
    tunnels: () => hub.tunnels(),
  };
  const app = createApp(context, { relay: hub, token: options.token });
  const server = await listen({ fetch: app.fetch, host: options.host, port: options.port });

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      await driver.close();
      await destinations.close();
      await server.close();
    })();
    return closing;
  };
  const { clientId, clientSecret, username, password } = options;
  return {
    url: server.url,
    seed,
    profile: options.profile,
    policy,
    clock,
    credentials: { clientId, clientSecret, username, password },
    journal,
    generate: context.generate,
    publish: (events, { keepIds = false } = {}) => publisher.publish(events, { keepIds }),
    publishNext: () => publisher.next(),
    deliveries: (query = {}) => deliveryViews(driver.state, journal, { limit: 1_000, ...query }),
    idle: () => driver.idle(),
    reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Tells the relay what becomes of its subscriptions and deliveries, and lets go what was held when somebody listens again. */
function joinRelay(hub: RelayHub, driver: Driver, destinations: DestinationRegistry, journal: Journal): void {
  let isTelling = false;
  const tellSoon = (): void => {
    if (isTelling) return;
    isTelling = true;
    // After the step that changed the subscription: what the relay does next is a step of its own.
    queueMicrotask(() => {
      isTelling = false;
      hub.claimsChanged();
    });
  };
  journal.subscribe((entry) => {
    if (entry.type === 'attempt.finished') hub.verdict(entry, entry.attempt, entry.outcome, entry.verdict);
    else if (entry.type.startsWith('subscription.')) tellSoon();
  });
  hub.onOnline(() => {
    for (const [subscriptionId, lane] of driver.state.lanes) {
      const subscription = driver.state.subscriptions.get(subscriptionId);
      if (lane.gate === 'held' && subscription && destinations.isOnline(subscription)) {
        driver.dispatch({ type: 'openGate', subscriptionId });
      }
    }
  });
}

function connectionsOf({ clientId, clientSecret, username, password, connections }: ResolvedMockOptions): Connection[] {
  const ready: Connection = { kind: 'connection', clientId, clientSecret, username, password, permission: true };
  return [ready, ...connections];
}

async function readCertificate(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw fail('FILE_UNREADABLE', { file, reason: (error as Error).message });
  }
}
