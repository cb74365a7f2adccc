import { useState } from 'preact/hooks';
import { Page } from '../page.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Problems } from '../problems.tsx';
import { SubscriptionCard } from './subscription-card.tsx';
import { useMockState } from './use-mock-state.ts';

/** Cards that are drawn at once: every one is drawn anew each second. */
const step = 20;

export function SubscriptionsPage() {
  const state = useMockState();
  const [shown, setShown] = useState(step);
  const answer = state.answer.value;
  const all = answer?.subscriptions ?? [];
  return (
    <Page title="Subscriptions">
      <Problems of={state.failure.value?.problems ?? []} />
      {answer && all.length === 0 && <NoSubscription />}
      {answer && (
        <div class="subscriptions">
          {all.slice(0, shown).map((subscription) => (
            <SubscriptionCard
              key={subscription.id}
              subscription={subscription}
              deadlineMs={answer.ack_deadline_ms}
              now={answer.now}
              onDone={() => void state.refresh()}
            />
          ))}
        </div>
      )}
      {all.length > shown && (
        <button type="button" onClick={() => setShown(shown + step)}>
          {`Show more (${shown} of ${all.length})`}
        </button>
      )}
    </Page>
  );
}

function NoSubscription() {
  const command = `aep-mock listen --forward-to 3000 --server ${location.origin}`;
  return (
    <div class="empty">
      <p>
        <strong>Nothing is subscribed yet.</strong>
      </p>
      <p>With a handler on port 3000, this subscribes it to every event and relays them to it:</p>
      <p class="command">
        <code>{command}</code>
        <CopyButton text={() => command} what="The command" />
      </p>
      <p class="muted">An integration of your own subscribes with the management API, as it does in production.</p>
    </div>
  );
}
