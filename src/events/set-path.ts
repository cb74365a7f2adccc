import { fail } from '../errors.ts';

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** True for a name that is the object's own, or new to it: a path must not reach what every object inherits. Arrays do not grow. */
function isMember(container: object, key: string): boolean {
  if (Array.isArray(container)) return /^(0|[1-9]\d*)$/.test(key) && Number(key) < container.length;
  return key !== '' && (Object.hasOwn(container, key) || !(key in container));
}

/**
 * Sets the value at a dotted path, making objects on the way: `data.product.uuid`. Numbers are indices of array items that exist.
 * @throws INVALID_OPTION when the path leads through something that has no members
 */
export function setPath(target: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const check = (at: Record<string, unknown>, key: string): void => {
    if (isMember(at, key)) return;
    if (Array.isArray(at))
      throw badPath(path, `a path to an item that is there: ${key} is not one of the ${at.length}`);
    throw badPath(path, 'a dotted path, such as data.product.uuid');
  };
  let at = target;
  for (const key of keys) {
    check(at, key);
    at[key] ??= {};
    const next = at[key];
    if (!isContainer(next)) throw badPath(path, `a path through objects: ${key} holds ${JSON.stringify(next)}`);
    at = next;
  }
  check(at, last);
  at[last] = value;
}

const badPath = (path: string, expected: string): Error =>
  fail('INVALID_OPTION', { option: 'set', value: path, expected });
