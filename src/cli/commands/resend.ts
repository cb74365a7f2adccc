import type { ResendMode } from '../../core/resend.ts';
import { fail } from '../../errors.ts';
import type { WhyBody } from '../../http/control-api.ts';
import type { Resent } from '../../http/inspect-api.ts';
import { shortId } from '../../narration/text.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';

export interface ResendOptions extends ClientOptions {
  /** A delivery's id, or an event's, or as much of that as tells it from the others. */
  id: string;
  as: ResendMode;
}

/** `aep-mock ctl resend`: sends a delivery again, or one of an event to each subscription that has had it. */
export async function resend(options: ResendOptions, { render }: CommandContext): Promise<number> {
  const { id, as } = options;
  const client = new ControlClient(options);
  const deliveryIds = /^d\d+$/.test(id) ? [id] : await deliveriesOf(client, id);
  const problems: unknown[] = [];
  // One subscription may be suspended, and the others get theirs all the same.
  for (const deliveryId of deliveryIds) {
    try {
      const resent = await client.post<Resent>(`/_mock/deliveries/${deliveryId}/resend`, { as });
      render.data({ type: 'resent', resend_of: deliveryId, ...resent }, resentText(deliveryId, resent, as));
    } catch (error) {
      problems.push(error);
    }
  }
  if (problems.length > 0) throw problems[0];
  return 0;
}

function resentText(deliveryId: string, { delivery_id, event_id, subscription_id }: Resent, as: ResendMode): string {
  const event = as === 'new_event' ? `, event ${event_id}` : '';
  return `${deliveryId} sent again to sub ${shortId(subscription_id)} as ${delivery_id}${event}`;
}

/** The first delivery of an event to each subscription that has had it. */
async function deliveriesOf(client: ControlClient, event: string): Promise<string[]> {
  const { items } = await client.get<WhyBody>('/_mock/why', { event_id: event });
  const first = new Map<string, string>();
  for (const { subscription_id, delivery_id } of items)
    if (delivery_id !== undefined && !first.has(subscription_id)) first.set(subscription_id, delivery_id);
  if (first.size === 0)
    throw fail('DELIVERY_NOT_FOUND', { id: event, hint: `nobody took it: "aep-mock ctl why ${event}" says why` });
  return [...first.values()];
}
