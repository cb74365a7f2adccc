import type { ResendMode, Resent } from '../../../http/inspect-api.ts';
import { post } from '../control-client.ts';

const words: Record<ResendMode, string> = {
  itself: 'resent',
  duplicate: 'resent as a duplicate',
  new_event: 'resent under a new event id',
};

/** Delivers once more; returns what to say about it. */
export async function resend(deliveryId: string, as: ResendMode): Promise<string> {
  const { delivery_id } = await post<Resent>(`/_mock/deliveries/${encodeURIComponent(deliveryId)}/resend`, { as });
  return `${deliveryId} ${words[as]}: it is delivery ${delivery_id}`;
}
