import { count, shortId, shortType } from '../../../narration/text.ts';
import { linkTo } from '../route.ts';
import { StatusBadge, StopNote } from './status-badge.tsx';
import type { SubscriptionState } from './stop-words.ts';
import { SubscriptionActions } from './subscription-actions.tsx';
import { SubscriptionCounts } from './subscription-counts.tsx';
import { SubscriptionMeasures } from './subscription-measures.tsx';

interface SubscriptionCardProps {
  subscription: SubscriptionState;
  deadlineMs: number;
  /** The mock's time. */
  now: string;
  onDone: () => void;
}

/** So many types are named; the rest is counted. */
const namedTypes = 4;

/** A subscription in short. */
export function SubscriptionCard({ subscription, deadlineMs, now, onDone }: SubscriptionCardProps) {
  const { id, status, type, destination, events, filter } = subscription;
  const more = events.length - namedTypes;
  return (
    <article class="card subscription-card" aria-label={`Subscription ${shortId(id)}`}>
      <header>
        <h2>
          <a class="mono" href={linkTo.subscription(id)} title={destination}>
            {destination}
          </a>
        </h2>
        <StatusBadge status={status} />
      </header>
      <p class="muted subscription-facts">
        <span class="mono" title={id}>
          {shortId(id)}
        </span>{' '}
        · {type} · {events.slice(0, namedTypes).map(shortType).join(', ')}
        {more > 0 && ` and ${count(more, 'more type')}`}
        {filter !== undefined && (
          <>
            {' '}
            · only <code>{filter}</code>
          </>
        )}
      </p>
      <StopNote subscription={subscription} />
      <SubscriptionMeasures subscription={subscription} deadlineMs={deadlineMs} />
      <SubscriptionCounts subscription={subscription} now={now} />
      <footer class="actions">
        <SubscriptionActions subscription={subscription} onDone={onDone} />
        <a href={linkTo.subscription(id)} aria-label={`Faults and details of ${shortId(id)}`}>
          Faults and details
        </a>
      </footer>
    </article>
  );
}
