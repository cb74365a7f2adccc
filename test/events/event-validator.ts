import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { CloudEvent } from '../../src/core/types.ts';
import { eventTypes } from '../../src/events/catalog.ts';
import { schemaFor } from '../../src/events/event-schemas.ts';

const ajv = new Ajv2020();
addFormats.default(ajv);
const validators = new Map<string, ValidateFunction>(eventTypes.map((type) => [type, ajv.compile(schemaFor(type))]));

/** The complaints of the schema of an event's type. */
export function complaints(event: CloudEvent): string[] {
  const validate = validators.get(event.type);
  if (!validate) return [`no schema for ${event.type}`];
  return validate(event)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Throws the complaints with the event. Cheaper than an assertion, for the hundred thousands. */
export function expectValid(event: CloudEvent): void {
  const found = complaints(event);
  if (found.length > 0) throw new Error(`${found.join('; ')}: ${JSON.stringify(event)}`);
}
