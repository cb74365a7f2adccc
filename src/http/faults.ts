import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { FaultInput } from '../core/fault-input.ts';
import { readJson } from './body.ts';
import type { FaultsBody } from './control-api.ts';
import { json, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const example = { status: 503, first: 2, type: 'product.updated' };
const ruleSchema = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .openapi({ example, description: 'A rule as an object, or as words: "status=503 first=2 type=product.updated"' });
const rulesSchema = z.union([ruleSchema, z.array(ruleSchema)]);
const listSchema = z.object({ items: z.array(z.looseObject({})) });

const path = '/_mock/faults';
const tags = ['control'];
const body = { required: true, ...json(rulesSchema) };
const listed = (description: string) => ({ description, ...json(listSchema) });

const routes = {
  list: createRoute({ method: 'get', path, tags, responses: { 200: listed('The rules in force, with their counts') } }),
  add: createRoute({
    method: 'post',
    path,
    tags,
    request: { body },
    responses: { 201: listed('The rules that were added; those in force are asked before them and go on counting') },
  }),
  replace: createRoute({
    method: 'put',
    path,
    tags,
    request: { body },
    responses: { 200: listed('The rules that are in force now') },
  }),
  clear: createRoute({ method: 'delete', path, tags, responses: { 200: listed('No rule is in force') } }),
};

/** Mounts the fault rules of the control API. */
export function mountFaults(app: OpenAPIHono, { faults }: HttpContext): void {
  serve(app, routes.list, (c) => c.json<FaultsBody>({ items: faults.list() }));
  serve(app, routes.add, async (c) => c.json<FaultsBody>({ items: faults.add(...asList(await readJson(c))) }, 201));
  serve(app, routes.replace, async (c) => c.json<FaultsBody>({ items: faults.replace(...asList(await readJson(c))) }));
  serve(app, routes.clear, (c) => {
    faults.clear();
    return c.json<FaultsBody>({ items: [] });
  });
}

/** One rule or several. What is in them is checked as they come into force, in the words of the rules. */
const asList = (value: unknown): FaultInput[] => [value].flat() as FaultInput[];
