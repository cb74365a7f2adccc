/** Routes that describe themselves, and the document that collects them. */
import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context, Env } from 'hono';
import type { HttpContext } from './ports.ts';

type Handler<Path extends string> = (c: Context<Env, Path>) => Response | Promise<Response>;

/**
 * Registers a route with its description. Handlers check their bodies themselves, with the schema that describes them, because the
 * platform answers every problem at once, in its own form, and after it knows who asks. Reads are one plain handler.
 */
export function serve<Path extends string>(
  app: OpenAPIHono,
  route: RouteConfig & { getRoutingPath(): Path },
  handler: Handler<Path>,
): void {
  app.openAPIRegistry.registerPath(route);
  app.on(route.method, route.getRoutingPath(), handler);
}

export const json = <Schema>(schema: Schema) => ({ content: { 'application/json': { schema } } });

const errorAnswer = z
  .object({ errors: z.array(z.object({ message: z.string() })) })
  .openapi('Errors', { description: 'One entry per problem' });

const errorMeanings = {
  400: 'The request breaks one or more rules',
  401: 'The headers X-PIM-URL, X-PIM-TOKEN and X-PIM-CLIENT-ID do not say who asks',
  403: 'The connection has no "Event Platform" permission',
  404: 'Not found, or not visible to this PIM and client id',
  409: 'A limit is reached, or the subscription has ended',
  413: 'The body is too large',
};

/** The descriptions of the errors that a route can answer. */
export function errorAnswers(...statuses: (keyof typeof errorMeanings)[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, { description: errorMeanings[status], ...json(errorAnswer) }]),
  );
}

/** A parameter in the path. Any text will do: what is not an id is not found. */
export const pathParameter = (name: string) =>
  ({ name, in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }) as const;

/** The three headers that every call of the management API carries. */
export const platformSecurity = [{ pimUrl: [], pimToken: [], pimClientId: [] }];

const header = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description });

const securitySchemes = {
  pimUrl: header('X-PIM-URL', 'Base URL of the PIM that issued the token'),
  pimToken: header('X-PIM-TOKEN', 'The PIM access token, raw'),
  pimClientId: header('X-PIM-CLIENT-ID', 'Client id of the connection or app that owns the token'),
  pimBasic: { type: 'http', scheme: 'basic' },
  pimBearer: { type: 'http', scheme: 'bearer' },
  mockToken: { type: 'http', scheme: 'bearer', description: 'The --token that the mock was started with, if any' },
};

/** The description of everything that `app` routes; for `GET /openapi.json`. */
export function openApiDocument(app: OpenAPIHono, ctx: HttpContext) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'aep-mock',
      version: ctx.version,
      description: `A local mock of the Akeneo Event Platform, profile ${ctx.profile}, and of the PIM that issues its tokens.`,
    },
    servers: [{ url: ctx.url() }],
  });
  return { ...document, components: { ...document.components, securitySchemes } };
}
