import { z } from 'zod';
import { schemaUrl } from '../core/envelope.ts';
import { describeType, type EventType, shortName } from './catalog.ts';
import { dataSchemas } from './data-schemas.ts';

const checks = new Map<EventType, z.ZodObject>();
const schemas = new Map<EventType, object>();

/**
 * The JSON Schema (draft 2020-12) of a whole event of this type, as served at its `dataschema` address.
 * The envelope is open, since CloudEvents allows extension attributes; `data` is closed, as the platform documents it.
 */
export function schemaFor(type: EventType): object {
  const made = schemas.get(type) ?? makeSchema(type);
  schemas.set(type, made);
  return made;
}

/** What checks a whole event of this type. */
export function eventSchema(type: EventType): z.ZodObject {
  const made = checks.get(type) ?? makeCheck(type);
  checks.set(type, made);
  return made;
}

const makeCheck = (type: EventType): z.ZodObject =>
  z.looseObject({
    specversion: z.literal('1.0'),
    id: z.uuid(),
    source: z.string().min(1),
    type: z.literal(type),
    subject: z.string().exactOptional(),
    datacontenttype: z.literal('application/json'),
    dataschema: z.url(),
    time: z.iso.datetime({ offset: true }),
    data: dataSchemas[type],
  });

function makeSchema(type: EventType): object {
  const { $schema, ...schema } = z.toJSONSchema(eventSchema(type), { target: 'draft-2020-12' });
  return { $schema, $id: schemaUrl(type), title: shortName(type), description: describeType(type), ...schema };
}
