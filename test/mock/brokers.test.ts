import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../src/index.ts';
import type { StartOptions } from '../../src/mock.ts';
import type { JournalEntry } from '../../src/runtime/journal.ts';
import { kafkaSubscription, pubsubSubscription } from '../runtime/broker-subscriptions.ts';
import { kafkaError, startKafkaStub, startSilentBroker } from '../runtime/kafka-stub.ts';
import { Integration, start } from './integration.ts';

const topics = { 'pim-events': 0 };
const notThere = { pubsubEmulator: '127.0.0.1:1' };
const one = { types: ['product.updated'], count: 1 } as const;
const minute = 60_000;

/** A mock with one subscription, and its first event on the way. */
async function subscribed(subscription: object, options: Parameters<typeof start>[0] = {}, count = 1) {
  const mock = await start({ clock: 'virtual', ...options });
  const shop = await Integration.connect(mock);
  const { path, id } = await shop.subscribe('', { ...subscription });
  await mock.generate({ ...one, count });
  await mock.drain();
  return { mock, shop, path, id };
}
const statusOf = async (shop: Integration, path: string) => (await shop.call('GET', path)).body.status;

describe('a subscription to a broker', () => {
  it('is suspended by a missing topic, and its owner is told why', async () => {
    const { broker } = await startKafkaStub();
    const { mock, shop, path, id } = await subscribed(kafkaSubscription(broker), { kafkaInsecure: true });
    expect(await statusOf(shop, path)).toBe('suspended');
    expect(mock.logs({ logType: 'error' })).toMatchObject([
      {
        operation: 'failed_to_deliver_event',
        subscription_id: id,
        error_reason: 'topic_not_found',
        error_code: 404,
        documentation_url: 'https://api.akeneo.com/event-platform/logs.html#topic_not_found',
      },
    ]);
    expect(mock.outbox()[0]?.text).toContain('Reason: Topic not found');
  });

  it('is suspended by refused credentials, under the code that the platform logs them with', async () => {
    const { broker } = await startKafkaStub({ topics, password: 'another' });
    const { mock, shop, path } = await subscribed(kafkaSubscription(broker));
    expect(await statusOf(shop, path)).toBe('suspended');
    expect(mock.logs({ logType: 'error' })).toMatchObject([{ error_reason: 'authentication_failed', error_code: 404 }]);
    expect(mock.outbox()[0]?.text).toContain('Reason: Authentication rejected by the destination');
  });

  it('is suspended by a topic that forbids publishing', async () => {
    const { broker } = await startKafkaStub({ topics: { 'pim-events': kafkaError.topicForbidden } });
    const { mock, shop, path } = await subscribed(kafkaSubscription(broker), { kafkaInsecure: true });
    expect(await statusOf(shop, path)).toBe('suspended');
    expect([...mock.journal.entries()].find(({ type }) => type === 'subscription.suspended')).toMatchObject({
      reason: 'no_publisher_right',
    });
  });

  it('loses a message that is too large, and no other', async () => {
    const { broker } = await startKafkaStub({ topics, mostBytes: 100_000 });
    const faults = [{ oversizedBody: 200_000, first: 1 }];
    const { mock } = await subscribed(kafkaSubscription(broker), { kafkaInsecure: true, faults }, 3);
    expect(mock.deliveries().map(({ state }) => state)).toEqual(['dropped', 'delivered', 'delivered']);
    expect(mock.logs({ logType: 'error' })).toMatchObject([{ error_reason: 'publish_rejected', error_code: 400 }]);
  });

  it.each(['retryAgeLimitMs', 'publishRetryAgeLimitMs'])(
    'is tried again with exponential backoff until %s',
    async (row) => {
      const policy = { [row]: 10 * minute };
      const { mock, shop, path } = await subscribed(pubsubSubscription(), { ...notThere, policy });
      const eventId = mock.deliveries()[0]?.eventId;
      const why = await (await fetch(`${mock.url}/_mock/why?event_id=${eventId}`)).json();
      expect(why).toMatchObject({
        items: [
          {
            reason: 'scheduled',
            message: expect.stringMatching(
              /^retry 1 is due at 2026-01-05T08:00:01.000Z, because attempt 1 failed: connection refused/,
            ),
          },
        ],
      });
      await mock.clock.advance(20 * minute);
      const [delivery] = mock.deliveries();
      const delays = delivery?.attempts.map(({ verdict }) => verdict?.do === 'retry' && verdict.delayMs);
      expect(delays?.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, minute, minute]);
      expect(delivery).toMatchObject({ state: 'dropped', reason: 'too_old' });
      expect(await statusOf(shop, path)).toBe('active');
    },
  );

  it('gets everything when its broker comes, however long it was away', async () => {
    const { mock, shop, path } = await subscribed(kafkaSubscription('127.0.0.1:1'), { kafkaInsecure: true }, 100);
    await mock.clock.advance(minute);
    expect(mock.deliveries({ state: 'scheduled' })).toHaveLength(100);
    // The cluster is moved to where one answers: the events that were published before go there.
    const { broker } = await startKafkaStub({ topics });
    expect((await shop.call('PATCH', path, { config: { broker } })).status).toBe(200);
    await mock.clock.advance(minute);
    expect(mock.deliveries({ state: 'delivered' })).toHaveLength(100);
  });

  it('meets faults as its broker would have them', async () => {
    const { broker } = await startKafkaStub({ topics });
    const faults: FaultInput[] = [
      { timeout: true, first: 1 },
      { reset: true, first: 1 },
      { status: 503, first: 1 },
    ];
    const { mock } = await subscribed(kafkaSubscription(broker), { kafkaInsecure: true, faults });
    await mock.clock.advance(minute);
    const outcomes = mock.deliveries()[0]?.attempts.map(({ outcome }) => outcome);
    expect(outcomes).toMatchObject([
      { kind: 'publishFailed', reason: 'destination_timeout' },
      { kind: 'publishFailed', reason: 'connection_reset' },
      { kind: 'publishFailed', reason: 'destination_failure', code: 503 },
      { kind: 'published' },
    ]);
  });

  it('takes what the fault status=200 lets it take, and has no signature to be spoilt', async () => {
    const faults: FaultInput[] = [{ corruptSignature: true, first: 5 }, { status: 200 }];
    const { mock } = await subscribed(kafkaSubscription('127.0.0.1:1'), { kafkaInsecure: true, faults });
    expect(mock.deliveries()).toMatchObject([{ state: 'delivered', attempts: [{ outcome: { kind: 'published' } }] }]);
    expect(mock.faults.list()).toMatchObject([{ matched: 0 }, { matched: 1, fired: 1 }]);
  });

  it.each([
    [401, 'authentication_failed'],
    [403, 'no_publisher_right'],
    [404, 'topic_not_found'],
  ])('is suspended by the fault status=%i', async (status, reason) => {
    const { broker } = await startKafkaStub({ topics });
    const { mock } = await subscribed(kafkaSubscription(broker), { kafkaInsecure: true, faults: [{ status }] });
    expect([...mock.journal.entries()].find(({ type }) => type === 'subscription.suspended')).toMatchObject({ reason });
  });
});

describe('the journal of a subscription to a broker', () => {
  it('is the same in two runs of virtual time, failures and all', async () => {
    const journals: JournalEntry[][] = [];
    const { broker } = await startKafkaStub({ topics });
    for (let run = 0; run < 2; run++) {
      const hostile = {
        scenario: 'hostile',
        faults: [{ reset: true, every: 7 }],
        kafkaInsecure: true,
      } satisfies StartOptions;
      const { mock } = await subscribed(kafkaSubscription(broker), hostile, 50);
      await mock.clock.advance(10 * minute);
      journals.push([...mock.journal.entries()]);
    }
    expect(journals[0]?.filter(({ type }) => type === 'attempt.finished').length).toBeGreaterThan(50);
    expect(JSON.stringify(journals[1])).toBe(JSON.stringify(journals[0]));
  });

  it('ends with what was not published when the mock closes', async () => {
    const silent = await startSilentBroker();
    const mock = await start({ kafkaInsecure: true, policy: { ackDeadlineMs: 50, brokerConcurrency: 3 } });
    await (await Integration.connect(mock)).subscribe('', kafkaSubscription(silent));
    await mock.generate({ ...one, count: 5 });
    await mock.close();
    expect([...mock.journal.entries()].at(-1)).toMatchObject({
      type: 'mock.warning',
      message: `closed with 5 messages for ${silent}/pim-events not published: gone with the mock`,
    });
  });
});

describe('GET /_mock/state', () => {
  const brokerOf = async (url: string) => {
    const state = (await (await fetch(`${url}/_mock/state`)).json()) as { subscriptions: { broker?: object }[] };
    return state.subscriptions[0]?.broker;
  };

  it('counts from the beginning, with what is in flight', async () => {
    const silent = await startSilentBroker();
    const mock = await start({ kafkaInsecure: true, policy: { ackDeadlineMs: 1, brokerConcurrency: 3 } });
    await (await Integration.connect(mock)).subscribe('', kafkaSubscription(silent));
    expect(await brokerOf(mock.url)).toEqual({ published: 0, acknowledged: 0, failed: 0 });
    await mock.generate({ ...one, count: 5 });
    expect(await brokerOf(mock.url)).toEqual({ published: 3, acknowledged: 0, failed: 0 });
  });

  it('counts what became of the messages, and tells the last error', async () => {
    const { broker } = await startKafkaStub({ topics });
    const faults: FaultInput[] = [{ reset: true, first: 2 }];
    const { mock, shop, path } = await subscribed(kafkaSubscription(broker), { kafkaInsecure: true, faults }, 3);
    expect(await brokerOf(mock.url)).toEqual({
      published: 3,
      acknowledged: 1,
      failed: 2,
      last_error: { at: '2026-01-05T08:00:00.000Z', reason: 'connection_reset', message: expect.any(String) },
    });
    await mock.clock.advance(minute);
    expect(await brokerOf(mock.url)).toMatchObject({ published: 5, acknowledged: 3, failed: 2 });
    await shop.call('DELETE', path);
    expect(await brokerOf(mock.url)).toBeUndefined();
  });

  it('tells what the mock itself refuses to publish, and of an https subscription nothing of the kind', async () => {
    const { mock } = await subscribed(kafkaSubscription('kafka.example.com:9092'));
    expect(await brokerOf(mock.url)).toMatchObject({
      published: 0,
      acknowledged: 0,
      failed: 1,
      last_error: { reason: 'host_not_allowed', message: expect.stringContaining('--allow-host kafka.example.com') },
    });
    const direct = await start({ clock: 'virtual', profile: '2026-09' });
    await (await Integration.connect(direct)).subscribe('https://hooks.example.com/');
    await direct.generate(one);
    await direct.drain();
    expect(direct.deliveries()).toMatchObject([{ state: 'dropped', reason: 'host_not_allowed' }]);
    expect(await brokerOf(direct.url)).toBeUndefined();
  });
});

describe("the platform's right to publish to a topic", () => {
  const topic = 'projects/my-project/topics/pim-events';
  const change = (url: string, what: string, body: unknown = { topic }) =>
    fetch(`${url}/_mock/pubsub/${what}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const list = async (url: string) => (await fetch(`${url}/_mock/pubsub/topics`)).json();

  it('suspends at the next publication once it is taken away, and no sooner', async () => {
    const mock = await start({ clock: 'virtual', ...notThere });
    const shop = await Integration.connect(mock);
    const { path, id } = await shop.subscribe('', pubsubSubscription());
    expect(await list(mock.url)).toEqual({ items: [{ topic, granted: true, subscriptions: [id] }] });
    expect(await (await change(mock.url, 'revoke')).json()).toEqual({ topic, granted: false, subscriptions: [id] });
    expect(await statusOf(shop, path)).toBe('active');
    await mock.generate(one);
    await mock.drain();
    expect(await statusOf(shop, path)).toBe('suspended');
    expect(mock.logs({ logType: 'error' })).toMatchObject([{ error_reason: 'authentication_failed', error_code: 403 }]);
    expect(mock.outbox()[0]?.text).toContain('Permission to publish to the topic denied');
  });

  it('comes back with a grant, after which the subscription may be resumed', async () => {
    const mock = await start({ clock: 'virtual', ...notThere });
    const shop = await Integration.connect(mock);
    const { path } = await shop.subscribe('', pubsubSubscription());
    await change(mock.url, 'revoke');
    await mock.generate(one);
    await mock.drain();
    await change(mock.url, 'grant');
    expect(await statusOf(shop, path)).toBe('suspended');
    await shop.call('POST', `${path}/resume`);
    await mock.generate(one);
    await mock.drain();
    expect(mock.deliveries().at(-1)?.attempts[0]?.outcome).toMatchObject({ reason: 'connection_refused' });
  });

  it('is granted again by a reset', async () => {
    const mock = await start();
    await change(mock.url, 'revoke');
    expect(await list(mock.url)).toEqual({ items: [{ topic, granted: false, subscriptions: [] }] });
    mock.reset();
    expect(await list(mock.url)).toEqual({ items: [] });
  });

  const whole = /^topic: must be projects\/PROJECT\/topics\/TOPIC, as the subscriptions have them, got /;
  it.each([
    [{}, /^topic: is required/],
    [{ topic: 'pim-events' }, whole],
    [{ topic: 'projects/my-project/topics/x' }, whole],
    [{ topic: 7 }, whole],
  ])('is of a whole topic: %j', async (body, message) => {
    const mock = await start();
    const answer = await change(mock.url, 'revoke', body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { errors: { message: string }[] }).errors[0]?.message).toMatch(message);
  });
});

it('a subscription to Pub/Sub is taken as in production when no emulator is named, and each event says what to do', async () => {
  const { mock } = await subscribed(pubsubSubscription());
  expect(mock.deliveries()).toMatchObject([
    {
      destination: 'projects/my-project/topics/pim-events',
      state: 'dropped',
      reason: 'broker_not_named',
      attempts: [{ verdict: { message: expect.stringContaining('--pubsub-emulator') } }],
    },
  ]);
});
