/** The rate and the queue of every subscription of the last minutes. They outlive the page that shows them. */
import { signal } from '@preact/signals';
import type { StateBody } from '../../../http/control-api.ts';
import { type Sample, withSample } from './samples.ts';

interface SubscriptionSamples {
  rate: readonly Sample[];
  queue: readonly Sample[];
}

export const subscriptionSamples = signal<ReadonlyMap<string, SubscriptionSamples>>(new Map());

/** Notes what a state says, at a time of the page. What is no longer there is forgotten. */
export function noteState({ subscriptions }: StateBody, at: number): void {
  const before = subscriptionSamples.peek();
  subscriptionSamples.value = new Map(
    subscriptions.map(({ id, rate_per_second: rate, queued }) => {
      const { rate: rates, queue } = before.get(id) ?? { rate: [], queue: [] };
      return [
        id,
        {
          rate: rate === undefined ? rates : withSample(rates, { at, value: rate }),
          queue: withSample(queue, { at, value: queued }),
        },
      ];
    }),
  );
}
