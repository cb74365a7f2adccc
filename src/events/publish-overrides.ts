import { checkKeys } from '../core/check-keys.ts';
import { isObject } from '../core/is-object.ts';
import type { CloudEvent } from '../core/types.ts';
import { fail } from '../errors.ts';
import { type Author, type AuthorName, hasAuthor, parseAuthor } from './author.ts';

/** Every part optional, down to the leaves; lists are given whole. `undefined` takes a part away. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T;

/** What is to be different in an event that is generated or given, whatever its type. */
interface EnvelopeOverrides<Data> {
  /** Merged into the data, object by object: a list replaces a list, and `undefined` takes a field away. */
  data?: DeepPartial<Data>;
  /** The event's own id; a fresh UUIDv7 otherwise, or that of a given event. */
  id?: string;
  /** RFC 3339; the mock's time otherwise, or that of a given event. */
  time?: string;
  /** Generates from a PIM of its own, the same one for the same number. */
  seed?: number;
}

interface AuthorOverride {
  /** The author, as `user:julia`. */
  as?: AuthorName;
}

/** Events that nobody causes have no author. */
interface NoAuthorOverride {
  as?: never;
}

/** What is to be different in an event that is generated or given. `Data` is the shape of its data. */
export type PublishOverrides<Data = unknown> = EnvelopeOverrides<Data> &
  (unknown extends Data
    ? AuthorOverride
    : [Extract<Data, { author: Author }>] extends [never]
      ? NoAuthorOverride
      : AuthorOverride);

/** The names of the overrides that a given event takes. */
const ofGiven = ['data', 'id', 'time', 'as'];

/**
 * Checks what an event does not show by itself.
 * @throws INVALID_OPTION
 */
export function checkOverrides(overrides: PublishOverrides, isGenerated: boolean): void {
  if (typeof overrides !== 'object' || overrides === null)
    throw fail('INVALID_OPTION', {
      option: 'overrides',
      value: overrides,
      expected: "an object such as { as: 'user:julia' }",
    });
  checkKeys('publish', overrides, isGenerated ? [...ofGiven, 'seed'] : ofGiven);
  const { as, seed } = overrides;
  if (as !== undefined) parseAuthor(as);
  if (seed !== undefined && !Number.isSafeInteger(seed))
    throw fail('INVALID_OPTION', { option: 'seed', value: seed, expected: 'a whole number' });
}

/**
 * The event with its overrides. Nothing is changed in place.
 * @throws INVALID_OPTION for an author of an event that has none
 */
export function withOverrides(event: CloudEvent, { id, time, as, data }: PublishOverrides): CloudEvent {
  if (as !== undefined && !hasAuthor(event.type))
    throw fail('INVALID_OPTION', {
      option: 'as',
      value: as,
      expected: `an override of ${event.type}, which has no author`,
    });
  if (as !== undefined && event.data !== undefined && !isObject(event.data))
    throw fail('INVALID_OPTION', { option: 'as', value: as, expected: 'an override of data that is no object' });
  const authored = as === undefined ? event.data : merged(event.data, { author: parseAuthor(as) });
  return {
    ...event,
    ...(id !== undefined && { id }),
    ...(time !== undefined && { time }),
    ...((as !== undefined || data !== undefined) && { data: data === undefined ? authored : merged(authored, data) }),
  };
}

/** `base` with the members of `changes`, object by object. */
function merged(base: unknown, changes: unknown): unknown {
  if (!isObject(base) || !isObject(changes)) return changes;
  const members = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) members.delete(name);
    else members.set(name, merged(members.get(name), value));
  }
  return Object.fromEntries(members);
}
