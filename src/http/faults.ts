import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { FaultInput } from '../core/fault-input.ts';
import { readJson } from './body.ts';
import { type FaultsBody, faultsAnswer } from './control-api.ts';
import { controlRoute } from './control-route.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const example = { status: 503, first: 2, type: 'product.updated' };
const ruleSchema = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .openapi({ example, description: 'A rule as an object, or as words: "status=503 first=2 type=product.updated"' });
const rulesSchema = z.union([ruleSchema, z.array(ruleSchema)]);

const path = '/_mock/faults';
const body = { required: true, schema: rulesSchema };
const answer = faultsAnswer;

const routes = {
  list: controlRoute({
    method: 'get',
    path,
    name: 'listFaults',
    summary: 'The fault rules in force, with their counts',
    answer,
  }),
  add: controlRoute({
    method: 'post',
    path,
    name: 'addFaults',
    summary: 'Add fault rules, and answer those; the ones in force are asked before them and go on counting',
    body,
    status: 201,
    answer,
  }),
  replace: controlRoute({
    method: 'put',
    path,
    name: 'replaceFaults',
    summary: 'Put fault rules in the place of those in force',
    body,
    answer,
  }),
  clear: controlRoute({ method: 'delete', path, name: 'clearFaults', summary: 'Have no fault rule in force', answer }),
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
