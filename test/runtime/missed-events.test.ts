import { expect, it } from 'vitest';
import type { JournalFact } from '../../src/core/types.ts';
import { MissedEvents } from '../../src/runtime/missed-events.ts';
import { productUpdated, subscription } from '../core/world.ts';

it('counts events of its types while a subscription is suspended, and begins anew with the next suspension', () => {
  const missed = new MissedEvents((id) => ({ ...subscription(id), activeFrom: 0 }));
  const take = (fact: JournalFact): void => missed.take({ ...fact, seq: 1, at: 0 });
  const publish = (eventType: string): void =>
    take({ type: 'event.published', eventId: 'e', eventType, deliveries: 0 });
  const suspend: JournalFact = {
    type: 'subscription.suspended',
    subscriptionId: 'a',
    by: 'user',
    reason: 'requested',
    lost: 0,
  };

  publish(productUpdated);
  take(suspend);
  publish(productUpdated);
  publish('com.akeneo.pim.v1.family.created');
  publish(productUpdated);
  expect([missed.of('a'), missed.of('b')]).toEqual([2, 0]);
  take({ type: 'subscription.resumed', subscriptionId: 'a', by: 'user' });
  publish(productUpdated);
  expect(missed.of('a')).toBe(0);
  take(suspend);
  expect(missed.of('a')).toBe(0);
});
