import { describe, expect, inject, it } from 'vitest';
import type { Mock } from '../../src/mock.ts';
import { Integration, start } from '../mock/integration.ts';
import { kafkaSubscription, pubsubSubscription } from '../runtime/broker-subscriptions.ts';
import { type Consumer, consumeKafka, consumePubSub, idOf } from './consumers.ts';

const pubsub = inject('pubsub');
const kafka = inject('kafka');
let topics = 0;
/** A topic of the test's own. */
const nextTopic = () => `publishing-${++topics}`;

interface Setup {
  mock: Mock;
  shop: Integration;
  consumer: Consumer;
  path: string;
}
type Config = Record<string, unknown>;

async function subscribed(subscription: Config, changes: Config, consumer: Consumer): Promise<Setup> {
  const mock = await start({ pubsubEmulator: pubsub, kafkaInsecure: true });
  const shop = await Integration.connect(mock);
  const { path } = await shop.subscribe('', { ...subscription, ...changes });
  return { mock, shop, consumer, path };
}

/** A mock with one subscription to a real broker, and somebody who consumes there. */
const brokers: Record<string, (config?: Config, changes?: Config) => Promise<Setup>> = {
  'the Pub/Sub emulator': async (config = {}, changes = {}) => {
    const topic = nextTopic();
    const consumer = await consumePubSub(pubsub, topic);
    return subscribed(pubsubSubscription(topic, config), changes, consumer);
  },
  'a Kafka cluster': async (config = {}, changes = {}) => {
    const topic = nextTopic();
    const consumer = await consumeKafka(kafka, topic);
    return subscribed(kafkaSubscription(kafka, { topic, ...config }), changes, consumer);
  },
};

describe.each(Object.entries(brokers))('%s', (_name, subscribe) => {
  it('gets every event, with the bytes that an https destination would get', async () => {
    const { mock, consumer } = await subscribe();
    const published = await mock.generate({ types: ['product.updated'], count: 1_000 });
    await mock.drain();
    await consumer.until((arrived) => arrived.length >= 1_000);
    expect(new Set(consumer.arrived.map(idOf))).toEqual(new Set(published.map(({ id }) => id)));
    for (const { body } of consumer.arrived.slice(0, 20)) {
      const text = body.toString();
      expect(JSON.stringify(JSON.parse(text))).toBe(text);
      expect(Object.keys(JSON.parse(text))).toEqual(
        'specversion id source type subject datacontenttype dataschema time data'.split(' '),
      );
    }
  });

  it('gets the custom headers, the content type and the correlation id', async () => {
    const { mock, consumer } = await subscribe({ headers: { 'X-Tenant': 'blue' } });
    await mock.generate({ types: ['product.updated'], count: 1 });
    await consumer.until((arrived) => arrived.length === 1);
    expect(consumer.arrived[0]?.attributes).toMatchObject({
      'content-type': 'application/json',
      'x-correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'X-Tenant': 'blue',
    });
  });

  it('gets what its filter and send_product_identifier say', async () => {
    const changes = { filter: 'user_type = "user"', send_product_identifier: true };
    const { mock, consumer } = await subscribe({}, changes);
    const events = ['user', 'api'].map((type, n) => ({
      specversion: '1.0' as const,
      id: `event-${n}`,
      source: 'pim',
      type: 'com.akeneo.pim.v1.product.updated',
      data: { product: { uuid: 'u', identifier: 'sku' }, author: { identifier: 'julia', type } },
    }));
    mock.replay(events, { keepIds: true });
    await mock.drain();
    await consumer.until((arrived) => arrived.length === 1);
    expect(consumer.arrived.map(idOf)).toEqual(['event-0']);
    expect(String(consumer.arrived[0]?.body)).toContain('"identifier":"sku"');
  });

  it('gets injected duplicates as messages of their own with the same bytes', async () => {
    const { mock, consumer } = await subscribe();
    mock.faults.add('duplicate first=1');
    await mock.generate({ types: ['product.updated'], count: 1 });
    await consumer.until((arrived) => arrived.length === 2);
    expect(consumer.arrived[0]?.body).toEqual(consumer.arrived[1]?.body);
  });

  it('is told about in the journal as https is, without a rate and without health', async () => {
    const { mock, consumer } = await subscribe();
    await mock.generate({ types: ['product.updated'], count: 1 });
    await consumer.until((arrived) => arrived.length === 1);
    await mock.drain();
    const entries = [...mock.journal.entries()].slice(-3);
    expect(entries).toMatchObject([
      { type: 'event.published', deliveries: 1 },
      { type: 'attempt.started', attempt: 1, destination: expect.stringContaining('publishing-') },
      { type: 'attempt.finished', attempt: 1, outcome: { kind: 'published' }, verdict: { do: 'deliver' } },
    ]);
    expect(entries[2]).not.toHaveProperty('health');
  });

  it('gets nothing while the subscription is suspended', async () => {
    const { mock, shop, consumer, path } = await subscribe();
    await shop.call('POST', `${path}/suspend`);
    await mock.generate({ types: ['product.updated'], count: 5 });
    await shop.call('POST', `${path}/resume`);
    const [last] = await mock.generate({ types: ['product.updated'], count: 1 });
    await consumer.until((arrived) => arrived.length > 0);
    expect(consumer.arrived.map(idOf)).toEqual([last?.id]);
  });
});

describe('Pub/Sub', () => {
  it('without the topic suspends the subscription at once, under its reason in the logs', async () => {
    const { mock, shop, path } = await subscribed(
      pubsubSubscription('not-there'),
      {},
      await consumePubSub(pubsub, nextTopic()),
    );
    await mock.generate({ types: ['product.updated'], count: 3 });
    await mock.drain();
    expect((await shop.call('GET', path)).body.status).toBe('suspended');
    expect(mock.logs({ logType: 'error' })).toMatchObject([{ error_reason: 'topic_not_found', error_code: 404 }]);
  });

  it('gets missing topics made when that is asked for, once however many messages wait for it', async () => {
    const topic = nextTopic();
    const mock = await start({ pubsubEmulator: pubsub, pubsubCreateTopics: true });
    await (await Integration.connect(mock)).subscribe('', pubsubSubscription(topic));
    await mock.generate({ types: ['product.updated'], count: 500 });
    await mock.drain();
    expect(mock.deliveries().map(({ state }) => state)).toEqual(Array(500).fill('delivered'));
    const consumer = await consumePubSub(pubsub, topic);
    await mock.generate({ types: ['product.updated'], count: 1 });
    await consumer.until((arrived) => arrived.length === 1);
  });

  it('takes a message of ten megabytes, and one that is larger is dropped alone', async () => {
    const { mock } = await subscribed(
      pubsubSubscription(nextTopic()),
      {},
      await consumePubSub(pubsub, `publishing-${topics}`),
    );
    mock.faults.add('oversizedBody=10000000 first=1', 'oversizedBody=10000001 first=1');
    await mock.generate({ types: ['product.updated'], count: 3 });
    await mock.drain();
    expect(mock.deliveries().map(({ state }) => state)).toEqual(['delivered', 'dropped', 'delivered']);
    expect(mock.logs({ logType: 'error' })).toMatchObject([{ error_reason: 'publish_rejected', error_code: 400 }]);
  });
});

describe('Kafka', () => {
  it('gets the entity as the key, so that the events of one product stay in one partition', async () => {
    const { mock, consumer } = await (brokers['a Kafka cluster'] as NonNullable<(typeof brokers)[string]>)();
    await mock.generate({ types: ['product.updated'], count: 3, set: { 'data.product.uuid': 'one-product' } });
    await consumer.until((arrived) => arrived.length === 3);
    expect(consumer.arrived.map(({ key }) => key)).toEqual(['one-product', 'one-product', 'one-product']);
  });

  it('without SASL refuses a subscription that is written for production, unless its settings are ignored', async () => {
    const mock = await start();
    await (await Integration.connect(mock)).subscribe('', kafkaSubscription(kafka));
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    expect(mock.logs({ logType: 'error' })).toMatchObject([{ error_reason: 'authentication_failed', error_code: 404 }]);
  });
});
