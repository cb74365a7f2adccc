import type { DeliveryView, WhyBody } from '../../../http/control-api.ts';
import type { DeliveryDetail } from '../../../http/inspect-api.ts';
import { shortType } from '../../../narration/text.ts';
import { useKeys } from '../keyboard.ts';
import { Page } from '../page.tsx';
import { FactsList } from '../parts/facts-list.tsx';
import { FailureView } from '../parts/failure-view.tsx';
import { TimeText } from '../parts/time-text.tsx';
import { isAbout, useLoaded } from '../parts/use-loaded.ts';
import { goBack, linkTo } from '../route.ts';
import { AttemptAxis } from './attempt-axis.tsx';
import { AttemptSection } from './attempt-section.tsx';
import { DeliveryActions } from './delivery-actions.tsx';

/** One delivery: where it is and why, and each of its attempts as it went over the wire. */
export function DeliveryPage({ id }: { id: string }) {
  const path = `/_mock/deliveries/${encodeURIComponent(id)}`;
  const { value: detail, failure } = useLoaded<DeliveryDetail>(path, isAbout('delivery_id', id));
  useKeys({ Escape: goBack });
  return (
    <Page
      title={`Delivery ${id}`}
      className="delivery"
      actions={detail && !failure && <DeliveryActions detail={detail} />}
    >
      {failure && <FailureView failure={failure} />}
      {detail && <Delivery detail={detail} />}
    </Page>
  );
}

function Delivery({ detail }: { detail: DeliveryDetail }) {
  const { delivery } = detail;
  return (
    <>
      <Facts delivery={delivery} />
      <Why delivery={delivery} />
      <h2>Attempts</h2>
      <AttemptAxis delivery={delivery} />
      {delivery.attempts.length === 0 && <p class="muted">It has not been tried.</p>}
      {delivery.attempts.map((attempt, i) => (
        <AttemptSection
          key={attempt.attempt}
          detail={detail}
          attempt={attempt}
          isOpen={i === delivery.attempts.length - 1}
        />
      ))}
    </>
  );
}

const tones: Partial<Record<DeliveryView['state'], string>> = { delivered: 'good', dropped: 'bad', discarded: 'bad' };

function Facts({ delivery }: { delivery: DeliveryView }) {
  const { event_type, event_id, subscription_id, destination, duplicate_of, state, reason, due_at } = delivery;
  return (
    <FactsList
      facts={[
        [
          'State',
          <>
            <strong class={tones[state]}>{state.replaceAll('_', ' ')}</strong>
            {reason !== undefined && `: ${reason.replaceAll('_', ' ')}`}
            {due_at !== undefined && (
              <>
                , due at <TimeText at={due_at} />
              </>
            )}
          </>,
        ],
        ['Type', <span title={event_type}>{shortType(event_type)}</span>],
        [
          'Event',
          <a class="mono" href={linkTo.event(event_id)}>
            {event_id}
          </a>,
        ],
        [
          'Subscription',
          <a class="mono" href={linkTo.subscription(subscription_id)}>
            {subscription_id}
          </a>,
        ],
        ['Destination', destination],
        ['Duplicate of', duplicate_of && <a href={linkTo.delivery(duplicate_of)}>{duplicate_of}</a>],
      ]}
    />
  );
}

function Why({ delivery: { id, event_id, subscription_id } }: { delivery: DeliveryView }) {
  const question = new URLSearchParams({ event_id, subscription_id });
  const { value } = useLoaded<WhyBody>(`/_mock/why?${question}`, isAbout('delivery_id', id));
  const items = value?.items.filter(({ delivery_id }) => delivery_id === id) ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-label="Why" class="card why-card">
      {items.map(({ message }) => (
        <p key={message}>
          <span class="muted">Why: </span>
          {message}
        </p>
      ))}
    </section>
  );
}
