import { shortId, shortType } from '../../../narration/text.ts';
import { Page } from '../page.tsx';
import { TimeText } from '../parts/time-text.tsx';
import { Problems } from '../problems.tsx';
import { linkTo } from '../route.ts';
import { answerTimeNumbers } from './answer-times.tsx';
import { FaultList } from './fault-list.tsx';
import { StatusBadge, StopNote } from './status-badge.tsx';
import type { SubscriptionState } from './stop-words.ts';
import { SubscriptionActions } from './subscription-actions.tsx';
import { SubscriptionCounts } from './subscription-counts.tsx';
import { SubscriptionMeasures } from './subscription-measures.tsx';
import { useMockState } from './use-mock-state.ts';

/** One subscription as a whole. */
export function SubscriptionPage({ id }: { id: string }) {
  const state = useMockState();
  const answer = state.answer.value;
  const subscription = answer?.subscriptions.find((each) => each.id === id);
  return (
    <Page
      title={`Subscription ${shortId(id)}`}
      actions={
        subscription && <SubscriptionActions subscription={subscription} isWhole onDone={() => void state.refresh()} />
      }
    >
      <Problems of={state.failure.value?.problems ?? []} />
      {answer && !subscription && (
        <p class="empty">
          The mock has no subscription <span class="mono">{id}</span>.{' '}
          <a href={linkTo.page('subscriptions')}>All of them</a>
        </p>
      )}
      {answer && subscription && (
        <>
          <p class="subscription-facts">
            <StatusBadge status={subscription.status} /> <span class="mono">{subscription.destination}</span>
          </p>
          <StopNote subscription={subscription} />
          <section class="card" aria-label="How it does">
            <SubscriptionMeasures subscription={subscription} deadlineMs={answer.ack_deadline_ms} />
            <SubscriptionCounts subscription={subscription} now={answer.now} />
          </section>
          <Details subscription={subscription} />
          <FaultList subscription={id} events={subscription.events} />
        </>
      )}
    </Page>
  );
}

function Details({ subscription }: { subscription: SubscriptionState }) {
  const { id, subscriber_id: subscriber, type, filter, events, latency, broker } = subscription;
  const lastError = broker?.last_error;
  return (
    <section class="card" aria-labelledby="details-heading">
      <h2 id="details-heading">Details</h2>
      <dl class="details">
        <dt>Id</dt>
        <dd class="mono">{id}</dd>
        <dt>Subscriber</dt>
        <dd class="mono">{subscriber}</dd>
        <dt>Destination</dt>
        <dd>{type}</dd>
        <dt>Filter</dt>
        <dd>
          {filter === undefined ? <span class="muted">none: every event of its types</span> : <code>{filter}</code>}
        </dd>
        {latency && (
          <>
            <dt>Answer times</dt>
            <dd>{answerTimeNumbers(latency)}</dd>
          </>
        )}
        {lastError && (
          <>
            <dt>Last failure</dt>
            <dd>
              <TimeText at={lastError.at} /> <code>{lastError.reason}</code> {lastError.message}
            </dd>
          </>
        )}
        <dt>{`Events (${events.length})`}</dt>
        <dd>
          <ul class="types">
            {events.map((each) => (
              <li key={each} title={each}>
                {shortType(each)}
              </li>
            ))}
          </ul>
        </dd>
      </dl>
    </section>
  );
}
