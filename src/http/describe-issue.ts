import type { z } from '@hono/zod-openapi';
import { show } from '../errors.ts';

type Issue = Parameters<z.core.$ZodErrorMap>[0];
type OutOfBounds = Extract<Issue, { code: 'too_small' | 'too_big' }>;

/** The words for what a schema does not put into words itself. Texts are not quoted: they may be secrets. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      if (input === undefined) return 'is required';
      if (issue.expected === 'int' && typeof input === 'number') return `must be a whole number, got ${input}`;
      return `must be ${typeNamed(issue.expected)}, got ${kindOf(input)}`;
    case 'invalid_value': {
      const expected = `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
      return input === undefined ? `is required: ${expected}` : `must be ${expected}, got ${show(input)}`;
    }
    case 'too_small':
      return outOfBounds(issue, Number(issue.minimum), issue.inclusive === false ? 'more than' : 'at least');
    case 'too_big':
      return outOfBounds(issue, Number(issue.maximum), issue.inclusive === false ? 'less than' : 'at most');
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}, got ${show(input)}`;
    case 'invalid_format':
      return issue.format === 'regex' ? `must match ${issue.pattern}` : `must be a valid ${issue.format}`;
    case 'unrecognized_keys':
      return `must not have ${issue.keys.map(show).join(', ')}`;
    case 'invalid_union':
      return 'is in none of the forms that are taken here';
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0]?.message;
    case 'custom':
      return undefined;
  }
};

function outOfBounds({ origin, input }: OutOfBounds, bound: number, relation: string): string {
  if (Array.isArray(input) || typeof input === 'string') {
    if (input.length === 0) return 'must not be empty';
    const unit = Array.isArray(input) ? 'items' : 'characters';
    return `must have ${relation} ${bound} ${unit}, got ${[...input].length}`;
  }
  return `must be ${relation} ${bound}${origin === 'number' || origin === 'int' ? `, got ${show(input)}` : ''}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value);
  return withArticle(Array.isArray(value) ? 'array' : typeof value);
}

const typeNamed = (expected: string): string => (expected === 'record' ? 'an object' : withArticle(expected));

const withArticle = (noun: string): string => `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`;
