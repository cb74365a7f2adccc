import { useEffect, useState } from 'preact/hooks';
import type { DeliveryView, WhyBody } from '../../../http/control-api.ts';
import { count, shortId, shortType } from '../../../narration/text.ts';
import { get } from '../control-client.ts';
import { Problems, useProblems } from '../problems.tsx';
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
    <div class="card publish-result" role="status">
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
  const { items, problems } = useAnswer<DeliveryView>(
    `/_mock/deliveries?event_id=${encodeURIComponent(event)}&order=asc&limit=100`,
  );
  return (
    <>
      <Problems of={problems} />
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
  const { items, problems } = useAnswer<WhyBody['items'][number]>(`/_mock/why?event_id=${encodeURIComponent(id)}`);
  return (
    <>
      <Problems of={problems} />
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

/** What the control API lists, asked for once. */
function useAnswer<Item>(path: string) {
  const [items, setItems] = useState<readonly Item[]>();
  const { problems, attempt } = useProblems();
  useEffect(() => {
    void attempt(async () => setItems((await get<{ items: Item[] }>(path)).items));
  }, [path]);
  return { items, problems };
}
