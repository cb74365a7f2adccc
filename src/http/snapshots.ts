/** The part of the control API that takes snapshots and goes back to them. They stay in the mock: they hold secrets. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { show } from '../errors.ts';
import type { Snapshot } from '../runtime/snapshots.ts';
import { checked, readOptionalJson } from './body.ts';
import { type SnapshotsBody, type SnapshotView, snapshotAnswer, snapshotsAnswer } from './control-api.ts';
import { controlRoute, idInPath } from './control-route.ts';
import { isoTime } from './delivery-views.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const snapshotBody = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
      error: ({ input }) =>
        `must be 1 to 64 letters, digits, dots, hyphens and underscores, a letter or a digit first, got ${show(input)}`,
    })
    .optional()
    .openapi({ example: 'two-subscriptions', description: 's1, s2… unless given; one of the same name is replaced' }),
});

const parameters = [idInPath('name')];

const routes = {
  take: controlRoute({
    method: 'post',
    path: '/_mock/snapshots',
    name: 'takeSnapshot',
    summary: 'Take a snapshot of everything but the history, once nothing is in flight',
    body: { schema: snapshotBody, required: false },
    status: 201,
    answer: snapshotAnswer,
    errors: [409],
  }),
  list: controlRoute({
    method: 'get',
    path: '/_mock/snapshots',
    name: 'listSnapshots',
    summary: 'The snapshots that the mock holds, the latest last',
    answer: snapshotsAnswer,
  }),
  restore: controlRoute({
    method: 'post',
    path: '/_mock/snapshots/{name}/restore',
    name: 'restoreSnapshot',
    summary: 'Go back to a snapshot, virtual time included; history begins anew, tunnels stay',
    parameters,
    answer: snapshotAnswer,
    errors: [404],
  }),
  delete: controlRoute({
    method: 'delete',
    path: '/_mock/snapshots/{name}',
    name: 'deleteSnapshot',
    summary: 'Forget a snapshot, and answer those that are left',
    parameters,
    answer: snapshotsAnswer,
    errors: [404],
  }),
};

export function mountSnapshots(app: OpenAPIHono, { snapshots }: HttpContext): void {
  const list = (): SnapshotsBody => ({ items: snapshots.list().map(view) });
  serve(app, routes.take, async (c) => {
    const { name } = checked(snapshotBody, await readOptionalJson(c));
    return c.json(view(await snapshots.take(name)), 201);
  });
  serve(app, routes.list, (c) => c.json(list()));
  serve(app, routes.restore, async (c) => c.json(view(await snapshots.restore(c.req.param('name')))));
  serve(app, routes.delete, (c) => {
    snapshots.delete(c.req.param('name'));
    return c.json(list());
  });
}

const view = ({ name, at }: Snapshot): SnapshotView => ({ name, at: isoTime(at) });
