import { checkKeys } from '../core/check-keys.ts';
import { type EventPattern, resolveTypes } from '../events/catalog.ts';
import type { DeliveryRecord, DeliveryState } from '../runtime/delivery-records.ts';

/** Which deliveries are meant: every field that is given has to fit. */
export interface DeliveryQuery {
  /** An event type, a short name or a wildcard: `product.updated`, `product.*`. */
  type?: EventPattern;
  eventId?: string;
  subscriptionId?: string;
  state?: DeliveryState;
  /** True for injected duplicates only, false for everything else. */
  duplicate?: boolean;
  /** How many attempts were made. */
  attempts?: number;
  /** The outcome of its last attempt, as a status. */
  status?: number;
  /** A part of the event's data: objects may have more, lists have to be the same. */
  data?: unknown;
}

/** A query, or a function that says whether a delivery is meant. */
export type DeliveryMatcher = DeliveryQuery | ((delivery: DeliveryRecord) => boolean);

const queryKeys = ['type', 'eventId', 'subscriptionId', 'state', 'duplicate', 'attempts', 'status', 'data'];

/** The matcher as a function. @throws INVALID_OPTION for a field that is not known, UNKNOWN_EVENT_TYPE */
export function deliveryTest(matcher: DeliveryMatcher = {}): (delivery: DeliveryRecord) => boolean {
  if (typeof matcher === 'function') return matcher;
  checkKeys('a delivery query', matcher, queryKeys);
  const { type, eventId, subscriptionId, state, duplicate, attempts, status, data } = matcher;
  const types = type === undefined ? undefined : new Set<string>(resolveTypes(type));
  const tests: ((delivery: DeliveryRecord) => boolean)[] = [];
  if (types) tests.push((delivery) => types.has(delivery.eventType));
  if (eventId !== undefined) tests.push((delivery) => delivery.eventId === eventId);
  if (subscriptionId !== undefined) tests.push((delivery) => delivery.subscriptionId === subscriptionId);
  if (state !== undefined) tests.push((delivery) => delivery.state === state);
  if (duplicate !== undefined) tests.push((delivery) => (delivery.duplicateOf !== undefined) === duplicate);
  if (attempts !== undefined) tests.push((delivery) => delivery.attempts.length === attempts);
  if (status !== undefined) tests.push((delivery) => lastStatus(delivery) === status);
  if (data !== undefined) tests.push((delivery) => contains(delivery.event?.data, data));
  return (delivery) => tests.every((test) => test(delivery));
}

function lastStatus({ attempts }: DeliveryRecord): number | undefined {
  const outcome = attempts.at(-1)?.outcome;
  return outcome?.kind === 'answered' ? outcome.status : undefined;
}

/** Whether `value` has everything that `part` has. */
export function contains(value: unknown, part: unknown): boolean {
  if (Object.is(value, part)) return true;
  if (typeof value !== 'object' || typeof part !== 'object' || value === null || part === null) return false;
  if (Array.isArray(value) !== Array.isArray(part)) return false;
  if (Array.isArray(value) && value.length !== (part as unknown[]).length) return false;
  return Object.entries(part).every(([key, wanted]) => contains((value as Record<string, unknown>)[key], wanted));
}

/** A query as a message shows it. */
export const describeMatcher = (matcher: DeliveryMatcher): string =>
  typeof matcher === 'function' ? 'that your function takes' : `with ${JSON.stringify(matcher)}`;
