import { benchmarkEventType } from '../core/envelope.ts';
import { nearest } from '../core/nearest.ts';
import { fail } from '../errors.ts';

/**
 * Every known event type with one line about it. Plain text on purpose: naming and completing types must not cost the loading of
 * the schemas, which are in `data-schemas.ts`.
 */
const descriptions = {
  'com.akeneo.pim.v1.app.deleted': 'An app was disconnected from the PIM.',
  'com.akeneo.pim.v1.asset.created': 'An asset was created.',
  'com.akeneo.pim.v1.asset.updated': 'An asset was saved with changes.',
  'com.akeneo.pim.v1.asset.deleted': 'An asset was deleted.',
  'com.akeneo.pim.v1.attribute.created': 'An attribute was created.',
  'com.akeneo.pim.v1.attribute.updated': 'An attribute was saved with changes.',
  'com.akeneo.pim.v1.attribute.deleted': 'An attribute was deleted.',
  'com.akeneo.pim.v1.attribute-group.created': 'An attribute group was created.',
  'com.akeneo.pim.v1.attribute-group.updated': 'An attribute group was saved with changes.',
  'com.akeneo.pim.v1.attribute-group.deleted': 'An attribute group was deleted.',
  'com.akeneo.pim.v1.attribute-option.created': 'An option of a select attribute was created.',
  'com.akeneo.pim.v1.attribute-option.updated': 'An option of a select attribute was saved with changes.',
  'com.akeneo.pim.v1.attribute-option.deleted': 'An option of a select attribute was deleted.',
  'com.akeneo.pim.v1.category.created': 'A category was created.',
  'com.akeneo.pim.v1.category.updated': 'A category was saved with changes.',
  'com.akeneo.pim.v1.category.deleted': 'A category was deleted.',
  'com.akeneo.pim.v1.connection.deleted': 'A connection was removed from the PIM.',
  'com.akeneo.pim.v1.product.created': 'A product was created.',
  'com.akeneo.pim.v1.product.updated': 'A product was saved with changes; what changed is in product.updated.delta.',
  'com.akeneo.pim.v1.product.updated.delta': 'What a save changed in a product: previous and new value of each change.',
  'com.akeneo.pim.v1.product.deleted': 'A product was deleted.',
  'com.akeneo.pim.v1.product.became-complete':
    'A product now has every value that its family requires, on the named channels and locales.',
  'com.akeneo.pim.v1.product.became-incomplete':
    'A product lost a value that its family requires, on the named channels and locales.',
  'com.akeneo.pim.v1.product-model.created': 'A product model was created.',
  'com.akeneo.pim.v1.product-model.updated':
    'A product model was saved with changes; what changed is in product-model.updated.delta.',
  'com.akeneo.pim.v1.product-model.updated.delta':
    'What a save changed in a product model: previous and new value of each change.',
  'com.akeneo.pim.v1.product-model.deleted': 'A product model was deleted.',
  'com.akeneo.pim.v1.family.created': 'A family was created.',
  'com.akeneo.pim.v1.family.updated': 'A family was saved with changes.',
  'com.akeneo.pim.v1.family.deleted': 'A family was deleted.',
  'com.akeneo.pim.v1.reference-entity-record.created': 'A record of a reference entity was created.',
  'com.akeneo.pim.v1.reference-entity-record.updated': 'A record of a reference entity was saved with changes.',
  'com.akeneo.pim.v1.reference-entity-record.deleted': 'A record of a reference entity was deleted.',
  'com.akeneo.pim.v1.job.export.status-changed': 'An export job started, went on or ended.',
  'com.akeneo.pim.v1.job.mass-edit.status-changed': 'A mass edit job started, went on or ended.',
  'com.akeneo.pim.v1.job.import.status-changed': 'An import job started, went on or ended.',
  'com.akeneo.pim.v1.workflow.task.created': 'A workflow reached a step that somebody has to do.',
  'com.akeneo.pim.v1.workflow.task.completed': 'A workflow task was done.',
  'com.akeneo.pim.v1.asset.updated.delta': 'What a save changed in an asset: previous and new value of each change.',
  [benchmarkEventType]: 'A test event of the benchmark endpoint, for subscriptions whose source is benchmark.',
} as const;

/** The full name of an event type. */
export type EventType = keyof typeof descriptions;

/** An event type as people write it: `product.updated` for `com.akeneo.pim.v1.product.updated`. */
export type ShortName<Type extends EventType = EventType> = Type extends `com.akeneo.pim.v1.${infer Name}`
  ? Name
  : Type extends `com.akeneo.${infer Area}.v1.${infer Name}`
    ? `${Area}.${Name}`
    : never;

/** The event type that a full or a short name stands for. */
export type TypeNamed<Name extends EventType | ShortName> = Name extends EventType
  ? Name
  : { [Type in EventType as ShortName<Type>]: Type }[Name & ShortName];

/**
 * What names event types: a full name, a short name, or a wildcard over either. A text that is known only when the program runs is
 * said to be one, `name as EventPattern`; it is checked where it is used, as every pattern is.
 */
export type EventPattern = EventType | ShortName | `${string}*${string}`;

/** All types, in the order of the platform's documentation. */
export const eventTypes = Object.keys(descriptions) as readonly EventType[];

/** The types that a PIM emits: all but the benchmark's. */
export const pimEventTypes = eventTypes.filter((type) => type !== benchmarkEventType);

export const isEventType = (value: unknown): value is EventType =>
  typeof value === 'string' && Object.hasOwn(descriptions, value);

const texts = new Map<string, string>(eventTypes.map((type) => [type, type]));

/** The same text; of a known type always the same one in memory, because each of very many events may keep it. */
export const sharedType = (type: string): string => texts.get(type) ?? type;

/** What happened when this event is sent, in one line. */
export const describeType = (type: EventType): string => descriptions[type];

/** The type as people write it: `product.updated`, `job.import.status-changed`, `benchmark.test`. */
export const shortName = <Type extends EventType>(type: Type): ShortName<Type> =>
  type.replace(/^com\.akeneo\.(?:pim\.v1\.)?/, '').replace('.v1.', '.') as ShortName<Type>;

const byShortName = new Map<string, EventType>(eventTypes.map((type) => [shortName(type), type]));

/**
 * The types that a pattern names: a full name, a short name, or a wildcard over either (`product.*` has product.updated.delta in it
 * and no product-model). A wildcard never includes the benchmark type, which no PIM subscription takes.
 */
export function resolveTypes(pattern: string): EventType[] {
  const exact = isEventType(pattern) ? pattern : byShortName.get(pattern);
  if (exact) return [exact];
  if (pattern.includes('*')) {
    const expression = pattern.split('*').map(escapeRegExp).join('.*');
    const matcher = new RegExp(`^(?:${expression})$`);
    const matches = pimEventTypes.filter((type) => matcher.test(type) || matcher.test(shortName(type)));
    if (matches.length > 0) return matches;
  }
  const closest = nearestType(pattern);
  throw fail('UNKNOWN_EVENT_TYPE', { value: pattern, ...(closest && { nearest: closest }) });
}

/**
 * The one type that a full or a short name stands for.
 * @throws UNKNOWN_EVENT_TYPE, INVALID_OPTION for a wildcard
 */
export function typeNamed(name: string): EventType {
  const [type] = resolveTypes(name);
  if (type !== undefined && !name.includes('*')) return type;
  throw fail('INVALID_OPTION', {
    option: 'type',
    value: name,
    expected: 'the name of one event type',
    hint: 'a wildcard names the types of events that are generated: generate({ types, count })',
  });
}

/** The known type that a misspelt one was probably meant to be, by edit distance to the full and the short names. */
export function nearestType(value: string): EventType | undefined {
  const found = nearest(value, [...eventTypes, ...byShortName.keys()]);
  return isEventType(found) ? found : byShortName.get(found ?? '');
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');
