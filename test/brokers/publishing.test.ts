/** What is a broker's own; what holds for every destination is in the contract. */
import { describe, expect, inject, it } from 'vitest';
import { Integration, start } from '../mock/integration.ts';
import { kafkaSubscription, pubsubSubscription } from '../runtime/broker-subscriptions.ts';
import { consumeKafka, consumePubSub } from './consumers.ts';
import { brokerKits } from './kits.ts';

const pubsub = inject('pubsub');
const kafka = inject('kafka');
let topics = 0;
/** A topic of the test's own. */
const nextTopic = () => `publishing-${++topics}`;

/** A mock with one subscription. */
async function subscribed(subscription: object) {
  const mock = await start({ pubsubEmulator: pubsub, kafkaInsecure: true });
  const shop = await Integration.connect(mock);
  const { path } = await shop.subscribe('', { ...subscription });
  return { mock, shop, path };
}

it.each(brokerKits)('a message to $name has three attributes and no others', async ({ options, open }) => {
  const mock = await start(options);
  const { target, arrived } = await open(mock);
  await mock.subscribe({ ...target, headers: { 'X-Tenant': 'blue' } });
  await mock.publish('product.updated');
  await mock.expectAllDelivered();
  expect((await arrived()).map(({ headers }) => headers)).toEqual([
    {
      'content-type': 'application/json',
      'x-correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'X-Tenant': 'blue',
    },
  ]);
});

describe('Pub/Sub', () => {
  it('without the topic suspends the subscription at once, under its reason in the logs', async () => {
    const { mock, shop, path } = await subscribed(pubsubSubscription('not-there'));
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
    const topic = nextTopic();
    await consumePubSub(pubsub, topic);
    const { mock } = await subscribed(pubsubSubscription(topic));
    mock.faults.add('oversizedBody=10000000 first=1', 'oversizedBody=10000001 first=1');
    await mock.generate({ types: ['product.updated'], count: 3 });
    await mock.drain();
    expect(mock.deliveries().map(({ state }) => state)).toEqual(['delivered', 'dropped', 'delivered']);
    expect(mock.logs({ logType: 'error' })).toMatchObject([{ error_reason: 'publish_rejected', error_code: 400 }]);
  });
});

describe('Kafka', () => {
  it('gets the entity as the key, so that the events of one product stay in one partition', async () => {
    const topic = nextTopic();
    const consumer = await consumeKafka(kafka, topic);
    const { mock } = await subscribed(kafkaSubscription(kafka, { topic }));
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
