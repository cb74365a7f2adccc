import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { BrokerKit } from '../destinations/kits.ts';
import { makePubSubTopic, readKafka } from './consumers.ts';

const second = 1_000;
const toBroker = {
  answers: false,
  signs: false,
  says: {
    acknowledged: 'published',
    unavailable: 'destination_failure',
    rejected: 'publish_rejected',
    timeout: 'destination_timeout',
  },
  notFound: 'subscription.suspended topic_not_found, 1 lost',
  retryDelaysMs: [1, 2, 4, 8, 16, 32, 60, 60, 60].map((n) => n * second),
  retriesEnd: 'too_old',
} as const;

/** All files of tests share the brokers. */
const nextTopic = (): string => `contract-${randomUUID()}`;

/** The destinations that need brokers. */
export const brokerKits: BrokerKit[] = [
  {
    ...toBroker,
    name: 'the Pub/Sub emulator',
    options: { pubsubEmulator: inject('pubsub') },
    open: async () => {
      const topicId = nextTopic();
      const arrived = await makePubSubTopic(inject('pubsub'), topicId);
      return { arrived, target: { pubsub: { projectId: 'my-project', topicId } } };
    },
  },
  {
    ...toBroker,
    name: 'a Kafka cluster',
    options: { kafkaInsecure: true },
    open: async () => {
      const [broker, topic] = [inject('kafka'), nextTopic()];
      const saslAuth = { mechanism: 'scram', username: 'aep', password: 'right', scramVariant: 'sha-512' } as const;
      return { arrived: () => readKafka(broker, topic), target: { kafka: { broker, topic, saslAuth } } };
    },
  },
];
