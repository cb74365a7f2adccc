import { uuidv7 } from '../core/ids.ts';
import type { Rng } from '../core/rng.ts';
import { countSubscriptionsOf, listSubscribers, type State } from '../core/state.ts';
import type { Input, Rejection } from '../core/types.ts';
import { AepMockError } from '../errors.ts';
import { pimEventTypes, resolveTypes } from '../events/catalog.ts';
import { relayUrl } from './claims.ts';

const subscriberName = 'aep-mock listen';

/** What making a subscription needs of the mock. */
export interface SubscriptionMaker {
  state(): State;
  dispatch(input: Input): Rejection | undefined;
  now(): number;
  rng: Rng;
  /** The PIM and the connection that the subscription belongs to. */
  pimUrl(): string;
  clientId: string;
  /** The secret when the listener names none. */
  secret: string;
  subscriptionsPerSubscriber: number;
}

export interface SubscriptionWish {
  /** Event types, short names or wildcards; null for all. */
  events: readonly string[] | null;
  secret?: string;
}

/**
 * Makes a subscription for somebody who listens and has none, on the ready-made connection, as their own code would have.
 * @throws UNKNOWN_EVENT_TYPE; SUBSCRIBER_LIMIT or SUBSCRIPTION_LIMIT when the PIM is full
 */
export function makeSubscription(mock: SubscriptionMaker, wish: SubscriptionWish): { id: string; secret: string } {
  const events = wish.events
    ? [...new Set(wish.events.flatMap((pattern) => resolveTypes(pattern)))]
    : [...pimEventTypes];
  const subscriberId = subscriberWithRoom(mock);
  const now = mock.now();
  const id = uuidv7(mock.rng, now);
  const secret = wish.secret ?? mock.secret;
  accept(mock, {
    type: 'createSubscription',
    subscription: {
      id,
      subscriberId,
      pimUrl: mock.pimUrl(),
      clientId: mock.clientId,
      source: 'pim',
      events,
      status: 'active',
      config: { type: 'https', url: relayUrl(id.slice(-8)), secret: { primary: secret } },
      sendProductIdentifier: false,
      createdAt: now,
      updatedAt: now,
    },
  });
  return { id, secret };
}

function subscriberWithRoom(mock: SubscriptionMaker): string {
  const scope = { pimUrl: mock.pimUrl(), clientId: mock.clientId };
  const state = mock.state();
  const known = listSubscribers(state, scope).find(
    ({ id, name }) => name === subscriberName && countSubscriptionsOf(state, id) < mock.subscriptionsPerSubscriber,
  );
  if (known) return known.id;
  const now = mock.now();
  const id = uuidv7(mock.rng, now);
  const contact = { technicalEmail: 'listen@aep-mock.localhost' };
  const subscriber = {
    ...scope,
    id,
    name: subscriberName,
    status: 'active',
    contact,
    createdAt: now,
    updatedAt: now,
  } as const;
  accept(mock, { type: 'createSubscriber', subscriber });
  return id;
}

function accept(mock: SubscriptionMaker, input: Input): void {
  const rejection = mock.dispatch(input);
  if (rejection) throw new AepMockError(rejection.code, rejection);
}
