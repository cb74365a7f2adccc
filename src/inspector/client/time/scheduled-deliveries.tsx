import type { DeliveryView } from '../../../http/control-api.ts';
import { count, number, shortId, shortType } from '../../../narration/text.ts';
import { usePolled } from '../polled.ts';
import { Problems } from '../problems.tsx';
import { linkTo } from '../route.ts';
import { dateTime, untilWords } from './time-words.ts';

/** Asked for, and of these so many are shown. */
const asked = 1_000;
const shown = 100;

/** What is scheduled when, the next first. */
export function ScheduledDeliveries({ now, pending }: { now: string; pending: number }) {
  const deliveries = usePolled<{ items: DeliveryView[] }>(`/_mock/deliveries?state=scheduled&order=asc&limit=${asked}`);
  const items = deliveries.answer.value?.items;
  const byTime = (items ?? []).toSorted((a, b) => (a.due_at ?? '').localeCompare(b.due_at ?? ''));
  const time = Date.parse(now);
  return (
    <section aria-labelledby="scheduled-heading">
      <h2 id="scheduled-heading">Scheduled deliveries</h2>
      <Problems of={deliveries.failure.value?.problems ?? []} />
      {items?.length === 0 && (
        <p class="empty">
          {pending > 0
            ? 'No delivery waits for its time: what comes due are lanes that wait for their turn.'
            : 'Nothing is scheduled. A delivery comes here when its handler fails: answer 503, or add a fault to a subscription.'}
        </p>
      )}
      {byTime.length > 0 && (
        <div class="table-scroll">
          <table class="scheduled">
            <thead>
              <tr>
                <th scope="col">Due</th>
                <th scope="col">At</th>
                <th scope="col">Event</th>
                <th scope="col">Subscription</th>
                <th scope="col">Attempt</th>
              </tr>
            </thead>
            <tbody>
              {byTime.slice(0, shown).map((delivery) => (
                <Row key={delivery.id} delivery={delivery} time={time} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {byTime.length > shown && (
        <p class="muted">
          {items?.length === asked
            ? `The first ${shown} of the oldest ${number(asked)}; there are more.`
            : `The first ${shown} of ${count(byTime.length, 'delivery', 'deliveries')}.`}
        </p>
      )}
    </section>
  );
}

function Row({ delivery, time }: { delivery: DeliveryView; time: number }) {
  const { id, due_at: dueAt, event_type: type, subscription_id: subscription, attempts } = delivery;
  return (
    <tr>
      <td class="due">{dueAt !== undefined && untilWords(dueAt, time)}</td>
      <td data-label="At">{dueAt !== undefined && <time dateTime={dueAt}>{dateTime(dueAt)}</time>}</td>
      <td data-label="Event">
        <a href={linkTo.delivery(id)}>
          {shortType(type)} <span class="mono muted">{id}</span>
        </a>
      </td>
      <td data-label="Subscription">
        <a class="mono" href={linkTo.subscription(subscription)}>
          {shortId(subscription)}
        </a>
      </td>
      <td data-label="Attempt">{attempts.length + 1}</td>
    </tr>
  );
}
