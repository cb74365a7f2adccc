import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { fail, show } from '../errors.ts';
import { describeIssue } from './describe-issue.ts';
import { InvalidRequest } from './errors.ts';

/** The largest body that the platform takes: 1 MiB (contract, management API: errors). */
const bodyLimitBytes = 1_048_576;

/**
 * Reads a body as text, up to a limit, whether or not it says how long it is.
 * @throws BODY_TOO_LARGE
 */
export async function readText(c: Context, limit = bodyLimitBytes): Promise<string> {
  const length = c.req.header('Content-Length');
  if (length !== undefined) {
    if (Number(length) > limit) throw fail('BODY_TOO_LARGE', { limit });
    return c.req.text();
  }
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of c.req.raw.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw fail('BODY_TOO_LARGE', { limit });
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Reads a JSON body. Anything else is INVALID_JSON, and the reason never quotes the body: it may hold a secret. */
export async function readJson(c: Context, limit = bodyLimitBytes): Promise<unknown> {
  const text = await readText(c, limit);
  if (text.trim() === '') throw fail('INVALID_JSON', { reason: 'it is empty' });
  return parseJson(c, text);
}

/** The same where a body may be left out. */
export async function readOptionalJson(c: Context): Promise<unknown> {
  // A body can be read once only.
  const text = await readText(c);
  return text.trim() === '' ? {} : parseJson(c, text);
}

function parseJson(c: Context, text: string): unknown {
  const contentType = c.req.header('Content-Type');
  if (contentType === undefined) throw fail('INVALID_JSON', { reason: 'the Content-Type header is missing' });
  if (!isJson(contentType)) throw fail('INVALID_JSON', { reason: `its Content-Type is ${show(contentType)}` });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail('INVALID_JSON', { reason: error instanceof Error ? withoutQuote(error.message) : String(error) });
  }
}

export const isJson = (contentType: string): boolean => /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType);

/** `Unexpected token '}', ..."y":"secret}" is not valid JSON` without the part that quotes the text. */
const withoutQuote = (message: string): string => message.replace(/, ?(\.{3})?".*$/s, '');

export type Checked<T> = { data: T; problems: [] } | { data?: undefined; problems: string[] };

/** Checks a value and names every problem: the dotted field, what it must be, and what it is unless that may be a secret. */
export function check<T>(schema: z.ZodType<T>, value: unknown, whole = 'the body'): Checked<T> {
  const result = schema.safeParse(value, { error: describeIssue });
  if (result.success) return { data: result.data, problems: [] };
  return {
    problems: result.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join('.')}: ${message}` : `${whole} ${message}`,
    ),
  };
}

/** The same for the control API: a value, or 400 with every problem. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, problems } = check(schema, value);
  if (problems.length > 0 || data === undefined) throw new InvalidRequest(problems, 400);
  return data;
}

/** The same for a query. A parameter that is given twice is refused: only one of them would count. */
export function checkedQuery<T>(c: Context, schema: z.ZodType<T>): T {
  const given = Object.entries(c.req.queries());
  const twice = given.flatMap(([name, values]) =>
    values.length > 1 ? [`${name}: is given ${values.length} times`] : [],
  );
  if (twice.length > 0) throw new InvalidRequest(twice, 400);
  const { data, problems } = check(schema, c.req.query(), 'the query');
  if (problems.length > 0 || data === undefined) throw new InvalidRequest(problems, 400);
  return data;
}
