import type { Context } from 'hono';
import type { Scope } from '../core/state.ts';
import type { JournalFact } from '../core/types.ts';
import { readJson } from './body.ts';
import { asAepMockError, errorBody } from './errors.ts';
import type { HttpContext } from './ports.ts';
import { redactBody } from './redact-body.ts';

interface Creation {
  operation: Extract<JournalFact, { type: 'creation.refused' }>['operation'];
  scope: Scope;
  /** Empty when it is a subscriber that is made. */
  subscriberId: string;
}

/**
 * Reads the body of a creation and makes of it what `create` makes. A refusal is recorded for the platform's logs, with what was asked
 * and answered (contract, delivery: logs), and goes on its way.
 */
export async function recordRefusal<Made>(
  c: Context,
  ctx: HttpContext,
  { operation, scope, subscriberId }: Creation,
  create: (body: unknown) => Made | Promise<Made>,
): Promise<Made> {
  let body: unknown = null;
  try {
    body = await readJson(c);
    return await create(body);
  } catch (thrown) {
    const error = asAepMockError(thrown instanceof Error ? thrown : new Error(String(thrown)));
    if (error.status >= 500) throw thrown;
    const response = errorBody(error);
    ctx.journal.append({
      type: 'creation.refused',
      ...scope,
      operation,
      subscriberId,
      request: { method: c.req.method, path: c.req.path, body: redactBody(body) },
      response: { status: error.status, body: response },
      message: response.errors.map(({ message }) => message).join('; '),
    });
    throw thrown;
  }
}
