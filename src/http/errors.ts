/** How the management API says no: every error body is `{"errors":[{"message"}]}` (contract, management API: errors). */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { TrieRouter } from 'hono/router/trie-router';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Rejection } from '../core/types.ts';
import { AepMockError, fail } from '../errors.ts';

/** A request that breaks one or more rules: one problem an entry, each beginning with the field it is about. */
export class InvalidRequest extends AepMockError {
  override readonly status: number;
  readonly problems: readonly string[];

  /** `status` is the profile's `validationStatus`. */
  constructor(problems: readonly string[], status: number) {
    super('VALIDATION', { field: '', reason: problems.join('; ') });
    this.status = status;
    this.problems = problems;
  }
}

/** An error in the platform's form. The platform has no place for a hint, so it ends the message. */
export function errorBody(error: AepMockError): { errors: { message: string }[] } {
  const messages = error instanceof InvalidRequest ? error.problems : [`${error.message}; ${error.hint}`];
  return { errors: messages.map((message) => ({ message })) };
}

export function errorResponse(c: Context, error: AepMockError): Response {
  return c.json(errorBody(error), error.status as ContentfulStatusCode);
}

/** The error of the table that stands for whatever was thrown. */
export function asAepMockError(error: Error): AepMockError {
  if (error instanceof AepMockError) return error;
  // What the web framework itself refuses: a body that it cannot read.
  if (error instanceof HTTPException && error.status < 500) return fail('INVALID_JSON', { reason: error.message });
  return fail('INTERNAL', { reason: error.message });
}

/** The error that stands for an input that the engine did not take. */
export function rejected({ code, ...details }: Rejection): AepMockError {
  return new AepMockError(code, details);
}

/** For `app.notFound`, throws: 405 with `Allow` where the path is known under other methods, else 404. `app.onError` answers. */
export function notFoundHandler(app: OpenAPIHono): NotFoundHandler {
  let methodsByPath: TrieRouter<string> | undefined;
  return (c) => {
    methodsByPath ??= methodRouter(app);
    const { method, path } = c.req;
    const allowed = [...new Set(methodsByPath.match('ALL', path)[0].map(([known]) => known))];
    if (allowed.length === 0) throw fail('NOT_FOUND', { path });
    c.header('Allow', allowed.join(', '));
    throw fail('METHOD_NOT_ALLOWED', { method, path });
  };
}

function methodRouter(app: OpenAPIHono): TrieRouter<string> {
  const router = new TrieRouter<string>();
  for (const { method, path } of app.routes) {
    // Middleware is registered for all methods and says nothing about which paths exist.
    if (method === 'ALL') continue;
    router.add('ALL', path, method);
    if (method === 'GET') router.add('ALL', path, 'HEAD');
  }
  return router;
}
