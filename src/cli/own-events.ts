import { readFile } from 'node:fs/promises';
import { schemaUrl } from '../core/envelope.ts';
import { isObject } from '../core/is-object.ts';
import type { CloudEvent } from '../core/types.ts';
import { fail } from '../errors.ts';
import { applySet } from '../events/apply-set.ts';
import { parseAuthor } from '../events/author.ts';
import { resolveTypes } from '../events/catalog.ts';
import { checkCloudEvent, checkNesting } from '../events/check-event.ts';
import { setPath } from '../events/set-path.ts';
import { unreadable } from '../recordings/unreadable.ts';

/** What an event of one's own is given where it says nothing itself. */
export interface OwnEventDefaults {
  /** The type on the command line. */
  type: string | undefined;
  source: string;
  time: string;
  makeId: () => string;
  set: Record<string, unknown>;
  as: string | undefined;
  count: number;
}

/**
 * Reads events of one's own: a JSON object or an array of them. An object with `data`, `type` or `specversion` is an envelope, whose
 * missing attributes are filled in; any other object is the `data` of an event of the given type.
 */
export async function readOwnEvents(file: string, defaults: OwnEventDefaults): Promise<CloudEvent[]> {
  const values = [await readJson(file)].flat();
  const given = defaults.type === undefined ? undefined : typeNamed(defaults.type);
  return values.flatMap((value, i) => {
    const at = values.length === 1 ? file : `${file}[${i}]`;
    if (!isObject(value)) throw fail('INVALID_EVENT', { field: at, value, expected: 'a JSON object' });
    checkNesting(value, at);
    return Array.from({ length: defaults.count }, () => complete(value, at, given, defaults));
  });
}

function complete(
  value: Record<string, unknown>,
  at: string,
  given: string | undefined,
  defaults: OwnEventDefaults,
): CloudEvent {
  const isEnvelope = ['data', 'type', 'specversion'].some((name) => name in value);
  const envelope: Record<string, unknown> = isEnvelope ? value : { data: value };
  const type = envelope.type ?? given;
  const event: Record<string, unknown> = {
    specversion: '1.0',
    id: defaults.makeId(),
    source: defaults.source,
    type,
    datacontenttype: 'application/json',
    ...(typeof type === 'string' ? { dataschema: schemaUrl(type) } : {}),
    time: defaults.time,
    ...structuredClone(envelope),
  };
  if (defaults.as !== undefined) setPath(event, 'data.author', parseAuthor(defaults.as, '--as'));
  applySet(event, defaults.set, at);
  return checkCloudEvent(event, at);
}

function typeNamed(pattern: string): string {
  const [type, second] = resolveTypes(pattern);
  if (type !== undefined && second === undefined) return type;
  throw fail('INVALID_OPTION', { option: 'TYPE', value: pattern, expected: 'one event type, as --file needs' });
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
