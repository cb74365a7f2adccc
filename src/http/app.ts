/** The whole HTTP side: the PIM, the platform's management API, the event schemas, the relay and the control API. */
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { fail } from '../errors.ts';
import { isEventType } from '../events/catalog.ts';
import type { RelayHub } from '../relay/hub.ts';
import { controlErrorResponse, mountControl } from './control.ts';
import { asAepMockError, errorResponse, notFoundHandler } from './errors.ts';
import { guard } from './guard.ts';
import { mountManagement } from './management.ts';
import { openApiDocument } from './openapi.ts';
import { mountPim } from './pim.ts';
import type { HttpContext } from './ports.ts';
import { mountRelay } from './relay.ts';

export interface AppOptions {
  relay: RelayHub;
  /** What the control API and the relay ask for; nothing when undefined. */
  token: string | undefined;
}

/** The largest batch of events that one request publishes. */
const publishLimitBytes = 8 * 1024 * 1024;

export function createApp(ctx: HttpContext, { relay, token }: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono();
  app.onError((thrown, c) => {
    const error = asAepMockError(thrown);
    return c.req.path.startsWith('/_mock/') ? controlErrorResponse(c, error) : errorResponse(c, error);
  });
  app.notFound(notFoundHandler(app));

  app.use('/_mock/*', guard(token));
  app.use('/_mock/publish', bodyLimit({ maxSize: publishLimitBytes, onError: tooLarge(publishLimitBytes) }));

  mountPim(app, ctx);
  mountManagement(app, ctx);
  mountControl(app, ctx);
  mountRelay(app, relay);

  app.get('/spec/:file', async (c) => {
    const type = c.req.param('file').replace(/\.schema\.json$/, '');
    if (!isEventType(type)) throw fail('NOT_FOUND', { path: c.req.path });
    const { schemaFor } = await import('../events/event-schemas.ts');
    return c.json(schemaFor(type));
  });
  let document: unknown;
  app.get('/openapi.json', (c) => {
    document ??= openApiDocument(app, ctx);
    return c.json(document);
  });
  app.get('/', (c) =>
    c.json({ name: 'aep-mock', version: ctx.version, health: '/_mock/health', openapi: '/openapi.json' }),
  );
  return app;
}

function tooLarge(limit: number): () => never {
  return () => {
    throw fail('BODY_TOO_LARGE', { limit });
  };
}
