import type { z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { fail, show } from '../errors.ts';
import { errorResponse } from './errors.ts';

/** The largest body that the platform takes: 1 MiB (contract, management API: errors). */
export const bodyLimitBytes = 1_048_576;

/** Refuses larger bodies with 413. */
export const limitBody: MiddlewareHandler = bodyLimit({
  maxSize: bodyLimitBytes,
  onError: (c) => errorResponse(c, fail('BODY_TOO_LARGE', { limit: bodyLimitBytes })),
});

/** Reads a JSON body. Anything else is INVALID_JSON, and the reason never quotes the body: it may hold a secret. */
export async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text();
  if (text.trim() === '') throw fail('INVALID_JSON', { reason: 'it is empty' });
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
export function check<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
  const result = schema.safeParse(value, { error: describe });
  if (result.success) return { data: result.data, problems: [] };
  return {
    problems: result.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join('.')}: ${message}` : `the body ${message}`,
    ),
  };
}

/** The words for what a schema does not put into words itself. */
const describe: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return input === undefined ? 'is required' : `must be ${withArticle(issue.expected)}, got ${kindOf(input)}`;
    case 'invalid_value': {
      const expected = `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
      return input === undefined ? `is required: ${expected}` : `must be ${expected}, got ${show(input)}`;
    }
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'too_small':
      return 'must not be empty';
    default:
      return undefined;
  }
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return withArticle(Array.isArray(value) ? 'array' : typeof value);
}

const withArticle = (noun: string): string => {
  if (noun === 'record') return 'an object';
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
};

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
