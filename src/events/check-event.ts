import { dateTimeMs } from '../core/date-time.ts';
import { isNestedDeeper, mostLevels } from '../core/is-nested-deeper.ts';
import { isObject } from '../core/is-object.ts';
import type { CloudEvent } from '../core/types.ts';
import { fail } from '../errors.ts';

const isDateTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(dateTimeMs(value));
const isText = (value: unknown): boolean => typeof value === 'string';
const isFilled = (value: unknown): boolean => typeof value === 'string' && value !== '';

interface Rule {
  required: boolean;
  holds: (value: unknown) => boolean;
  expected: string;
}

/** CloudEvents 1.0, required and optional attributes. */
const rules: [field: string, rule: Rule][] = Object.entries({
  specversion: { required: true, holds: (value) => value === '1.0', expected: '"1.0"' },
  id: { required: true, holds: isFilled, expected: 'a non-empty text' },
  source: { required: true, holds: isFilled, expected: 'a non-empty text' },
  type: { required: true, holds: isFilled, expected: 'a non-empty text' },
  // Replaced by the id of each subscription, so any text will do.
  subject: { required: false, holds: isText, expected: 'a text' },
  datacontenttype: { required: false, holds: isFilled, expected: 'a non-empty text' },
  dataschema: { required: false, holds: isFilled, expected: 'a non-empty text' },
  time: { required: false, holds: isDateTime, expected: 'an RFC 3339 time such as 2026-01-05T08:00:00Z' },
});

/**
 * A name that begins with a digit could be moved to the front by JSON.parse, and the body would no longer survive
 * `JSON.stringify(JSON.parse(body))` byte for byte.
 */
const attributeName = /^[a-z][a-z0-9]*$/;
/** Names that need no look. */
const known = new Set(['data', ...rules.map(([field]) => field)]);

/**
 * Checks that a value is a CloudEvents 1.0 event. The type need not be in the catalogue, and `data` may be any JSON or missing.
 * `at` says where the value stands in something larger, for the error.
 * @throws INVALID_EVENT
 */
export function checkCloudEvent(value: unknown, at?: string): CloudEvent {
  return checkOwnEvent(isObject(value) ? { ...value } : value, at);
}

/** The same for a value that nobody else has or changes, as one that was just parsed: it is not copied. @throws INVALID_EVENT */
export function checkOwnEvent(event: unknown, at?: string): CloudEvent {
  const named = (field: string): string => placeOf(field, at);
  if (!isObject(event)) {
    const given = Array.isArray(event) ? '[…]' : event;
    throw fail('INVALID_EVENT', { field: at ?? 'itself', value: given, expected: 'a JSON object' });
  }
  checkNesting(event, at);
  for (const [field, rule] of rules) {
    const given = event[field];
    if (given === undefined ? rule.required : !rule.holds(given)) {
      throw fail('INVALID_EVENT', { field: named(field), value: given, expected: rule.expected });
    }
  }
  for (const name in event) {
    if (isLeftOut(event[name]))
      throw fail('INVALID_EVENT', { field: named(name), value: event[name], expected: 'JSON' });
    if (known.has(name) || attributeName.test(name)) continue;
    throw fail('INVALID_EVENT', {
      field: named('attribute name'),
      value: name,
      expected: 'lower-case letters and digits, a letter first',
    });
  }
  return event as CloudEvent;
}

/**
 * Checks that nothing in an event is nested so deep that it cannot be copied or serialised.
 * @throws INVALID_EVENT
 */
export function checkNesting(event: Record<string, unknown>, at?: string): void {
  // One level for the event itself. Which attribute it is matters only then.
  if (!isNestedDeeper(event, mostLevels + 1)) return;
  const deep = Object.keys(event).find((name) => isNestedDeeper(event[name])) ?? 'itself';
  const expected = `nested at most ${mostLevels} levels deep`;
  throw fail('INVALID_EVENT', { field: placeOf(deep, at), value: '{…}', expected });
}

/** Whether `JSON.stringify` would leave out a member with this value, though it is there. */
function isLeftOut(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return true;
  return typeof value === 'object' && value !== null && 'toJSON' in value && problemOf(value) !== undefined;
}

/** Why a value is no JSON; undefined when it is. */
function problemOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) === undefined ? 'it is left out' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read';
  }
}

/** The error for an event that could not be serialised: which of its attributes it was, and why. */
export function unserialisable(event: CloudEvent): Error {
  for (const [field, value] of Object.entries(event)) {
    const problem = value === undefined ? undefined : problemOf(value);
    if (problem !== undefined) return fail('INVALID_EVENT', { field, value, expected: `JSON (${problem})` });
  }
  return fail('INVALID_EVENT', { field: 'itself', value: event, expected: 'JSON' });
}

const placeOf = (field: string, at?: string): string => (at === undefined ? field : `${at}.${field}`);
