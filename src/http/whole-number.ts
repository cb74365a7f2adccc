import { z } from '@hono/zod-openapi';
import { show } from '../errors.ts';

const bounded = (min: number, max: number) =>
  z.string().refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
    error: ({ input }) => `must be a whole number from ${min} to ${max}, got ${show(input)}`,
  });

/** A whole number within bounds in a query, where everything is text: `Number()` reads what passed. */
export const wholeNumber = (min: number, max: number, standard: number) =>
  bounded(min, max)
    .default(String(standard))
    .openapi({ type: 'integer', minimum: min, maximum: max, default: standard });

/** The same where none may be given. */
export const optionalWholeNumber = (min: number, max: number) =>
  bounded(min, max).optional().openapi({ type: 'integer', minimum: min, maximum: max });
