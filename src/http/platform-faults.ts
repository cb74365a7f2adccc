import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { apiFault } from '../core/fault.ts';
import { realDeadline } from '../runtime/clock.ts';
import type { HttpContext } from './ports.ts';

/**
 * Faults on the platform's side: the management API is slow, or answers a status before it looks at the call. Slow is meant in real
 * time, because the caller is a real program with a deadline of its own.
 */
export function platformFaults(ctx: HttpContext): MiddlewareHandler {
  return async (c, next) => {
    if (ctx.state.faults.length === 0) return next();
    const { method, path } = c.req;
    const { delayMs, refusal } = apiFault(ctx.state.faults, { method, path }, ctx.rng);
    if (delayMs !== undefined) await new Promise<void>((resolve) => void realDeadline(delayMs, resolve));
    return refusal ? refuse(c, refusal) : next();
  };
}

function refuse(c: Context, { rule, status }: { rule: string; status: number }): Response {
  const message = `the platform answers ${status}: injected by the fault "${rule}"`;
  return c.json({ errors: [{ message }] }, status as ContentfulStatusCode);
}
