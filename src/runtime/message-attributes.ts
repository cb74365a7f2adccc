import type { KafkaConfig, PubSubConfig } from '../core/types.ts';

/**
 * The attributes of a Pub/Sub message and the headers of a Kafka one: the subscription's custom headers, the content type and the
 * correlation id (contract, delivery: Pub/Sub and Kafka). Nothing is signed: who may publish to a topic is the broker's affair.
 */
export const messageAttributes = (
  { headers }: PubSubConfig | KafkaConfig,
  correlationId: string,
): Record<string, string> =>
  // A spread is several times as slow.
  Object.assign({ 'content-type': 'application/json', 'x-correlation-id': correlationId }, headers);
