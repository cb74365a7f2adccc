import { number } from '../../../narration/text.ts';
import { untilWords } from '../time/time-words.ts';
import type { SubscriptionState } from './stop-words.ts';

/** What waits for a subscription, and what it missed. Always the same numbers at the same places. */
export function SubscriptionCounts({ subscription, now }: { subscription: SubscriptionState; now: string }) {
  const { queued, in_flight: inFlight, scheduled, held, missed = 0, next_due_at: dueAt } = subscription;
  const counts: [name: string, value: number, note: string | undefined][] = [
    ['Queued', queued, held ? 'held: nobody listens at the other end of the relay' : undefined],
    ['In flight', inFlight, undefined],
    ['Scheduled', scheduled, dueAt === undefined ? undefined : untilWords(dueAt, Date.parse(now))],
    ['Missed', missed, missed > 0 ? 'published while it was suspended' : undefined],
  ];
  return (
    <dl class="counts-row">
      {counts.map(([name, value, note]) => (
        <div key={name} class={value === 0 ? 'zero' : ''}>
          <dt>{name}</dt>
          <dd>
            {number(value)}
            {note && <span class="muted"> {note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
