import { describe, expect, it } from 'vitest';
import {
  type Policy,
  type PolicyName,
  type ProfileName,
  policyNames,
  profileNames,
  profileTable,
  resolvePolicy,
} from '../../src/core/profile.ts';
import { nextDueAt } from '../../src/core/timers.ts';
import type { Outcome } from '../../src/core/types.ts';
import { VirtualClock } from '../../src/runtime/clock.ts';
import { answered, World } from '../core/world.ts';
import { kafkaSubscription } from '../runtime/broker-subscriptions.ts';
import { answer, startHandler } from '../runtime/handler.ts';
import { startSilentBroker } from '../runtime/kafka-stub.ts';
import { Integration, start } from './integration.ts';

type Scenario = (policy: Policy, profile: ProfileName) => void | Promise<void>;

/** The engine under a profile, with one subscription. Rows that a scenario is not about are out of its way. */
function worldOf(profile: ProfileName, overrides: Partial<Policy> = {}): World {
  const world = new World({ windowLeastRequests: 1_000_000, ...overrides }, profile);
  world.subscribe('sub');
  return world;
}

/** The same with a subscription to a broker. */
function brokerWorld(profile: ProfileName): World {
  const world = new World({}, profile);
  world.subscribe('sub', { config: { type: 'pubsub', projectId: 'my-project', topicId: 'pim-events' } });
  return world;
}

/** How long each of so many failed publications of one message is waited after. */
function backOffs(profile: ProfileName, times: number): number[] {
  const world = brokerWorld(profile);
  world.publish('e');
  return Array.from({ length: times }, () => {
    world.answer({ kind: 'publishFailed', reason: 'connection_refused', code: 500, message: '', durationMs: 1 });
    const delayMs = (nextDueAt(world.state) ?? 0) - world.now;
    world.advance(delayMs);
    return delayMs;
  });
}

let events = 0;
function send(world: World, outcome: Outcome, times = 1): void {
  for (let n = 0; n < times; n++) {
    world.publish(`e${++events}`);
    world.answer(outcome);
  }
}
const statusOf = (world: World) => world.state.subscriptions.get('sub')?.status;
const lastVerdict = (world: World) => world.of('attempt.finished').at(-1)?.verdict;
const stopped = { suspend: 'suspended', revoke: 'revoked' };

const startWith = (profile: ProfileName, options: Parameters<typeof start>[0] = {}) =>
  start({ profile, allowHttp: true, ...options });

/** One scenario a row: what the platform is seen to do because of it. The compiler asks for a line when a row is added. */
const scenarios: { [Row in PolicyName]: Scenario } = {
  ackDeadlineMs: async (policy, profile) => {
    const clock = new VirtualClock(0);
    const mock = await startWith(profile, { clock, faults: [{ timeout: true }] });
    const handler = await startHandler();
    await (await Integration.connect(mock)).subscribe(handler.url);
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    const [delivery] = mock.deliveries();
    expect(delivery?.attempts[0]?.outcome).toMatchObject({ kind: 'timeout', durationMs: policy.ackDeadlineMs });
  },
  ackStatuses: (policy, profile) => {
    for (const status of [200, 201, 202, 204]) {
      const world = worldOf(profile);
      send(world, answered(status));
      expect(lastVerdict(world)?.do === 'deliver', String(status)).toBe(policy.ackStatuses.includes(status));
    }
  },
  probe: async (policy, profile) => {
    const mock = await startWith(profile);
    const handler = await startHandler(answer(405));
    const subscribing = (await Integration.connect(mock)).subscribe(handler.url);
    if (policy.probe === 'head') await expect(subscribing).rejects.toThrow('405');
    else await subscribing;
    expect(handler.received.map(({ method }) => method)).toEqual(policy.probe === 'head' ? ['HEAD'] : []);
  },
  retryDelaysMs: (policy, profile) => {
    const world = worldOf(profile);
    world.publish('e');
    const seen: number[] = [];
    while (world.inFlight.length > 0) {
      world.answer(answered(503));
      const dueAt = nextDueAt(world.state);
      if (dueAt === undefined) break;
      seen.push(dueAt - world.now);
      world.advance(dueAt - world.now);
    }
    expect(seen).toEqual(policy.retryDelaysMs);
    expect(world.of('delivery.dropped')).toMatchObject([{ reason: 'retries_exhausted' }]);
  },
  retriedStatuses: (policy, profile) => {
    const expected: Record<string, boolean> = {
      400: false,
      401: false,
      410: false,
      429: true,
      500: true,
      503: true,
      599: true,
    };
    for (const [status, isRetried] of Object.entries(expected)) {
      const world = worldOf(profile);
      send(world, answered(Number(status)));
      expect(lastVerdict(world)?.do, status).toBe(isRetried ? 'retry' : 'drop');
    }
    expect(policy.retriedStatuses).toEqual(['5xx', '429']);
  },
  retryAgeLimitMs: (policy, profile) => {
    const world = worldOf(profile, { retryDelaysMs: [1, 1], concurrency: 1 });
    world.publish('e');
    world.advance(8 * 3_600_000);
    world.answer(answered(503));
    expect(lastVerdict(world)).toMatchObject(
      policy.retryAgeLimitMs === null ? { do: 'retry' } : { do: 'drop', reason: 'too_old' },
    );
  },
  onNotFound: (policy, profile) => {
    const world = worldOf(profile);
    send(world, answered(404));
    expect(statusOf(world)).toBe(stopped[policy.onNotFound]);
  },
  onRedirect: (policy, profile) => {
    const world = worldOf(profile);
    send(world, answered(301));
    expect(statusOf(world)).toBe(stopped[policy.onRedirect]);
  },
  concurrency: (policy, profile) => {
    const world = worldOf(profile);
    for (let n = 0; n < policy.concurrency + 5; n++) world.publish(`c${n}`);
    expect(world.inFlight).toHaveLength(policy.concurrency);
  },
  brokerConcurrency: (policy, profile) => {
    const world = brokerWorld(profile);
    for (let n = 0; n < policy.brokerConcurrency + 5; n++) world.publish(`b${n}`);
    expect(world.inFlight).toHaveLength(policy.brokerConcurrency);
  },
  publishTimeoutMs: async (policy, profile) => {
    const silent = await startSilentBroker();
    const mock = await startWith(profile, { kafkaInsecure: true, policy: { publishTimeoutMs: 50 } });
    await (await Integration.connect(mock)).subscribe('', kafkaSubscription(silent));
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    const [attempt] = mock.deliveries()[0]?.attempts ?? [];
    expect(attempt?.outcome).toMatchObject({ kind: 'publishFailed', reason: 'destination_timeout' });
    expect(policy.publishTimeoutMs).toBe(10_000);
  },
  publishRetryFirstMs: (policy, profile) => {
    expect(backOffs(profile, 1)).toEqual([policy.publishRetryFirstMs]);
  },
  publishRetryFactor: (policy, profile) => {
    const [first = 0, second = 0] = backOffs(profile, 2);
    expect(second / first).toBe(policy.publishRetryFactor);
  },
  publishRetryMostMs: (policy, profile) => {
    expect(backOffs(profile, 12).at(-1)).toBe(policy.publishRetryMostMs);
  },
  publishRetryAgeLimitMs: (policy, profile) => {
    const world = brokerWorld(profile);
    world.publish('e');
    world.advance(policy.publishRetryAgeLimitMs);
    world.answer({ kind: 'publishFailed', reason: 'connection_refused', code: 500, message: '', durationMs: 1 });
    expect(lastVerdict(world)).toEqual({ do: 'drop', reason: 'too_old' });
  },
  windowMs: (policy, profile) => {
    const world = worldOf(profile);
    send(world, answered(500));
    world.inFlight = [];
    world.now += policy.windowMs + policy.windowMs / 60;
    send(world, answered(200));
    expect(world.of('attempt.finished').at(-1)?.health?.requests).toBe(1);
  },
  windowLeastRequests: (policy, profile) => {
    const world = worldOf(profile, { windowLeastRequests: policy.windowLeastRequests, retryDelaysMs: [] });
    send(world, answered(500), policy.windowLeastRequests - 1);
    expect(statusOf(world)).toBe('active');
    send(world, answered(500));
    expect(statusOf(world)).toBe('suspended');
  },
  failureShareLimit: (policy, profile) => {
    const world = worldOf(profile, { windowLeastRequests: 1, successRateFloor: null, retryDelaysMs: [] });
    send(world, answered(200), 94);
    send(world, answered(500), 5);
    expect(statusOf(world)).toBe(policy.failureShareLimit === null ? 'active' : 'suspended');
  },
  successRateFloor: (policy, profile) => {
    const world = worldOf(profile, { windowLeastRequests: 1, failureShareLimit: null, retryDelaysMs: [] });
    send(world, answered(200), 89);
    send(world, answered(400), 10);
    expect(statusOf(world)).toBe(policy.successRateFloor === null ? 'active' : 'suspended');
  },
  throttledCountsAfterMs: (policy, profile) => {
    const world = worldOf(profile, { retryDelaysMs: [] });
    send(world, answered(429));
    expect(world.of('attempt.finished').at(-1)?.health?.requests).toBe(policy.throttledCountsAfterMs === 0 ? 1 : 0);
    world.advance(policy.throttledCountsAfterMs);
    send(world, answered(200));
    expect(world.of('attempt.finished').at(-1)?.health?.requests).toBe(2);
  },
  unreachableCountsAs: (policy, profile) => {
    const world = worldOf(profile, { retryDelaysMs: [] });
    send(world, { kind: 'transportError', reason: 'connection_refused', message: '', durationMs: 1 });
    const health = world.of('attempt.finished').at(-1)?.health;
    expect(health?.requests).toBe(policy.unreachableCountsAs === 'timeout' ? 1 : undefined);
  },
  rateStart: (policy, profile) => {
    const world = worldOf(profile, { rateMax: policy.rateMax, concurrency: 10 });
    for (let n = 0; n < 3; n++) world.publish(`r${n}`);
    expect((nextDueAt(world.state) ?? 0) - world.now).toBe(1_000 / policy.rateStart);
  },
  rateMin: (policy, profile) => {
    const world = worldOf(profile, { rateMax: policy.rateMax, retryDelaysMs: [] });
    for (let n = 0; n < 20; n++) {
      send(world, answered(429), 1);
      world.advance(2_000);
    }
    expect(world.state.lanes.get('sub')?.rate.perSecond).toBe(policy.rateMin);
  },
  rateMax: (policy, profile) => {
    const world = worldOf(profile, { rateMax: policy.rateMax, rateUp: 1_000 });
    for (let n = 0; n < 60; n++) {
      send(world, answered(200), 1);
      world.advance(1_000);
    }
    expect(world.state.lanes.get('sub')?.rate.perSecond).toBe(policy.rateMax);
  },
  rateUp: (policy, profile) => {
    const world = worldOf(profile, { rateMax: policy.rateMax });
    for (let n = 0; n < policy.rateStart; n++) {
      send(world, answered(200), 1);
      world.advance(1_000);
    }
    expect(world.state.lanes.get('sub')?.rate.perSecond).toBe(policy.rateStart + policy.rateUp);
  },
  rateDown: (policy, profile) => {
    const world = worldOf(profile, { rateMax: policy.rateMax });
    send(world, answered(429));
    expect(world.state.lanes.get('sub')?.rate.perSecond).toBe(policy.rateStart * policy.rateDown);
  },
  activationDelayMs: (policy, profile) => {
    const world = worldOf(profile);
    expect(world.state.subscriptions.get('sub')?.activeFrom).toBe(world.now + policy.activationDelayMs);
  },
  eventSource: async (policy, profile) => {
    const mock = await startWith(profile);
    const handler = await startHandler();
    await (await Integration.connect(mock)).subscribe(handler.url);
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    expect(JSON.parse(String(handler.received.at(-1)?.body)).source).toBe(policy.eventSource);
  },
  emptyList: async (policy, profile) => {
    const shop = await Integration.connect(await startWith(profile));
    expect((await shop.call('GET', '/subscribers')).body).toEqual(JSON.parse(policy.emptyList));
  },
  validationStatus: async (policy, profile) => {
    const shop = await Integration.connect(await startWith(profile));
    expect((await shop.call('POST', '/subscribers', {})).status).toBe(policy.validationStatus);
  },
  subscribersPerPim: async (policy, profile) => {
    const shop = await Integration.connect(await startWith(profile));
    const body = { name: 'shop', contact: { technical_email: 'dev@example.com' } };
    for (let n = 0; n < policy.subscribersPerPim; n++)
      expect((await shop.call('POST', '/subscribers', body)).status).toBe(201);
    expect((await shop.call('POST', '/subscribers', body)).status).toBe(409);
  },
  subscriptionsPerSubscriber: async (policy, profile) => {
    const shop = await Integration.connect(await startWith(profile));
    const contact = { technical_email: 'dev@example.com' };
    const { body: subscriber } = await shop.call<{ id: string }>('POST', '/subscribers', { name: 'shop', contact });
    const path = `/subscribers/${subscriber.id}/subscriptions`;
    const body = {
      type: 'pubsub',
      events: ['com.akeneo.pim.v1.product.updated'],
      config: { project_id: 'my-project', topic_id: 'topic' },
    };
    for (let n = 0; n < policy.subscriptionsPerSubscriber; n++)
      expect((await shop.call('POST', path, body)).status).toBe(201);
    expect((await shop.call('POST', path, body)).status).toBe(409);
  },
  tokenLifetimeMs: async (policy, profile) => {
    const clock = new VirtualClock(0);
    const shop = await Integration.connect(await startWith(profile, { clock }));
    await clock.advance(policy.tokenLifetimeMs - 1);
    expect((await shop.call('GET', '/subscribers')).status).toBe(200);
    await clock.advance(1);
    expect((await shop.call('GET', '/subscribers')).status).toBe(401);
  },
};

describe.each(profileNames)('profile %s', (profile) => {
  it.each(policyNames)('%s', async (row) => {
    const scenario = scenarios[row];
    expect(scenario, `the row ${row} has no scenario`).toBeTypeOf('function');
    const policy = resolvePolicy(profile);
    expect(policy[row]).toEqual(profileTable[row][profile].value);
    await scenario(policy, profile);
  });
});
