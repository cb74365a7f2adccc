import { z } from '@hono/zod-openapi';
import { show } from '../errors.ts';

/** A whole number within bounds in a query, where everything is text: `Number()` reads what passed. */
export const wholeNumber = (min: number, max: number, standard: number) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: ({ input }) => `must be a whole number from ${min} to ${max}, got ${show(input)}`,
    })
    .default(String(standard))
    .openapi({ type: 'integer', minimum: min, maximum: max, default: standard });
