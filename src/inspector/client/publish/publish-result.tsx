import type { DeliveryView, WhyBody } from '../../../http/control-api.ts';
import { count, shortId, shortType } from '../../../narration/text.ts';
import { useLoaded } from '../parts/use-loaded.ts';
import { Problems } from '../problems.tsx';
import { linkTo } from '../route.ts';
import type { Published } from './publish-many.ts';

/** Of so many deliveries each has a link. */
const linked = 5;

/** What became of what was just published: who takes it, or why nobody does. */
export function PublishResult({ published }: { published: Published }) {
  const [first] = published;
  const deliveries = published.reduce((sum, event) => sum + event.deliveries, 0);
  const untaken = published.filter((event) => event.deliveries === 0).length;
  return (
    <div class="card publish-result">
      <p>
        <strong>{count(published.length, 'event')} published</strong>
        {first && published.length === 1 && (
          <>
            {' '}
            <span class="mono" title={first.id}>
              {shortId(first.id)}
            </span>
          </>
        )}
        :{' '}
        {deliveries === 0 ? (
          <span class="warn">nobody takes {published.length === 1 ? 'it' : 'them'}</span>
        ) : (
          count(deliveries, 'delivery', 'deliveries')
        )}
        {deliveries > 0 && untaken > 0 && <span class="warn">, {count(untaken, 'event')} without any</span>}
      </p>
      {first &&
        (deliveries === 0 ? <WhyNobody key={first.id} event={first} /> : <Links key={first.id} event={first.id} />)}
      {published.length > 1 && deliveries > 0 && <p class="muted">These are of the first; Live shows them all.</p>}
    </div>
  );
}

function Links({ event }: { event: string }) {
  const { value, failure } = useLoaded<{ items: DeliveryView[] }>(
    `/_mock/deliveries?event_id=${encodeURIComponent(event)}&order=asc&limit=100`,
  );
  const items = value?.items;
  return (
    <>
      <Problems of={failure?.problems ?? []} />
      <ul>
        {items?.slice(0, linked).map(({ id, subscription_id: subscription, destination }) => (
          <li key={id}>
            <a href={linkTo.delivery(id)}>Delivery {id}</a> to{' '}
            <a class="mono" href={linkTo.subscription(subscription)}>
              {destination}
            </a>
          </li>
        ))}
      </ul>
      {items && items.length > linked && <p class="muted">And {items.length - linked} more.</p>}
    </>
  );
}

function WhyNobody({ event: { id, type } }: { event: Published[number] }) {
  const { value, failure } = useLoaded<WhyBody>(`/_mock/why?event_id=${encodeURIComponent(id)}`);
  const items = value?.items;
  return (
    <>
      <Problems of={failure?.problems ?? []} />
      {items?.length === 0 && (
        <p>
          There is no subscription at all. <a href={linkTo.page('subscriptions')}>Subscriptions</a> says how to make one
          for {shortType(type)}.
        </p>
      )}
      <ul>
        {items?.map(({ subscription_id: subscription, message }) => (
          <li key={subscription}>
            <a class="mono" href={linkTo.subscription(subscription)}>
              {shortId(subscription)}
            </a>
            : {message}
          </li>
        ))}
      </ul>
    </>
  );
}
