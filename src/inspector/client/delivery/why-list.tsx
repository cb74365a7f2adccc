import type { WhyBody } from '../../../http/control-api.ts';
import { shortId } from '../../../narration/text.ts';
import { linkTo } from '../route.ts';

/** Where an event is for each subscription, or why it never went there. */
export function WhyList({ items }: Pick<WhyBody, 'items'>) {
  if (items.length === 0) return <p class="muted">There is no subscription that could take it.</p>;
  return (
    <ul class="why">
      {items.map(({ subscription_id, delivery_id, reason, message }) => (
        <li key={delivery_id ?? subscription_id}>
          <span class="why-about">
            <a href={linkTo.subscription(subscription_id)} title={subscription_id}>
              subscription {shortId(subscription_id)}
            </a>
            {delivery_id !== undefined && <a href={linkTo.delivery(delivery_id)}>delivery {delivery_id}</a>}
            <strong>{reason.replaceAll('_', ' ')}</strong>
          </span>
          <span>{message}</span>
        </li>
      ))}
    </ul>
  );
}
