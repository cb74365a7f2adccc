import { eventTime, schemaUrl } from '../core/envelope.ts';
import { isObject } from '../core/is-object.ts';
import type { CloudEvent } from '../core/types.ts';
import { fail } from '../errors.ts';
import { type EventType, type ShortName, type TypeNamed, typeNamed } from './catalog.ts';
import type { EventDataOf } from './event-data.ts';
import type { DeepPartial } from './publish-overrides.ts';

/** The name of a type, spelt right where it is known beforehand. */
type NameGiven<Name extends string> = string extends Name
  ? string
  : Name extends EventType | ShortName
    ? Name
    : EventType | ShortName;

/** The data of that type, as far as it matters; anything that JSON can hold where the type is not known beforehand. */
type DataGiven<Name extends string> = Name extends EventType | ShortName
  ? DeepPartial<EventDataOf<TypeNamed<Name>>>
  : unknown;

/**
 * An event of one's own: a type and whatever else matters. What the platform's envelope has and this one lacks is filled in, so
 * that `{ type, data }` is enough. Data that breaks the shape of its type on purpose goes with a type that is any `string`.
 */
export interface EventInput<Name extends string = string> {
  /** A full or a short name. */
  type: NameGiven<Name>;
  data?: DataGiven<Name>;
  id?: string;
  /** RFC 3339. */
  time?: string;
  specversion?: string;
  source?: string;
  datacontenttype?: string;
  dataschema?: string;
  /** Replaced by the id of each subscription. */
  subject?: string;
  /** CloudEvents extension attributes are kept. */
  [extension: string]: unknown;
}

/** What an event that lacks them is given. */
export interface EventDefaults {
  source: string;
  /** The mock's time in milliseconds since the epoch. */
  now: number;
  /** A fresh id for an event of that time. */
  id(time: string): string;
}

/**
 * The event with everything that the platform's envelope has. Its values are not checked. `at` says where it stands in something
 * larger, for the error.
 * @throws INVALID_EVENT, UNKNOWN_EVENT_TYPE
 */
export function completeEvent(given: EventInput, defaults: EventDefaults, at?: string): CloudEvent {
  const itself = at ?? 'itself';
  if (Array.isArray(given))
    throw fail('INVALID_EVENT', { field: itself, value: '[…]', expected: 'one event; replay takes a list of them' });
  if (!isObject(given))
    throw fail('INVALID_EVENT', { field: itself, value: given, expected: 'a JSON object or the name of a type' });
  if (typeof given.type !== 'string') {
    const field = at === undefined ? 'type' : `${at}.type`;
    throw fail('INVALID_EVENT', { field, value: given.type, expected: 'the name of an event type' });
  }
  const type = typeNamed(given.type);
  const time = given.time ?? eventTime(defaults.now);
  return {
    ...given,
    specversion: (given.specversion ?? '1.0') as CloudEvent['specversion'],
    id: given.id ?? defaults.id(time),
    source: given.source ?? defaults.source,
    type,
    datacontenttype: given.datacontenttype ?? 'application/json',
    dataschema: given.dataschema ?? schemaUrl(type),
    time,
  };
}
