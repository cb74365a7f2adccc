import { enqueue } from './sending.ts';
import type { State } from './state.ts';
import type { DeliveryRef, Input, Rejection } from './types.ts';
import { record, type Work } from './work.ts';

/**
 * What a past delivery is sent again as: a delivery of the same event in its own right, an injected duplicate of the first one, or that
 * of a new event with the same content, which a handler that deduplicates takes again.
 */
export type ResendMode = (typeof resendModes)[number];
export const resendModes = ['itself', 'duplicate', 'new_event'] as const;

/** Why nothing can be delivered to a subscription now, if so: what is sent to one that is not active is lost. */
export function whyUndeliverable(state: State, id: string): Rejection | undefined {
  const status = state.subscriptions.get(id)?.status;
  if (status === 'active') return undefined;
  if (status === 'suspended') return { code: 'SUBSCRIPTION_SUSPENDED', id };
  const operation = 'delivered to';
  if (status !== undefined) return { code: 'SUBSCRIPTION_ENDED', id, status, operation };
  if (!state.deletedSubscriptions.has(id)) return { code: 'SUBSCRIPTION_NOT_FOUND', id };
  return { code: 'SUBSCRIPTION_ENDED', id, status: 'deleted', operation };
}

/**
 * Sends a past delivery again: to the same subscription, whatever types and filter it has by now. Answers the id of the delivery that
 * it made. Chance shuffles and duplicates what is published; this is the one delivery that somebody asked for, so it goes to the end of
 * the queue and comes once. Its attempts meet the faults in force like any other.
 */
export function resend(
  work: Work,
  { event, subscriptionId, resendOf, as }: Extract<Input, { type: 'resend' }>,
): string | Rejection {
  const { state } = work;
  const undeliverable = whyUndeliverable(state, subscriptionId);
  if (undeliverable) return undeliverable;
  const lane = state.lanes.get(subscriptionId);
  // An active subscription has one.
  if (!lane) return { code: 'SUBSCRIPTION_NOT_FOUND', id: subscriptionId };
  const { id: eventId, type: eventType } = event;
  if (as === 'new_event') {
    state.counters.published++;
    record(work, { type: 'event.published', eventId, eventType, deliveries: 1, addressedTo: subscriptionId });
  }
  const duplicate = as === 'duplicate' ? { duplicateOf: resendOf } : {};
  if (as === 'duplicate') state.counters.duplicates++;
  const order = state.nextDelivery++;
  const id = `d${order}`;
  const ref: DeliveryRef = { deliveryId: id, eventId, eventType, subscriptionId, ...duplicate };
  record(work, { type: 'delivery.resent', resendOf, ...ref });
  const identified = state.subscriptions.get(subscriptionId)?.sendProductIdentifier === true;
  const owed = { id, order, subscriptionId, event, identified, isResent: true, ...duplicate } as const;
  enqueue(work, lane, { ...owed, state: 'queued', attempt: 1, place: lane.nextPlace++ });
  return id;
}
