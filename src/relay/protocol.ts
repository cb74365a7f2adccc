import { isObject } from '../core/is-object.ts';
import { isTransportReason } from '../runtime/transport-error.ts';
import type { DeliveriesFrame, Frame, Result, ResultsFrame, UnknownFrame } from './frames.ts';
import { printable } from './printable.ts';

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isId: Check = (value) => Number.isSafeInteger(value);
const isLength: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isDuration: Check = (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value);
const isStatus: Check = (value) => Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599;
const isStrings: Check = (value) => Array.isArray(value) && value.every(isString);
const isHeaders: Check = (value) => {
  if (!isObject(value)) return false;
  for (const name in value) if (typeof value[name] !== 'string') return false;
  return true;
};

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const exactly =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const oneOf =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
function shape(fields: Record<string, Check>): Check {
  const names = Object.keys(fields);
  const checks = Object.values(fields);
  return (value) => {
    if (!isObject(value)) return false;
    for (let n = 0; n < names.length; n++) if (!checks[n]?.(value[names[n] as string])) return false;
    return true;
  };
}

const claim = oneOf(
  shape({ kind: exactly('all') }),
  shape({ kind: exactly('ids'), ids: isStrings }),
  shape({ kind: exactly('url'), prefix: isString }),
);
const claims = {
  subscriptions: listOf(
    shape({
      id: isString,
      events: isStrings,
      url: isString,
      status: exactly('active', 'suspended', 'revoked'),
      tunnels: isNumber,
      secret: optional(isString),
    }),
  ),
  created: optional(shape({ id: isString, secret: isString })),
};
const kinded = shape({ kind: isString });

const delivery = shape({
  id: isId,
  delivery_id: isString,
  attempt: isNumber,
  event_id: isString,
  event_type: isString,
  headers: isHeaders,
  length: isLength,
});

const judged = shape({
  id: isId,
  outcome: kinded,
  verdict: shape({ do: isString }),
  health: optional(
    shape({
      requests: isNumber,
      successRate: isNumber,
      nearest: shape({ measure: isString, value: isNumber, limit: isNumber }),
      leastRequests: isNumber,
    }),
  ),
  fault: optional(shape({ rule: isString, kind: isString })),
  duplicate_of: optional(isString),
});

const excerpt = shape({ text: isString, is_cut: isBoolean });
const absent = exactly(undefined);
const told = { id: isId, duration_ms: isDuration };
const result = oneOf(
  shape({
    ...told,
    status: isStatus,
    error: absent,
    headers: isHeaders,
    body: optional(excerpt),
    body_follows: optional(isBoolean),
  }),
  shape({ ...told, error: shape({ reason: isString, message: isString }) }),
);

/** What each type of frame has to have. More is no error. */
const frameChecks: Record<Frame['type'], Check> = {
  hello: shape({
    protocol: isNumber,
    client: isString,
    session: isString,
    forward_to: isString,
    claim,
    ensure: optional(shape({ events: nullable(isStrings), secret: optional(isString) })),
  }),
  welcome: shape({ tunnel: isString, run: isString, ack_deadline_ms: isNumber, ...claims }),
  claims: shape(claims),
  deliveries: shape({
    subscription_id: isString,
    url: isString,
    method: exactly('POST'),
    ack_deadline_ms: isNumber,
    deliveries: listOf(delivery),
  }),
  probe: shape({ id: isId, url: isString, method: exactly('HEAD'), headers: isHeaders, ack_deadline_ms: isNumber }),
  verdicts: shape({ verdicts: listOf(oneOf(isId, judged)) }),
  error: shape({ code: isString, message: isString, hint: isString }),
  // Each of them is looked at on its own, see `takeResults`.
  results: shape({ results: Array.isArray }),
  answer_body: shape({ id: isId, body: excerpt }),
  probe_result: oneOf(shape({ id: isId, status: isStatus, error: absent }), shape({ id: isId, error: isString })),
  leave: () => true,
};

type RawFrame = Record<string, unknown> & { type: string };

/** Makes a failure one as the server takes it: a reason that the platform has, and a message that can be shown. */
function makePlain(result: Result): void {
  if (!('error' in result)) return;
  const { error } = result;
  if (!isTransportReason(error.reason)) error.reason = 'destination_failure';
  error.message = printable(error.message);
}

/**
 * Reads one message, frame by frame: who takes the first need not wait for the last. Undefined stands for what cannot be made out: a
 * frame, or some results of the frame before. What follows it is read all the same, unless nobody knows where that begins: behind a line
 * that is no frame at all, or one with bodies behind it.
 */
export function* readMessage(text: string): Generator<Frame | UnknownFrame | undefined> {
  let at = 0;
  do {
    const lineEnd = text.indexOf('\n', at);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const raw = parseLine(text.slice(at, end));
    const frame = raw && toFrame(raw);
    at = Math.min(end + 1, text.length);
    if (frame?.type === 'deliveries') at = takeBodies(frame, text, at);
    const isWhole = frame !== undefined && at <= text.length;
    const areAllTaken = frame?.type !== 'results' || takeResults(frame);
    yield isWhole ? frame : undefined;
    if (!areAllTaken) yield undefined;
    if (!isWhole && (raw === undefined || raw.type === 'deliveries')) return;
  } while (at < text.length);
}

/** Reads a frame's line: a JSON object with a `type`. */
function parseLine(line: string): RawFrame | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isObject(raw) && typeof raw.type === 'string' ? (raw as RawFrame) : undefined;
}

/** Undefined when it has not the fields that its type has. */
function toFrame(raw: RawFrame): Frame | UnknownFrame | undefined {
  if (!Object.hasOwn(frameChecks, raw.type)) return { type: 'unknown', raw };
  if (!frameChecks[raw.type as Frame['type']](raw)) return undefined;
  // The table is checked against every frame type, so what passes its check is a frame.
  return raw as unknown as Frame;
}

/** Leaves the results that are well formed: what is wrong with one says nothing about the others. False when something was. */
function takeResults(frame: ResultsFrame): boolean {
  const { length } = frame.results;
  frame.results = frame.results.filter(result);
  frame.results.forEach(makePlain);
  return frame.results.length === length;
}

/** Takes the bodies from where they begin, and answers where they end. */
function takeBodies(frame: DeliveriesFrame, text: string, start: number): number {
  let at = start;
  frame.bodies = frame.deliveries.map(({ length }) => {
    const body = text.slice(at, at + length);
    at += length;
    return body;
  });
  return at;
}

/**
 * A frame as it stands in a message. Bodies are put behind the line: as strings in the JSON they would be escaped here and unescaped at
 * the other end, which costs more than all the rest.
 */
export function serialiseFrame(frame: Frame): string {
  if (frame.type !== 'deliveries') return `${JSON.stringify(frame)}\n`;
  return `${JSON.stringify({ ...frame, bodies: undefined })}\n${frame.bodies.join('')}`;
}
