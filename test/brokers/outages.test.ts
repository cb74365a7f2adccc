import { describe, expect, it, onTestFinished } from 'vitest';
import type { Mock } from '../../src/mock.ts';
import { Integration, start } from '../mock/integration.ts';
import { kafkaSubscription, pubsubSubscription } from '../runtime/broker-subscriptions.ts';
import { startForwarder } from '../runtime/forwarder.ts';
import { type Broker, freePort, startKafkaCluster, startPubSubEmulator } from './broker-process.ts';
import { type Arrived, type Consumer, consumeKafka, consumePubSub, idOf } from './consumers.ts';

const many = 10_000;
const topic = 'outage-events';
/** Short delays, so that a broker that is back is found soon. */
const policy = { publishRetryFirstMs: 50, publishRetryMostMs: 500 };

const killedLater = (broker: Broker): Broker => {
  onTestFinished(() => broker.kill());
  return broker;
};

/** Resolves once so many publications have been acknowledged since. */
const acknowledged = (mock: Mock, count: number): Promise<void> =>
  new Promise((resolve) => {
    let left = count;
    const stop = mock.journal.subscribe((entry) => {
      if (entry.type !== 'attempt.finished' || entry.verdict.do !== 'deliver' || --left > 0) return;
      stop();
      resolve();
    });
  });

/** Resolves with the first failed publication. */
const failed = (mock: Mock): Promise<string> =>
  new Promise((resolve) => {
    const stop = mock.journal.subscribe((entry) => {
      if (entry.type !== 'attempt.finished' || entry.outcome.kind !== 'publishFailed') return;
      stop();
      resolve(entry.outcome.reason);
    });
  });

/** The ids of the events whose publication has been acknowledged so far. */
const acknowledgedIds = (mock: Mock): Set<string> =>
  new Set(
    [...mock.journal.entries()].flatMap((entry) =>
      entry.type === 'attempt.finished' && entry.verdict.do === 'deliver' ? [entry.eventId] : [],
    ),
  );

/** How a broker of each kind is run behind one address that stays, and consumed from. */
interface Kind {
  subscription: (address: string) => object;
  startBroker: (port: number | undefined) => Promise<Broker>;
  consume: (address: string) => Promise<Consumer>;
}

const kinds: Record<string, Kind> = {
  'Pub/Sub': {
    subscription: () => pubsubSubscription(topic),
    startBroker: startPubSubEmulator,
    consume: (address) => consumePubSub(address, topic),
  },
  Kafka: {
    subscription: (address) => kafkaSubscription(address, { topic }),
    startBroker: startKafkaCluster,
    consume: (address) => consumeKafka(address, topic),
  },
};

describe.each(Object.entries(kinds))('%s', (name, { subscription, startBroker, consume }) => {
  it('that is down at the start gets every event once it is up', async () => {
    const forwarder = await startForwarder(undefined);
    const mock = await start({
      pubsubEmulator: forwarder.address,
      pubsubCreateTopics: true,
      kafkaInsecure: true,
      policy,
    });
    await (await Integration.connect(mock)).subscribe('', { ...subscription(forwarder.address) });
    const down = failed(mock);
    const published = await mock.generate({ types: ['product.updated'], count: 100 });
    await down;
    const broker = killedLater(await startBroker(undefined));
    const consumer = await consume(broker.address);
    forwarder.to(broker.address);
    await consumer.until((arrived) => new Set(arrived.map(idOf)).size === 100);
    expect(new Set(consumer.arrived.map(idOf))).toEqual(new Set(published.map(({ id }) => id)));
  });

  it(`that is killed and started again in the middle of ${many} events gets every one of them at least once`, async () => {
    const first = killedLater(await startBroker(undefined));
    const forwarder = await startForwarder(first.address);
    const mock = await start({
      pubsubEmulator: forwarder.address,
      pubsubCreateTopics: true,
      kafkaInsecure: true,
      policy,
    });
    await (await Integration.connect(mock)).subscribe('', { ...subscription(forwarder.address) });
    const middle = acknowledged(mock, many / 4);
    const down = failed(mock);
    const events = Array.from({ length: many }, (_, n) => ({
      specversion: '1.0' as const,
      id: `event-${n}`,
      source: 'pim',
      type: 'com.akeneo.pim.v1.product.updated',
      data: { product: { uuid: `product-${n}` } },
    }));
    mock.replay(events, { keepIds: true });
    await middle;
    await first.kill();
    forwarder.to(undefined);
    await down;
    // What this broker has acknowledged it takes with it, as far as nobody has consumed it yet: it keeps nothing.
    const takenByTheFirst = acknowledgedIds(mock);
    const second = killedLater(await startBroker(undefined));
    const after = await consume(second.address);
    forwarder.to(second.address);
    const arrivedAt = (arrived: readonly Arrived[]) => new Set([...takenByTheFirst, ...arrived.map(idOf)]);
    await after.until((arrived) => takenByTheFirst.size + arrived.length >= many && arrivedAt(arrived).size === many);
    await mock.drain();

    expect(takenByTheFirst.size, 'it was in the middle').toBeGreaterThanOrEqual(many / 4);
    expect(takenByTheFirst.size, 'it was in the middle').toBeLessThan(many);
    expect(arrivedAt(after.arrived)).toEqual(new Set(events.map(({ id }) => id)));
    expect(mock.deliveries({ state: 'dropped' }).concat(mock.deliveries({ state: 'discarded' })), name).toEqual([]);
  });
});

it('a connection that goes silent without being closed is given up, and another one takes its place', async () => {
  const emulator = killedLater(await startPubSubEmulator(undefined));
  const forwarder = await startForwarder(emulator.address);
  const mock = await start({
    pubsubEmulator: forwarder.address,
    pubsubCreateTopics: true,
    policy: { ...policy, publishTimeoutMs: 500 },
  });
  await (await Integration.connect(mock)).subscribe('', pubsubSubscription(topic));
  const warm = acknowledged(mock, 1);
  await mock.generate({ types: ['product.updated'], count: 1 });
  await warm;
  forwarder.silence();
  const down = failed(mock);
  const back = acknowledged(mock, 100);
  await mock.generate({ types: ['product.updated'], count: 100 });
  expect(await down).toBe('destination_timeout');
  await back;
});

it('the emulator comes back at its own address without anything in between', async () => {
  const port = await freePort();
  const first = killedLater(await startPubSubEmulator(port));
  const mock = await start({ pubsubEmulator: first.address, pubsubCreateTopics: true, policy });
  await (await Integration.connect(mock)).subscribe('', pubsubSubscription(topic));
  const warm = acknowledged(mock, 1);
  await mock.generate({ types: ['product.updated'], count: 1 });
  await warm;
  await first.kill();
  const down = failed(mock);
  const back = acknowledged(mock, 100);
  await mock.generate({ types: ['product.updated'], count: 100 });
  expect(['connection_refused', 'connection_reset', 'destination_failure']).toContain(await down);
  killedLater(await startPubSubEmulator(port));
  await back;
});
