import { z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { check } from '../../src/http/body.ts';

const schema = z.object({
  text: z.string().min(2).max(3).optional(),
  list: z.array(z.int()).min(1).max(2).optional(),
  whole: z.int().min(1).max(10).optional(),
  number: z.number().gt(0).lt(5).multipleOf(0.5).optional(),
  mail: z.email().optional(),
  code: z.string().regex(/^a+$/).optional(),
  strict: z.strictObject({}).optional(),
  either: z.union([z.string(), z.number()]).optional(),
  word: z.enum(['a', 'b']).optional(),
});

it.each([
  [{ text: '' }, 'text: must not be empty'],
  [{ text: 'x' }, 'text: must have at least 2 characters, got 1'],
  [{ text: 'long' }, 'text: must have at most 3 characters, got 4'],
  [{ list: [] }, 'list: must not be empty'],
  [{ list: [1, 2, 3] }, 'list: must have at most 2 items, got 3'],
  [{ whole: 0 }, 'whole: must be at least 1, got 0'],
  [{ whole: 11 }, 'whole: must be at most 10, got 11'],
  [{ whole: 1.5 }, 'whole: must be a whole number, got 1.5'],
  [{ whole: 'x' }, 'whole: must be a number, got a string'],
  [{ number: Number.NaN }, 'number: must be a number, got NaN'],
  [{ number: 0 }, 'number: must be more than 0, got 0'],
  [{ number: 5 }, 'number: must be less than 5, got 5'],
  [{ number: 0.7 }, 'number: must be a multiple of 0.5, got 0.7'],
  [{ mail: 'x' }, 'mail: must be a valid email'],
  [{ code: 'secret' }, 'code: must match /^a+$/'],
  [{ strict: { x: 1 } }, 'strict: must not have "x"'],
  [{ either: null }, 'either: is in none of the forms that are taken here'],
  [{ word: 'c' }, 'word: must be one of "a", "b", got "c"'],
])('what is wrong with %j is said in words that fit', (value, problem) => {
  expect(check(schema, value).problems).toEqual([problem]);
});
