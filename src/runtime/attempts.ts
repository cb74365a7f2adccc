import type { AttemptRecord, DeliveryRecord } from './delivery-records.ts';

/** An attempt with the delivery that it belongs to. */
export type Attempt = AttemptRecord &
  Pick<DeliveryRecord, 'eventId' | 'eventType' | 'subscriptionId' | 'destination' | 'duplicateOf'> & {
    deliveryId: string;
  };

/** The attempts of some deliveries, in the order in which they were started. */
export function attemptsOf(deliveries: readonly DeliveryRecord[]): Attempt[] {
  const attempts = deliveries.flatMap((delivery) =>
    delivery.attempts.map((attempt): Attempt => {
      const { id: deliveryId, eventId, eventType, subscriptionId, destination, duplicateOf } = delivery;
      const about = { deliveryId, eventId, eventType, subscriptionId, destination };
      return { ...attempt, ...about, ...(duplicateOf !== undefined && { duplicateOf }) };
    }),
  );
  return attempts.sort((a, b) => a.seq - b.seq);
}
