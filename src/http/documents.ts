/** What describes the mock to programs: its API, and the schemas of the events at the path that their `dataschema` has. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { fail } from '../errors.ts';
import { eventTypes, isEventType } from '../events/catalog.ts';
import { errorAnswers, json, openApiDocument, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const about = { method: 'get' as const, tags: ['documents'] };

const routes = {
  openApi: createRoute({
    ...about,
    operationId: 'getOpenApi',
    path: '/openapi.json',
    summary: 'This document',
    responses: { 200: { description: 'OpenAPI 3.1', ...json(z.looseObject({ openapi: z.literal('3.1.0') })) } },
  }),
  eventSchema: createRoute({
    ...about,
    operationId: 'getEventSchema',
    path: '/spec/{type}.schema.json',
    summary: 'The JSON Schema of a whole event of this type',
    parameters: [{ name: 'type', in: 'path', required: true, schema: { type: 'string', enum: [...eventTypes] } }],
    responses: {
      200: { description: 'JSON Schema, draft 2020-12', ...json(z.looseObject({ $id: z.url() })) },
      ...errorAnswers(404),
    },
  }),
};

/** Mounts them. The document has everything that is mounted when it is first asked for. */
export function mountDocuments(app: OpenAPIHono, ctx: HttpContext): void {
  let document: object | undefined;
  serve(app, routes.openApi, (c) => {
    document ??= openApiDocument(app, ctx);
    return c.json(document);
  });
  serve(app, routes.eventSchema, async (c) => {
    // The router takes the whole file name for the parameter.
    const type = c.req.path.slice('/spec/'.length).replace(/\.schema\.json$/, '');
    if (!isEventType(type)) throw fail('NOT_FOUND', { path: c.req.path });
    const { schemaFor } = await import('../events/event-schemas.ts');
    return c.json(schemaFor(type));
  });
}
