import type { z } from '@hono/zod-openapi';
import type { EventPattern } from '../events/catalog.ts';
import type { DeliveryQuery } from '../testing/delivery-matcher.ts';
import { type deliveryState, deliveryStateOf } from './delivery-api.ts';

/** Which deliveries are meant, as requests say it. */
interface DeliveryFields {
  type?: string | undefined;
  event_id?: string | undefined;
  subscription_id?: string | undefined;
  state?: z.output<typeof deliveryState> | undefined;
  duplicate?: boolean | undefined;
  attempts?: number | undefined;
  status?: number | undefined;
  data?: unknown;
}

/** The same in the names of the library. */
export function deliveryQuery(fields: DeliveryFields): DeliveryQuery {
  const { type, event_id: eventId, subscription_id: subscriptionId, state, duplicate, attempts, status, data } = fields;
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
