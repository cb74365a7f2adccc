import { isObject } from '../core/is-object.ts';
import { isTransportReason } from '../runtime/transport-error.ts';
import type { Frame, ResultFrame, UnknownFrame } from './frames.ts';
import { printable } from './printable.ts';

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
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
const request = { id: isString, url: isString, headers: isHeaders, ack_deadline_ms: isNumber };
const kinded = shape({ kind: isString });

const judged = shape({
  id: isString,
  attempt: isNumber,
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
  delivery: shape({
    ...request,
    method: exactly('POST'),
    delivery_id: isString,
    attempt: isNumber,
    subscription_id: isString,
    event_id: isString,
    event_type: isString,
    body: isString,
  }),
  probe: shape({ ...request, method: exactly('HEAD') }),
  verdicts: shape({ verdicts: listOf(judged) }),
  error: shape({ code: isString, message: isString, hint: isString }),
  result: oneOf(
    shape({ id: isString, attempt: isNumber, duration_ms: isDuration, status: isStatus, headers: isHeaders }),
    shape({
      id: isString,
      attempt: isNumber,
      duration_ms: isDuration,
      error: shape({ reason: isString, message: isString }),
    }),
  ),
  answer_body: shape({ id: isString, attempt: isNumber, body: isString, is_cut: isBoolean }),
  probe_result: oneOf(shape({ id: isString, status: isStatus }), shape({ id: isString, error: isString })),
  leave: () => true,
};

/** A failure as the server takes it: a reason that the platform has, and a message that can be shown. */
function plainFailure(frame: ResultFrame): ResultFrame {
  if (!('error' in frame)) return frame;
  const { reason, message } = frame.error;
  const known = isTransportReason(reason) ? reason : 'destination_failure';
  return { ...frame, error: { reason: known, message: printable(message) } };
}

/** Reads one message. Undefined when it is no frame: not a JSON object, no `type`, or one whose fields are not what its type has. */
export function parseFrame(text: string): Frame | UnknownFrame | undefined {
  const end = text.indexOf('\n');
  let raw: unknown;
  try {
    raw = JSON.parse(end < 0 ? text : text.slice(0, end));
  } catch {
    return undefined;
  }
  if (!isObject(raw) || typeof raw.type !== 'string') return undefined;
  if (end >= 0) raw.body = text.slice(end + 1);
  if (!Object.hasOwn(frameChecks, raw.type)) return { type: 'unknown', raw };
  if (!frameChecks[raw.type as Frame['type']](raw)) return undefined;
  // The table is checked against every frame type, so what passes its check is a frame.
  const frame = raw as unknown as Frame;
  return frame.type === 'result' ? plainFailure(frame) : frame;
}

/**
 * The message of a frame: one line of JSON, and behind it the body of a delivery as it is. As a string in the JSON it would be escaped
 * here and unescaped at the other end, which costs more than all the rest.
 */
export function serialiseFrame(frame: Frame): string {
  if (frame.type !== 'delivery') return JSON.stringify(frame);
  return `${JSON.stringify({ ...frame, body: undefined })}\n${frame.body}`;
}
