/** The parts of a mock, joined: the engine's driver, the destinations and the relay, and everything that reads the journal. */

import type { ResolvedMockOptions } from './config/options.ts';
import { sourceOf } from './core/envelope.ts';
import { activateFaults } from './core/fault.ts';
import { isPublisher } from './core/publisher-right.ts';
import type { ResendMode } from './core/resend.ts';
import { createRng } from './core/rng.ts';
import { initialState, routeOf, type State } from './core/state.ts';
import type { Connection, Input, JournalFact, Rejection } from './core/types.ts';
import { fail } from './errors.ts';
import { Publisher } from './events/publisher.ts';
import { ReplayFeed } from './events/replay-feed.ts';
import { joinExpectations } from './mock-expectations.ts';
import type { MockPlan } from './mock-plan.ts';
import { RelayHub } from './relay/hub.ts';
import {
  changeSecret,
  dropSubscription,
  makeSubscription,
  resumeSubscription,
  type SubscriptionMaker,
} from './relay/make-subscription.ts';
import { nextTurn, realDeadline, within } from './runtime/clock.ts';
import { DeliveryLedger } from './runtime/delivery-ledger.ts';
import type { DeliveryRecord } from './runtime/delivery-records.ts';
import { InProcessDestination } from './runtime/destinations/in-process.ts';
import { DestinationRegistry, directDestinations } from './runtime/destinations/registry.ts';
import { RelayDestination } from './runtime/destinations/relay.ts';
import { createSafetyBelt } from './runtime/destinations/safety-belt.ts';
import { Driver } from './runtime/driver.ts';
import { EventArchive } from './runtime/event-archive.ts';
import { FaultControl } from './runtime/fault-control.ts';
import { Journal } from './runtime/journal.ts';
import { LatencyBySubscription } from './runtime/latency.ts';
import { MissedEvents } from './runtime/missed-events.ts';
import { MockClock } from './runtime/mock-clock.ts';
import { NamedSnapshots } from './runtime/named-snapshots.ts';
import { Notifier } from './runtime/notifier.ts';
import { Outbox } from './runtime/outbox.ts';
import { PlatformLogs } from './runtime/platform-logs.ts';
import { PublishCountsBySubscription } from './runtime/publish-counts.ts';
import { readCertificate } from './runtime/read-certificate.ts';
import { sendAgain } from './runtime/send-again.ts';
import { type Snapshot, Snapshots } from './runtime/snapshots.ts';
import { unpublished } from './runtime/unpublished.ts';
import { WireLog } from './runtime/wire-log.ts';

/** A replay waits while a subscription is owed so much: well below what is held for a relay before the oldest is dropped. */
const mostOwedInReplay = 5_000;

export type MockParts = Awaited<ReturnType<typeof assemble>>;

/** @throws FILE_UNREADABLE, INVALID_OPTION for the certificate */
export async function assemble(plan: MockPlan) {
  const { options, clock, seed, policy, scenario, faultRules, faultContext } = plan;
  const rng = createRng(seed);
  const streams = { http: rng.fork('http'), listen: rng.fork('listen'), logs: rng.fork('logs') };
  const now = (): number => clock.now();
  const state = (): State => driver.state;

  const journal = new Journal(now);
  const hub = new RelayHub({
    whileOffline: options.whileOffline,
    now,
    ackDeadlineMs: policy.ackDeadlineMs,
    subscriptions: () => state().subscriptions.values(),
    ensureSubscription: async (wish) => makeSubscription(maker, wish),
    resumeSubscription: (id) => resumeSubscription(maker, id),
    changeSecret: (id, secret) => changeSecret(maker, id, secret),
    dropSubscription: (id) => dropSubscription(maker, id),
    record: (fact) => journal.append(fact),
  });
  const safetyBelt = createSafetyBelt(options.allowHost);
  const { insecure } = options;
  const tls = { insecure, ...(options.ca !== undefined && { ca: await readCertificate(options.ca) }) };
  const inProcess = new InProcessDestination({
    record: (fact) => driver.remark(fact),
    probeDeadlineMs: policy.ackDeadlineMs,
  });
  const direct = directDestinations({
    ...tls,
    safetyBelt,
    probeDeadlineMs: policy.ackDeadlineMs,
    timeoutMs: policy.publishTimeoutMs,
    emulator: options.pubsubEmulator,
    createTopics: options.pubsubCreateTopics,
    isPlain: options.kafkaInsecure,
    isPublisher: (topic) => isPublisher(state(), topic),
  });
  const destinations = new DestinationRegistry([new RelayDestination(hub), inProcess], direct);
  const rules = { policy, disorder: scenario.disorder, rng: rng.fork('engine') };
  const firstState: State = { ...initialState(connectionsOf(options)), faults: activateFaults(faultRules) };
  const wire = new WireLog();
  const driver = new Driver({ state: firstState, rules, clock, journal, destinations, wire });
  joinRelay(hub, driver, destinations, journal);

  const logs = new PlatformLogs({ journal, state, rng: streams.logs, now });
  const outbox = new Outbox();
  const deliveries = {
    deliveriesDone: () => driver.idle(),
    startDeliveries: () => void driver.dispatch({ type: 'tick' }),
  };
  const notifier = new Notifier({ journal, clock, outbox, safetyBelt, state, policy, ...deliveries, ...tls });
  const latency = new LatencyBySubscription(
    () => policy.ackDeadlineMs,
    (outcome) => driver.measuredMs(outcome),
  );
  const missed = new MissedEvents((id) => state().subscriptions.get(id));
  const publishCounts = new PublishCountsBySubscription();
  for (const reader of [latency, missed, publishCounts]) journal.subscribe(reader.take);

  /** Whoever resumes a subscription is told what it has missed. */
  const dispatch = (input: Input): Rejection | undefined => {
    const events = input.type === 'resume' ? missed.of(input.subscriptionId) : 0;
    const rejection = driver.dispatch(input);
    if (input.type === 'resume' && !rejection && events > 0)
      journal.append({ type: 'subscription.missed', subscriptionId: input.subscriptionId, events });
    return rejection;
  };
  const maker: SubscriptionMaker = {
    state,
    dispatch,
    now,
    rng: streams.listen,
    secret: options.webhookSecret,
    subscriptionsPerSubscriber: policy.subscriptionsPerSubscriber,
  };
  const faults = new FaultControl({ state, dispatch, context: faultContext });
  const archive = new EventArchive();
  const ledger = new DeliveryLedger({ state, journal, archive });
  const publisher = new Publisher({
    seed,
    source: policy.eventSource,
    now,
    isManual: clock.isManual === true,
    isTaken: (type) => routeOf(driver.state, type, sourceOf(type)).length > 0,
    accept: (event, data) => {
      archive.add(event);
      return driver.publish(event, data);
    },
  });

  const replays = new ReplayFeed({
    now,
    wakeAt: (at, fn) => clock.wakeAt(at, fn),
    publish: (input, options) => publisher.publishRecorded(input, options),
    hasRoom: () => driver.mostOwed < mostOwedInReplay,
    onChange: (listener) => journal.subscribe(listener),
    settled: () => settled(),
    pause: () => (clock.isManual ? undefined : nextTurn()),
    realDeadline,
  });

  const mockClock = new MockClock(clock);
  /** @throws REENTRANT_CALL for what waits for deliveries, from within a handler that one of them waits for */
  function refuseReentry(call: string): void {
    if (inProcess.isCalling) throw fail('REENTRANT_CALL', { call });
  }
  const isIdle = (): boolean => publisher.isIdle && replays.isIdle && driver.isIdle && notifier.isIdle;
  /** Resolves when nothing is under way that a timer could have caused. Where time stands still, also what a handler has published. */
  const idle = async (): Promise<void> => {
    do {
      await publisher.settled();
      await replays.settled();
      await driver.idle();
      await notifier.idle();
    } while (clock.isManual && !isIdle());
  };
  clock.whenSettled?.(idle, refuseReentry);

  async function drain(): Promise<void> {
    refuseReentry('drain()');
    await idle();
    while (driver.isBusy) {
      if (!clock.isManual) await driver.drained();
      else if (!(await mockClock.next())) return;
      await idle();
    }
  }

  const snapshots = new Snapshots([rng, driver, publisher, notifier, missed, hub, inProcess]);
  const start = snapshots.take('start', now());

  /** Everything is as it was at that moment, and history begins anew. */
  async function beginAnewFrom(snapshot: Snapshot, fact: JournalFact): Promise<void> {
    replays.stopAll();
    const restored = snapshots.restore(snapshot);
    journal.clear();
    archive.startOver(state());
    wire.clear();
    journal.append(fact);
    driver.goOn();
    await restored;
  }

  let isClosing = false;
  /** @throws MOCK_CLOSED once it closes: what would be begun then never ends */
  const checkOpen = (asked: string): void => {
    if (isClosing) throw fail('MOCK_CLOSED', { asked });
  };

  function reset(): void {
    checkOpen('reset');
    void beginAnewFrom(start, { type: 'mock.reset' });
  }

  /** A clock that is moved by hand is not moved meanwhile. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => clock.inTurn?.(work) ?? settled().then(work);

  const takeWhenIdle = async (name: string): Promise<Snapshot> => {
    // One may begin while another is waited for.
    do await idle();
    while (!isIdle());
    checkOpen('snapshot');
    return snapshots.take(name, now());
  };
  /** On a clock that goes by itself there may always be something in flight: what comes meanwhile is held. */
  async function takeSnapshot(name: string): Promise<Snapshot> {
    checkOpen('snapshot');
    return inTurn(() => (clock.isManual ? takeWhenIdle(name) : driver.holding(() => takeWhenIdle(name))));
  }
  async function snapshot(): Promise<Snapshot> {
    refuseReentry('snapshot()');
    return takeSnapshot(snapshots.nextName());
  }

  async function restore(to: Snapshot): Promise<void> {
    refuseReentry('restore()');
    checkOpen('restore');
    snapshots.check(to);
    await inTurn(async () => {
      checkOpen('restore');
      clock.setTime?.(to.at);
      await beginAnewFrom(to, { type: 'mock.reset', snapshot: to.name });
    });
  }
  const namedSnapshots = new NamedSnapshots({ nextName: () => snapshots.nextName(), take: takeSnapshot, restore });

  let isClosed = false;
  /** What has not been answered within the ack deadline is given up: a listener that sleeps would be waited for much longer. */
  async function close(): Promise<void> {
    isClosing = true;
    publisher.stop();
    replays.stopAll();
    driver.stop();
    await within(policy.ackDeadlineMs, driver.idle());
    await notifier.close();
    await destinations.close();
    await driver.idle();
    for (const message of unpublished(state())) journal.append({ type: 'mock.warning', message });
    isClosed = true;
  }
  const resend = (deliveryId: string, as: ResendMode): DeliveryRecord =>
    sendAgain({ state, ledger, archive, driver, again: (event) => publisher.again(event, as) }, deliveryId, as);
  const expectations = joinExpectations(plan, {
    ...{ state, journal, ledger, clock: mockClock, drain },
    isClosed: () => isClosed,
  });

  /**
   * Where time stands still while requests are in flight, an input that comes meanwhile would be before or after their answers by
   * chance. It waits for them, unless it comes from a handler that they wait for.
   */
  const settled = async (): Promise<void> => {
    if (clock.isManual && !inProcess.isCalling) await idle();
  };

  const readers = { logs, outbox, latency, missed, publishCounts };
  return {
    journal,
    archive,
    ledger,
    wire,
    ...readers,
    expectations,
    hub,
    destinations,
    inProcess,
    driver,
    publisher,
    replays,
    faults,
    mockClock,
    streams,
    now,
    settled,
    checkOpen,
    dispatch,
    drain,
    resend,
    snapshot,
    restore,
    namedSnapshots,
    reset,
    close,
    refuseReentry,
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
    if (entry.type === 'attempt.finished') hub.verdict(entry);
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
