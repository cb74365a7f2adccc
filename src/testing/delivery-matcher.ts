import { isObject } from '../core/is-object.ts';
import { fail } from '../errors.ts';
import { type EventPattern, resolveTypes } from '../events/catalog.ts';
import { type DeliveryRecord, type DeliveryState, deliveryStates } from '../runtime/delivery-records.ts';
import { checkOptions, type Rule, words } from './check-options.ts';

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

const wholeNumber: Rule = {
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  expected: 'a whole number from 0',
};

/** What a field may be: one of another kind would fit nothing, and "never" would hold for it. */
const rules: Record<keyof DeliveryQuery, Rule> = {
  type: words,
  eventId: words,
  subscriptionId: words,
  state: {
    holds: (value) => deliveryStates.some((state) => state === value),
    expected: `one of ${deliveryStates.join(', ')}`,
  },
  duplicate: { holds: (value) => typeof value === 'boolean', expected: 'true or false' },
  attempts: wholeNumber,
  status: wholeNumber,
  data: { holds: () => true, expected: 'anything' },
};

/** The matcher as a function; nothing means every delivery. @throws INVALID_OPTION, UNKNOWN_EVENT_TYPE */
export function deliveryTest(matcher: DeliveryMatcher = {}): (delivery: DeliveryRecord) => boolean {
  if (typeof matcher === 'function') return matcher;
  checkQuery(matcher);
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

function checkQuery(query: DeliveryQuery): void {
  if (!isObject(query)) {
    throw fail('INVALID_OPTION', {
      option: 'a delivery query',
      value: query,
      expected: 'an object, or a function of a delivery',
      hint: "for example { type: 'product.updated' }; nothing at all means every delivery",
    });
  }
  checkOptions<DeliveryQuery>('a delivery query', query, rules);
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
