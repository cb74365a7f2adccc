import { entityKey } from './entity-key.ts';
import { isObject } from './is-object.ts';
import { redacted } from './redacted.ts';
import type { CloudEvent, EventSource, SealedEvent } from './types.ts';

/** The envelope's attributes, in the platform's order (contract, delivery: the envelope); others stand before `data`. */
const placed = new Set('specversion id source type subject datacontenttype dataschema time data'.split(' '));

export const benchmarkEventType = 'com.akeneo.benchmark.v1.test';

/** Which subscriptions may take events of a type. */
export const sourceOf = (type: string): EventSource => (type === benchmarkEventType ? 'benchmark' : 'pim');

export const schemaUrl = (type: string): string => `https://event.prd.sdk.akeneo.cloud/spec/${type}.schema.json`;

/** RFC 3339 UTC in whole seconds, the form of the envelope's `time`. */
export const eventTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The types whose product's identifier is shown to subscriptions with `send_product_identifier` (contract, delivery: the envelope). */
const identifiedTypes = new Set(
  ['created', 'updated', 'updated.delta', 'deleted', 'became-complete', 'became-incomplete'].map(
    (what) => `com.akeneo.pim.v1.product.${what}`,
  ),
);

/** The event as subscriptions without `send_product_identifier` get it. */
export function withoutIdentifier(event: CloudEvent): CloudEvent {
  const { data } = event;
  if (!identifiedTypes.has(event.type) || !isObject(data) || !isObject(data.product)) return event;
  // Most have none: to take something out of an object costs more than to see that it is not there.
  if (data.product.identifier === undefined) return event;
  const { identifier: _identifier, ...product } = data.product;
  return { ...event, data: { ...data, product } };
}

/**
 * Serialises an event once for all the subscriptions it will go to, with the attributes in the platform's order and extension
 * attributes before `data`. Compact JSON that survives `JSON.stringify(JSON.parse(body))` byte for byte, because many consumers
 * sign the body they have re-serialised.
 */
export function sealEvent(event: CloudEvent, publishedAt: number, correlationId: string): SealedEvent {
  const { id, type } = event;
  const plain = withoutIdentifier(event);
  const text = JSON.stringify(inOrder(plain));
  // In a JSON text quotes within values are escaped, so this is the attribute and nothing else.
  const subjectAt = text.indexOf(emptySubject) + emptySubject.length - 2;
  const key = entityKey(type, event.data);
  const source = sourceOf(type);
  // All at once: what is added later is kept in a place of its own, which counts when a million of them are queued.
  const sealed: SealedEvent =
    key === undefined
      ? { id, type, source, publishedAt, correlationId, text, subjectAt }
      : { id, type, source, publishedAt, correlationId, text, subjectAt, entityKey: key };
  if (plain !== event) sealed.identifiedText = JSON.stringify(inOrder(event));
  return sealed;
}

const emptySubject = ',"subject":""';

/** The envelope with its attributes in their places and an empty subject. */
function inOrder(event: CloudEvent): CloudEvent {
  const { specversion, id, source, type, datacontenttype, dataschema, time, data } = event;
  const ordered: Record<string, unknown> = {
    specversion,
    id,
    source,
    type,
    subject: '',
    datacontenttype,
    dataschema,
    time,
  };
  for (const name in event) if (!placed.has(name)) ordered[name] = event[name];
  ordered.data = data;
  return ordered as CloudEvent;
}

/** A recorded delivery, to be sent as it was: its very bytes, under the headers that it came with. */
export function sealDelivery(
  event: CloudEvent,
  { body, headers }: RecordedDelivery,
  publishedAt: number,
  correlationId: string,
): SealedEvent {
  const { id, type } = event;
  const exactHeaders = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const lowerCase = name.toLowerCase();
      return connectionHeaders.has(lowerCase) || value === redacted ? [] : [[spelled.get(lowerCase) ?? name, value]];
    }),
  );
  const key = entityKey(type, event.data);
  const sealed: SealedEvent = {
    ...{ id, type, source: sourceOf(type), publishedAt, correlationId },
    ...{ text: body, subjectAt: body.length, exactHeaders },
  };
  if (key !== undefined) sealed.entityKey = key;
  return sealed;
}

/** A delivery as a recording has it. */
export interface RecordedDelivery {
  headers: Record<string, string>;
  /** The exact text. */
  body: string;
}

/** Headers that belong to the connection they came over (RFC 9110, 7.6.1), or are made anew for each request. */
const connectionHeaders = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade expect host content-length'.split(' '),
);

/** The platform's own headers as it spells them (contract, delivery: the request); a recording has them in lower case. */
const spelled = new Map(
  [
    'Content-Type',
    'User-Agent',
    'X-AKENEO-SIGNATURE-PRIMARY',
    'X-AKENEO-SIGNATURE-SECONDARY',
    'X-AKENEO-SIGNATURE-ALGORITHM',
    'X-Correlation-ID',
  ].map((name) => [name.toLowerCase(), name]),
);

/**
 * The exact body of a delivery: what is signed and what arrives. `identified`: with the product's identifier, where the event has
 * one.
 */
export function bodyFor(event: SealedEvent, subscriptionId: string, identified: boolean): string {
  if (event.exactHeaders) return event.text;
  const text = (identified ? event.identifiedText : undefined) ?? event.text;
  const { subjectAt } = event;
  return text.slice(0, subjectAt) + JSON.stringify(subscriptionId) + text.slice(subjectAt + 2);
}

/** The event that was sealed, with everything that it has: `subject` is missing, because every subscription has its own. */
export function openEvent({ text, identifiedText }: SealedEvent): CloudEvent {
  const { subject: _subject, ...event } = JSON.parse(identifiedText ?? text);
  return event;
}
