import type { OpenAPIHono } from '@hono/zod-openapi';
import { mountBenchmark } from './benchmark.ts';
import { mountLogs } from './logs.ts';
import type { HttpContext } from './ports.ts';
import { managementSchemas } from './schemas.ts';
import { mountSubscribers } from './subscribers.ts';
import { mountSubscriptions } from './subscriptions.ts';

/** Mounts the platform's management API under `/api/v1`. */
export function mountManagement(app: OpenAPIHono, ctx: HttpContext): void {
  const schemas = managementSchemas(ctx.allowHttp);
  mountSubscribers(app, ctx, schemas);
  mountSubscriptions(app, ctx, schemas);
  mountBenchmark(app, ctx);
  mountLogs(app, ctx);
}
