/** Which deliveries are meant, as requests say it: the same fields in a body and in a query, and those of the library. */
import { z } from '@hono/zod-openapi';
import { show } from '../errors.ts';
import type { EventPattern } from '../events/catalog.ts';
import type { DeliveryQuery } from '../testing/delivery-matcher.ts';
import { deliveryState, deliveryStateOf, httpStatus } from './delivery-api.ts';
import { optionalWholeNumber } from './whole-number.ts';

const described = {
  type: { example: 'product.updated', description: 'An event type or a wildcard' },
  duplicate: { description: 'Injected duplicates only, or everything else' },
  attempts: { description: 'How many were made' },
  status: { description: 'What the last attempt was answered' },
};

const texts = {
  type: z.string().optional().openapi(described.type),
  event_id: z.string().optional(),
  subscription_id: z.string().optional(),
  state: deliveryState.optional(),
};

/** The fields of a body. */
export const matcherShape = {
  ...texts,
  duplicate: z.boolean().optional().openapi(described.duplicate),
  attempts: z.int().min(0).optional().openapi(described.attempts),
  status: httpStatus.optional().openapi(described.status),
  data: z
    .unknown()
    .optional()
    .openapi({
      description: 'A part of the data of the event: objects may have more, lists have to be the same',
      example: { product: { uuid: 'my-own-uuid' } },
    }),
};

/** The fields of a query, where everything is text: all but `data`. */
export const matcherParameters = {
  ...texts,
  duplicate: z
    .string()
    .refine((given) => given === 'true' || given === 'false', {
      error: ({ input }) => `must be true or false, got ${show(input)}`,
    })
    .optional()
    .openapi({ ...described.duplicate, type: 'boolean' }),
  attempts: optionalWholeNumber(0, 999).openapi(described.attempts),
  status: optionalWholeNumber(100, 999).openapi(described.status),
};

type Matcher = z.output<z.ZodObject<typeof matcherShape>>;
type Parameters = z.output<z.ZodObject<typeof matcherParameters>>;

/** The values of a query as a body has them. */
export function matcherOf({ duplicate, attempts, status, ...texts }: Parameters): Matcher {
  return {
    ...texts,
    duplicate: duplicate === undefined ? undefined : duplicate === 'true',
    attempts: attempts === undefined ? undefined : Number(attempts),
    status: status === undefined ? undefined : Number(status),
  };
}

/** The same in the names of the library. */
export function deliveryQuery(matcher: Matcher): DeliveryQuery {
  const {
    type,
    event_id: eventId,
    subscription_id: subscriptionId,
    state,
    duplicate,
    attempts,
    status,
    data,
  } = matcher;
  return {
    // Checked with the query.
    ...(type !== undefined && { type: type as EventPattern }),
    ...(eventId !== undefined && { eventId }),
    ...(subscriptionId !== undefined && { subscriptionId }),
    ...(state !== undefined && { state: deliveryStateOf[state] }),
    ...(duplicate !== undefined && { duplicate }),
    ...(attempts !== undefined && { attempts }),
    ...(status !== undefined && { status }),
    ...(data !== undefined && { data }),
  };
}
