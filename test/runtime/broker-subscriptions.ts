/** The changes that make a subscription of `Integration.subscribe` one to a broker. */

/** To the topic `pim-events` of Pub/Sub. */
export const pubsubSubscription = (topic = 'pim-events', config: Record<string, unknown> = {}) => ({
  type: 'pubsub',
  config: { project_id: 'my-project', topic_id: topic, ...config },
});

/** To the topic `pim-events` of Kafka, as it would be written for production. */
export const kafkaSubscription = (broker: string, config: Record<string, unknown> = {}) => ({
  type: 'kafka',
  config: {
    broker,
    topic: 'pim-events',
    sasl_auth: { mechanism: 'plain', username: 'aep', password: 'right' },
    ...config,
  },
});
