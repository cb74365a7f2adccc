import type { z } from '@hono/zod-openapi';
import { isObject } from '../core/is-object.ts';
import { AepMockError, show } from '../errors.ts';
import { eventTypes, isEventType, typeNamed } from '../events/catalog.ts';
import { checkCloudEvent } from '../events/check-event.ts';
import { completeEvent, type EventDefaults, type EventInput } from '../events/given-event.ts';
import { describeIssue } from './describe-issue.ts';
import type { EventProblems } from './inspect-api.ts';

type Problem = EventProblems['problems'][number];
type Issue = z.core.$ZodIssue;

/**
 * What is to be said against an event of one's own before it is published: why publishing would refuse it, and where it is not what
 * the schema of its type says. What publishing fills in is no problem.
 */
export async function eventProblems(given: unknown, defaults: EventDefaults): Promise<Problem[]> {
  if (isObject(given) && typeof given.type === 'string') {
    const ofType = refusals(() => typeNamed(String(given.type)));
    if (ofType.length > 0) return [...ofType.map(onlyEnvelope), ...outsideCatalogue(given, defaults)];
  }
  let type: string | undefined;
  let complete: unknown;
  const refused = refusals(() => {
    const event = completeEvent(given as EventInput, defaults);
    ({ type } = event);
    complete = event;
    checkCloudEvent(event);
  });
  if (!isEventType(type)) return refused;
  const { eventSchema } = await import('../events/event-schemas.ts');
  const issues = eventSchema(type).safeParse(complete, { error: describeIssue }).error?.issues ?? [];
  const said = new Set(refused.map(({ field }) => field));
  return [...refused, ...issues.flatMap((issue) => problemsOf(issue)).filter(({ field }) => !said.has(field))];
}

/** The envelope of an event of a type that the mock does not know. */
function outsideCatalogue(given: Record<string, unknown>, defaults: EventDefaults): Problem[] {
  const [anyType = ''] = eventTypes;
  return refusals(() => {
    const complete = completeEvent({ ...given, type: anyType } as EventInput, defaults);
    checkCloudEvent({ ...complete, type: given.type });
  });
}

const onlyEnvelope = ({ message }: Problem): Problem => ({
  field: 'type',
  message: `${message}; only the envelope was checked`,
});

/** Why something is refused, if it is. */
function refusals(attempt: () => unknown): Problem[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (!(error instanceof AepMockError)) throw error;
    const { field, value, expected } = error.details;
    if (error.code !== 'INVALID_EVENT') return [{ field: '', message: error.message }];
    if (field === 'attribute name') return [{ field: String(value), message: `must be named with ${expected}` }];
    const message = value === undefined ? `is required: ${expected}` : `must be ${expected}, got ${show(value)}`;
    return [{ field: field === 'itself' ? '' : String(field), message }];
  }
}

function problemsOf(issue: Issue, within: readonly PropertyKey[] = []): Problem[] {
  const path = [...within, ...issue.path];
  const at = (...names: PropertyKey[]): string => [...path, ...names].map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({ field: at(name), message: 'is not in an event of this type' }));
  const nearest = issue.code === 'invalid_union' ? nearestForm(issue.errors) : undefined;
  if (nearest) return nearest.flatMap((inner) => problemsOf(inner, path));
  return [{ field: at(), message: issue.message }];
}

/** Of several forms that a value has none of, what is wrong with the one that it was probably meant to have: `type` says which. */
function nearestForm(forms: readonly Issue[][]): Issue[] | undefined {
  const isOfOtherType = (issues: Issue[]): number => Number(issues.some(({ path }) => path.join('.') === 'type'));
  return [...forms].sort((a, b) => isOfOtherType(a) - isOfOtherType(b) || a.length - b.length)[0];
}
