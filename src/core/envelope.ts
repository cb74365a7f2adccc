import { isObject } from './is-object.ts';
import type { CloudEvent, EventSource, SealedEvent } from './types.ts';

/** The envelope's attributes around `subject`, in the platform's order (contract, delivery: the envelope). */
const before = ['specversion', 'id', 'source', 'type'] as const;
const after = ['datacontenttype', 'dataschema', 'time'] as const;
const placed = new Set<string>([...before, 'subject', ...after, 'data']);

export const benchmarkEventType = 'com.akeneo.benchmark.v1.test';

export const schemaUrl = (type: string): string => `https://event.prd.sdk.akeneo.cloud/spec/${type}.schema.json`;

/** RFC 3339 UTC in whole seconds, the form of the envelope's `time`. */
export const eventTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The types whose product's identifier is shown to subscriptions with `send_product_identifier` (contract, delivery: the envelope). */
const identifiedTypes = new Set(
  ['created', 'updated', 'updated.delta', 'deleted', 'became-complete', 'became-incomplete'].map(
    (what) => `com.akeneo.pim.v1.product.${what}`,
  ),
);

const member = (event: CloudEvent, key: string): string => `${JSON.stringify(key)}:${JSON.stringify(event[key])}`;
const present = (event: CloudEvent) => (key: string) => event[key] !== undefined;

/** The event as subscriptions without `send_product_identifier` get it. */
export function withoutIdentifier(event: CloudEvent): CloudEvent {
  const { data } = event;
  if (!identifiedTypes.has(event.type) || !isObject(data) || !isObject(data.product)) return event;
  const { identifier, ...product } = data.product;
  return identifier === undefined ? event : { ...event, data: { ...data, product } };
}

/**
 * Serialises an event once for all the subscriptions it will go to, with the attributes in the platform's order and extension
 * attributes before `data`. Compact JSON that survives `JSON.stringify(JSON.parse(body))` byte for byte, because many consumers
 * sign the body they have re-serialised.
 */
export function sealEvent(event: CloudEvent, publishedAt: number, correlationId: string): SealedEvent {
  const has = present(event);
  const extensions = Object.keys(event).filter((key) => !placed.has(key));
  const tailKeys = [...after, ...extensions, 'data'].filter(has);
  const tailOf = (sent: CloudEvent): string => `${tailKeys.map((key) => `,${member(sent, key)}`).join('')}}`;
  const plain = withoutIdentifier(event);
  const source: EventSource = event.type === benchmarkEventType ? 'benchmark' : 'pim';
  return {
    id: event.id,
    type: event.type,
    source,
    publishedAt,
    correlationId,
    head: `{${before
      .filter(has)
      .map((key) => member(event, key))
      .join(',')},"subject":`,
    tail: tailOf(plain),
    ...(plain !== event && { identifiedTail: tailOf(event) }),
  };
}

/**
 * The exact body of a delivery: what is signed and what arrives. `identified`: with the product's identifier, where the event has
 * one.
 */
export function bodyFor(event: SealedEvent, subscriptionId: string, identified: boolean): string {
  const tail = (identified ? event.identifiedTail : undefined) ?? event.tail;
  return event.head + JSON.stringify(subscriptionId) + tail;
}

/** The event that was sealed, with everything that it has: `subject` is missing, because every subscription has its own. */
export function openEvent({ head, tail, identifiedTail }: SealedEvent): CloudEvent {
  const { subject: _subject, ...event } = JSON.parse(`${head}null${identifiedTail ?? tail}`);
  return event;
}
