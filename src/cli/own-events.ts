import { readFile } from 'node:fs/promises';
import { isObject } from '../core/is-object.ts';
import { fail } from '../errors.ts';
import { typeNamed } from '../events/catalog.ts';
import { checkNesting } from '../events/check-event.ts';
import { unreadable } from '../recordings/unreadable.ts';

type OwnEvent = Record<string, unknown>;

/**
 * Reads events of one's own: a JSON object or an array of them. An object with `data`, `type` or `specversion` is an envelope; any
 * other object is the `data` of an event. What has no type is of the given one. The mock fills in what else is missing.
 * @throws FILE_UNREADABLE, INVALID_EVENT, UNKNOWN_EVENT_TYPE, INVALID_OPTION for a wildcard
 */
export async function readOwnEvents(file: string, typeName: string | undefined): Promise<OwnEvent[]> {
  const type = typeName === undefined ? undefined : typeNamed(typeName);
  const values = [await readJson(file)].flat();
  return values.map((value, i) => {
    const at = values.length === 1 ? file : `${file}[${i}]`;
    if (!isObject(value)) throw fail('INVALID_EVENT', { field: at, value, expected: 'a JSON object' });
    checkNesting(value, at);
    const isEnvelope = ['data', 'type', 'specversion'].some((name) => name in value);
    const event = isEnvelope ? value : { data: value };
    if (event.type === undefined && type === undefined)
      throw fail('INVALID_EVENT', { field: `${at}.type`, value: undefined, expected: 'the name of an event type' });
    return { ...(type !== undefined && { type }), ...event };
  });
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw fail('FILE_UNREADABLE', {
      file,
      reason: `it is not valid JSON (${(error as Error).message}); "aep-mock replay" reads NDJSON`,
    });
  }
}
