import { number } from '../../../narration/text.ts';
import { AnswerTimes } from './answer-times.tsx';
import { Gauge } from './gauge.tsx';
import { Sparkline } from './sparkline.tsx';
import type { SubscriptionState } from './stop-words.ts';
import { subscriptionSamples } from './subscription-samples.ts';

interface SubscriptionMeasuresProps {
  subscription: SubscriptionState;
  deadlineMs: number;
}

/** How a subscription does, to be seen at a glance. Brokers have neither success rate, nor rate, nor answer times. */
export function SubscriptionMeasures({ subscription, deadlineMs }: SubscriptionMeasuresProps) {
  const { id, status, type, health, rate_per_second: rate, queued, latency, broker } = subscription;
  const samples = subscriptionSamples.value.get(id);
  return (
    <div class="measures">
      {health && <Gauge health={health} isStopped={status !== 'active'} />}
      {broker && (
        <dl class="broker">
          <dt>Published</dt>
          <dd>{number(broker.published)}</dd>
          <dt>Acknowledged</dt>
          <dd>{number(broker.acknowledged)}</dd>
          <dt>Failed</dt>
          <dd class={broker.failed > 0 ? 'bad' : ''}>{number(broker.failed)}</dd>
        </dl>
      )}
      {rate !== undefined && (
        <Sparkline label="Rate" value={`${number(Math.round(rate))} events/s`} samples={samples?.rate ?? []} />
      )}
      <Sparkline label="Queue" value={number(queued)} samples={samples?.queue ?? []} />
      {type === 'https' && <AnswerTimes latency={latency} deadlineMs={deadlineMs} />}
    </div>
  );
}
