import { createHash } from 'node:crypto';
import { isObject } from '../core/is-object.ts';
import type { JsonPath } from './redact-json.ts';

/** A field that is not the same in both; undefined where there is none. */
export interface FieldChange {
  path: string;
  before: unknown;
  after: unknown;
}

/** The value without what is to be ignored, the members of its objects in alphabetical order: they mean the same in any. */
export function comparable(value: unknown, ignored: readonly JsonPath[]): unknown {
  if (Array.isArray(value)) return value.flatMap((item, n) => kept(String(n), item, ignored));
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.flatMap((name) => kept(name, value[name], ignored).map((inner) => [name, inner])));
}

function kept(name: string, value: unknown, ignored: readonly JsonPath[]): unknown[] {
  if (ignored.length === 0) return [comparable(value, ignored)];
  const further = ignored.filter(([first]) => first === '*' || first === name).map((path) => path.slice(1));
  return further.some((path) => path.length === 0) ? [] : [comparable(value, further)];
}

/** 48 bits that two different values hardly ever share: all that is kept of a value until it is compared. */
export const fingerprint = (value: unknown): number =>
  createHash('sha1').update(JSON.stringify(value)).digest().readUIntBE(0, 6);

/** The fields that differ, as deep inside as can be. */
export function* fieldChanges(before: unknown, after: unknown, path = ''): Generator<FieldChange> {
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      yield* fieldChanges(before[name], after[name], path === '' ? name : `${path}.${name}`);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let n = 0; n < Math.max(before.length, after.length); n++)
      yield* fieldChanges(before[n], after[n], `${path}.${n}`);
    return;
  }
  if (JSON.stringify(before) !== JSON.stringify(after)) yield { path, before, after };
}
