import { isObject } from './is-object.ts';

const prefix = 'com.akeneo.pim.v1.';

/** Entities whose code is unique only within another one, which their data names. */
const parents: Record<string, string> = {
  asset: 'asset_family',
  attribute_option: 'attribute',
  reference_entity_record: 'reference_entity',
};

/** The member of `data` that an event type is about, by type: worked out once for each. */
const members = new Map<string, string>();

function memberOf(type: string): string {
  const known = members.get(type);
  if (known !== undefined) return known;
  const [first = '', second = ''] = type.startsWith(prefix) ? type.slice(prefix.length).split('.') : [];
  // Of a workflow the events are about its tasks.
  const member = (first === 'workflow' ? second : first).replaceAll('-', '_');
  // Types of recordings may be anything.
  if (members.size < 1_000) members.set(type, member);
  return member;
}

/**
 * What an event is about, the same for all events of one entity, so that they share a Kafka partition: a product's uuid, a code (with
 * its family, attribute or reference entity in front where it is unique only there), a client id, the execution of a job, a task.
 * Undefined for events about nothing in particular. That this is the key is assumed.
 */
export function entityKey(type: string, data: unknown): string | undefined {
  const member = memberOf(type);
  const entity = isObject(data) && member !== '' ? data[member] : undefined;
  if (!isObject(entity)) return undefined;
  const id = entity.uuid ?? entity.execution_id ?? entity.client_id ?? entity.code;
  if (typeof id !== 'string' && typeof id !== 'number') return undefined;
  const parent = parents[member];
  const within = parent === undefined ? undefined : entity[parent];
  return isObject(within) && typeof within.code === 'string' ? `${within.code}/${id}` : String(id);
}
