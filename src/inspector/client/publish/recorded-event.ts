/** An event of a recording, or why an item of it is none: what `aep-mock replay` reads too. */

export interface RecordedEvent {
  event: Record<string, unknown>;
  /** How long its JSON is. */
  size: number;
  /** When it was received or, of a plain event, its own time: milliseconds since the epoch. */
  at: number | undefined;
}

export function readRecorded(text: string): RecordedEvent | { reason: string } {
  const value = parsed(text);
  if (value instanceof Error) return { reason: `it is not valid JSON (${value.message})` };
  if (!isCapture(value)) return eventOf(value, text.length);
  const { body } = value;
  if (body === undefined) return { reason: 'its body is not UTF-8, so it is no CloudEvent' };
  if (typeof body !== 'string') return { reason: 'the body of a capture record has to be the exact text that arrived' };
  const inside = parsed(body);
  if (inside instanceof Error) return { reason: `its body: it is not valid JSON (${inside.message})` };
  return eventOf(inside, body.length, value.received_at);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

/** A delivery as `aep-mock record` writes it down, with the event in its body. */
const isCapture = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && ('body' in value || 'body_base64' in value) && !('specversion' in value);

function eventOf(value: unknown, size: number, receivedAt?: unknown): RecordedEvent | { reason: string } {
  const problem = cloudEventProblem(value);
  if (problem !== undefined) return { reason: `it is not a CloudEvent: ${problem}` };
  const event = value as Record<string, unknown>;
  return { event, size, at: instant(receivedAt) ?? instant(event.time) };
}

function instant(time: unknown): number | undefined {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;
const mostLevels = 100;

/**
 * Why the mock would not publish a value, which would cost the whole batch that it is in. The rules are those of `check-event.ts`; a
 * test holds the two side by side.
 */
export function cloudEventProblem(event: unknown): string | undefined {
  if (!isObject(event)) return 'it is no JSON object';
  for (const [field, value] of Object.entries(event))
    if (isNestedDeeper(value, mostLevels)) return `${field} is nested more than ${mostLevels} levels deep`;
  if (event.specversion !== '1.0') return 'specversion must be "1.0"';
  for (const field of ['id', 'source', 'type'])
    if (!isFilled(event[field])) return `${field} must be a text that is not empty`;
  if (event.subject !== undefined && typeof event.subject !== 'string') return 'subject must be a text';
  for (const field of ['datacontenttype', 'dataschema'])
    if (event[field] !== undefined && !isFilled(event[field])) return `${field} must be a text that is not empty`;
  const { time } = event;
  if (time !== undefined && !(typeof time === 'string' && rfc3339.test(time) && !Number.isNaN(Date.parse(time))))
    return 'time must be an RFC 3339 time such as 2026-01-05T08:00:00Z';
  const name = Object.keys(event).find((each) => !/^[a-z][a-z0-9]*$/.test(each));
  return name === undefined
    ? undefined
    : `the attribute name ${JSON.stringify(name)} must be lower-case letters and digits, a letter first`;
}

const isFilled = (value: unknown): boolean => typeof value === 'string' && value !== '';

function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isNestedDeeper(inner, levels - 1));
}
