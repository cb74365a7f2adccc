/** The whole HTTP side: the PIM, the platform's management API, the event schemas, the relay and the control API. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { ErrorHandler } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import type { RelayHub } from '../relay/hub.ts';
import { controlErrorResponse, mountControl } from './control.ts';
import { mountDocuments } from './documents.ts';
import { asAepMockError, errorResponse, notFoundHandler } from './errors.ts';
import { guard } from './guard.ts';
import { mountManagement } from './management.ts';
import { mountPim } from './pim.ts';
import { platformFaults } from './platform-faults.ts';
import type { HttpContext } from './ports.ts';
import { mountRelay } from './relay.ts';
import { replayPath } from './replay.ts';

export interface AppOptions {
  relay: RelayHub;
  /** What the control API, the inspector and the relay ask for; nothing when undefined. */
  token: string | undefined;
}

export function createApp(ctx: HttpContext, { relay, token }: AppOptions): OpenAPIHono {
  // Built as routes are added: compiling all of them into one expression costs more than a test's requests ever win back.
  const app = new OpenAPIHono({ router: new TrieRouter() });
  app.onError(answerError(ctx));
  app.notFound(notFoundHandler(app));

  for (const path of ['/', '/_mock/*']) app.use(path, guard(token));
  app.use('/_mock/*', async (c, next) => {
    // A replay sees to it itself: its next batch is what the clock waits for.
    if (c.req.method !== 'GET' && !c.req.path.startsWith(replayPath)) await ctx.settled();
    await next();
  });

  mountPim(app, ctx);
  app.use('/api/v1/*', platformFaults(ctx));
  mountManagement(app, ctx);
  mountControl(app, ctx);
  mountRelay(app, relay);
  mountDocuments(app, ctx);

  // A browser is shown the inspector, which is mounted behind this.
  app.get('/', (c, next) => {
    c.header('Vary', 'Accept');
    if (c.req.header('accept')?.includes('text/html')) return next();
    return Promise.resolve(
      c.json({ name: 'aep-mock', version: ctx.version, health: '/_mock/health', openapi: '/openapi.json' }),
    );
  });
  return app;
}

/** Answers what was thrown. A bug must not only be seen by the client, whose log may say nothing but 500: the mock's own says where. */
export const answerError =
  ({ journal }: Pick<HttpContext, 'journal'>): ErrorHandler =>
  (thrown, c) => {
    const error = asAepMockError(thrown);
    const { method, path } = c.req;
    if (error.code === 'INTERNAL') {
      journal.append({ type: 'mock.warning', message: `${method} ${path}: ${error.message}; ${error.hint}` });
    }
    return path === '/' || path.startsWith('/_mock/') ? controlErrorResponse(c, error) : errorResponse(c, error);
  };
