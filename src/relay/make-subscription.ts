import { uuidv7 } from '../core/ids.ts';
import type { Rng } from '../core/rng.ts';
import { countSubscriptionsOf, listSubscribers, type State } from '../core/state.ts';
import type { Input, Rejection } from '../core/types.ts';
import { AepMockError } from '../errors.ts';
import { pimEventTypes, resolveTypes } from '../events/catalog.ts';
import { isMadeForListener, isRelayable, listenerScope, relayUrl } from './claims.ts';
import type { EnsureRequest } from './frames.ts';

const subscriberName = 'aep-mock listen';

/** What making a subscription needs of the mock. */
export interface SubscriptionMaker {
  state(): State;
  dispatch(input: Input): Rejection | undefined;
  now(): number;
  rng: Rng;
  /** The secret when the listener names none. */
  secret: string;
  subscriptionsPerSubscriber: number;
}

/**
 * Makes a subscription for somebody who listens and has none, as their own code would have. Those that were revoked before are of no
 * use to anybody any more, and go.
 * @throws UNKNOWN_EVENT_TYPE; SUBSCRIBER_LIMIT or SUBSCRIPTION_LIMIT when the PIM is full
 */
export function makeSubscription(mock: SubscriptionMaker, wish: EnsureRequest): { id: string; secret: string } {
  const events = wish.events
    ? [...new Set(wish.events.flatMap((pattern) => resolveTypes(pattern)))]
    : [...pimEventTypes];
  for (const old of [...mock.state().subscriptions.values()])
    if (old.status === 'revoked' && isMadeForListener(old)) dropSubscription(mock, old.id);
  const subscriberId = subscriberWithRoom(mock);
  const now = mock.now();
  const id = uuidv7(mock.rng, now);
  const secret = wish.secret ?? mock.secret;
  accept(mock, {
    type: 'createSubscription',
    subscription: {
      id,
      subscriberId,
      ...listenerScope,
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

/** Lets a suspended one go on: whoever begins to listen again wants its events. */
export function resumeSubscription(mock: SubscriptionMaker, subscriptionId: string): void {
  accept(mock, { type: 'resume', subscriptionId, by: 'user' });
}

/** Gives such a subscription another secret. The same one again changes nothing. */
export function changeSecret(mock: SubscriptionMaker, subscriptionId: string, secret: string): void {
  const subscription = mock.state().subscriptions.get(subscriptionId);
  if (!subscription || !isRelayable(subscription) || subscription.config.secret.primary === secret) return;
  accept(mock, {
    type: 'updateSubscription',
    subscriptionId,
    patch: { config: { ...subscription.config, secret: { primary: secret } } },
  });
}

/** Ends such a subscription: whoever listens has one of their own now. */
export function dropSubscription(mock: SubscriptionMaker, subscriptionId: string): void {
  accept(mock, { type: 'deleteSubscription', subscriptionId, by: 'system' });
}

function subscriberWithRoom(mock: SubscriptionMaker): string {
  const state = mock.state();
  const known = listSubscribers(state, listenerScope).find(
    ({ id, name }) => name === subscriberName && countSubscriptionsOf(state, id) < mock.subscriptionsPerSubscriber,
  );
  if (known) return known.id;
  const now = mock.now();
  const id = uuidv7(mock.rng, now);
  const contact = { technicalEmail: 'listen@aep-mock.localhost' };
  const subscriber = {
    ...listenerScope,
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
