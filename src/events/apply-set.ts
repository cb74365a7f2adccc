import { fail } from '../errors.ts';
import { isEventType, resolveTypes } from './catalog.ts';
import { checkCloudEvent } from './check-event.ts';
import { setPath } from './set-path.ts';

/**
 * Sets values in an event by dotted path: `{ "data.product.uuid": "…" }`. What comes of it is still an event, of a type that a
 * subscription can ask for. `at` says where the event stands in something larger, for the error.
 * @throws INVALID_OPTION for a path, UNKNOWN_EVENT_TYPE, INVALID_EVENT
 */
export function applySet(event: Record<string, unknown>, set: Record<string, unknown>, at?: string): void {
  const changes = Object.entries(set);
  if (changes.length === 0) return;
  for (const [path, value] of changes) setPath(event, path, value);
  const { type } = checkCloudEvent(event, at);
  if (!('type' in set) || isEventType(type)) return;
  // A short name is no type of an envelope; any other name is not known.
  const [meant] = resolveTypes(type);
  throw fail('INVALID_EVENT', { field: 'type', value: type, expected: `a full name, such as ${meant}` });
}
