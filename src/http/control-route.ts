import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import { errorAnswer } from './control-api.ts';
import { json } from './openapi.ts';

const meanings = {
  400: 'The request breaks one or more rules; each is named',
  401: 'The mock was started with --token, and the request carries no valid one',
  403: 'The request comes from a web page, or names a host that is not this machine',
  404: 'Not found, as far as the mock remembers',
  409: 'Not possible as things stand, or not what was expected',
  413: 'The body is too large',
};
type ErrorStatus = keyof typeof meanings;

/** A route of the control API as it is declared. */
export interface ControlRoute<Path extends string> {
  method: 'get' | 'post' | 'put' | 'delete';
  path: Path;
  /** What a generated client calls it. */
  name: string;
  summary: string;
  parameters?: NonNullable<RouteConfig['parameters']>;
  query?: z.ZodObject;
  body?: { schema: z.ZodType; required: boolean };
  /** The status of the answer; 200. */
  status?: 200 | 201 | 202;
  /** The schema of the JSON; `text` is plain text, `event stream` server-sent events. */
  answer: z.ZodType | 'text' | 'event stream';
  /** What it can answer besides what every route of the control API can. */
  errors?: readonly ErrorStatus[];
}

const texts = {
  text: { content: { 'text/plain': { schema: z.string() } } },
  'event stream': { content: { 'text/event-stream': { schema: z.string() } } },
};

/** The description of a route of the control API, for `serve`. */
export function controlRoute<Path extends string>(route: ControlRoute<Path>) {
  const { method, path, name, summary, parameters, query, body, status = 200, answer, errors = [] } = route;
  const refusals: ErrorStatus[] = [...(query || body ? [400 as const] : []), 401, 403, ...errors];
  return createRoute({
    method,
    path,
    operationId: name,
    tags: ['control'],
    summary,
    security: [{}, { mockToken: [] }],
    ...(parameters && { parameters }),
    ...((query || body) && {
      request: { ...(query && { query }), ...(body && { body: { required: body.required, ...json(body.schema) } }) },
    }),
    responses: {
      [status]: { description: summary, ...(typeof answer === 'string' ? texts[answer] : json(answer)) },
      ...Object.fromEntries(refusals.map((code) => [code, { description: meanings[code], ...json(errorAnswer) }])),
    },
  });
}

/** A parameter in the path of the control API. Any text will do: what is no id is not found. */
export const idInPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } }) as const;
