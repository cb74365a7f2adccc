/**
 * The transitions of subscribers and subscriptions (contract, delivery: transitions). Changes the state in place, records what
 * happened, and answers why when an input is not taken.
 */
import type { Policy } from './profile.ts';
import { discardLane, openLane } from './queue.ts';
import { countSubscribersOfPim, countSubscriptionsOf, destinationName, type State } from './state.ts';
import type { Actor, Contact, Input, JournalFact, Rejection, Subscriber, Subscription } from './types.ts';

/** The inputs that create, change or end a subscriber or a subscription. */
export type LifecycleInput = Extract<
  Input,
  {
    type:
      | 'createSubscriber'
      | 'updateSubscriber'
      | 'deleteSubscriber'
      | 'createSubscription'
      | 'updateSubscription'
      | 'suspend'
      | 'resume'
      | 'revoke'
      | 'deleteSubscription';
  }
>;
type InputOf<Type extends LifecycleInput['type']> = Extract<LifecycleInput, { type: Type }>;

/** What one transition works with. */
interface Work {
  state: State;
  now: number;
  policy: Policy;
  record: (fact: JournalFact) => void;
}

/** Applies one input, or answers why it is not taken; then nothing has changed. */
export function applyLifecycle(
  state: State,
  input: LifecycleInput,
  now: number,
  policy: Policy,
  record: (fact: JournalFact) => void,
): Rejection | undefined {
  const work: Work = { state, now, policy, record };
  switch (input.type) {
    case 'createSubscriber':
      return createSubscriber(work, input);
    case 'updateSubscriber':
      return updateSubscriber(work, input);
    case 'deleteSubscriber':
      return deleteSubscriber(work, input);
    case 'createSubscription':
      return createSubscription(work, input);
    case 'updateSubscription':
      return withLive(work, input, 'updated', (subscription) => updateSubscription(work, subscription, input));
    case 'suspend':
      return withLive(work, input, 'suspended', (subscription) => suspend(work, subscription, input));
    case 'resume':
      return withLive(work, input, 'resumed', (subscription) => resume(work, subscription, input));
    case 'revoke':
      return withLive(work, input, 'revoked', (subscription) => revoke(work, subscription, input));
    case 'deleteSubscription':
      return deleteSubscription(work, input);
  }
}

function createSubscriber(
  { state, policy, record }: Work,
  { subscriber }: InputOf<'createSubscriber'>,
): Rejection | undefined {
  // R13: of the PIM, whatever client they belong to.
  const limit = policy.subscribersPerPim;
  if (countSubscribersOfPim(state, subscriber.pimUrl) >= limit) return { code: 'SUBSCRIBER_LIMIT', limit };
  state.subscribers.set(subscriber.id, { ...subscriber, contact: mergeContact(subscriber.contact, {}) });
  record({ type: 'subscriber.created', subscriberId: subscriber.id });
  return undefined;
}

function updateSubscriber(work: Work, { subscriberId, patch }: InputOf<'updateSubscriber'>): Rejection | undefined {
  const subscriber = activeSubscriber(work.state, subscriberId);
  if (!subscriber) return { code: 'SUBSCRIBER_NOT_FOUND', id: subscriberId };
  if (patch.name !== undefined) subscriber.name = patch.name;
  if (patch.contact) subscriber.contact = mergeContact(subscriber.contact, patch.contact);
  subscriber.updatedAt = work.now;
  work.record({ type: 'subscriber.updated', subscriberId });
  return undefined;
}

/** An empty list of channels resets to the default (contract, management API: subscriber). */
function mergeContact(stored: Contact, patch: Partial<Contact>): Contact {
  const { notificationChannels, ...contact } = { ...stored, ...patch };
  return notificationChannels?.length ? { ...contact, notificationChannels } : contact;
}

/** Its subscriptions end with it. Nothing needs them afterwards, so the state forgets all of them. */
function deleteSubscriber(work: Work, { subscriberId, by }: InputOf<'deleteSubscriber'>): Rejection | undefined {
  const { state, record } = work;
  if (!state.subscribers.has(subscriberId)) return { code: 'SUBSCRIBER_NOT_FOUND', id: subscriberId };
  for (const subscription of [...state.subscriptions.values()]) {
    if (subscription.subscriberId === subscriberId) forget(work, subscription.id, by);
  }
  state.subscribers.delete(subscriberId);
  record({ type: 'subscriber.deleted', subscriberId });
  return undefined;
}

function createSubscription(
  { state, policy, record }: Work,
  { subscription }: InputOf<'createSubscription'>,
): Rejection | undefined {
  const { id, subscriberId } = subscription;
  if (!activeSubscriber(state, subscriberId)) return { code: 'SUBSCRIBER_NOT_FOUND', id: subscriberId };
  // R14
  const limit = policy.subscriptionsPerSubscriber;
  if (countSubscriptionsOf(state, subscriberId) >= limit) return { code: 'SUBSCRIPTION_LIMIT', limit };
  state.subscriptions.set(id, { ...subscription });
  state.routes.clear();
  openLane(state, id);
  record({ type: 'subscription.created', subscriptionId: id, destination: destinationName(subscription) });
  return undefined;
}

function updateSubscription(work: Work, subscription: Subscription, { patch }: InputOf<'updateSubscription'>): void {
  Object.assign(subscription, patch);
  subscription.updatedAt = work.now;
  work.state.routes.clear();
  work.record({
    type: 'subscription.updated',
    subscriptionId: subscription.id,
    destination: destinationName(subscription),
  });
}

/** Suspending what is suspended changes nothing and is no error. */
function suspend(work: Work, subscription: Subscription, { by, reason }: InputOf<'suspend'>): void {
  if (subscription.status === 'suspended') return;
  const lost = stop(work, subscription, 'suspended');
  work.record({ type: 'subscription.suspended', subscriptionId: subscription.id, by, reason, lost });
}

function revoke(work: Work, subscription: Subscription, { by, reason }: InputOf<'revoke'>): void {
  const lost = stop(work, subscription, 'revoked');
  work.record({ type: 'subscription.revoked', subscriptionId: subscription.id, by, reason, lost });
}

/** What was lost while it was suspended stays lost: it starts afresh. Resuming what is active changes nothing. */
function resume({ state, now, record }: Work, subscription: Subscription, { by }: InputOf<'resume'>): void {
  if (subscription.status === 'active') return;
  subscription.status = 'active';
  subscription.updatedAt = now;
  state.routes.clear();
  openLane(state, subscription.id);
  record({ type: 'subscription.resumed', subscriptionId: subscription.id, by });
}

function deleteSubscription(work: Work, { subscriptionId, by }: InputOf<'deleteSubscription'>): Rejection | undefined {
  if (!work.state.subscriptions.has(subscriptionId)) return { code: 'SUBSCRIPTION_NOT_FOUND', id: subscriptionId };
  forget(work, subscriptionId, by);
  return undefined;
}

function forget({ state, record }: Work, subscriptionId: string, by: Actor): void {
  state.subscriptions.delete(subscriptionId);
  state.routes.clear();
  const lost = discardLane(state, subscriptionId, 'deleted', record);
  record({ type: 'subscription.deleted', subscriptionId, by, lost });
}

/** Ends delivery and answers how many deliveries were lost. */
function stop({ state, now, record }: Work, subscription: Subscription, status: 'suspended' | 'revoked'): number {
  subscription.status = status;
  subscription.updatedAt = now;
  state.routes.clear();
  return discardLane(state, subscription.id, status, record);
}

/** Runs a transition on a subscription that has not ended; revoked is final. */
function withLive(
  { state }: Work,
  { subscriptionId: id }: { subscriptionId: string },
  operation: string,
  transition: (subscription: Subscription) => void,
): Rejection | undefined {
  const subscription = state.subscriptions.get(id);
  if (!subscription) return { code: 'SUBSCRIPTION_NOT_FOUND', id };
  const { status } = subscription;
  if (status === 'revoked' || status === 'deleted') return { code: 'SUBSCRIPTION_ENDED', id, status, operation };
  transition(subscription);
  return undefined;
}

function activeSubscriber(state: State, id: string): Subscriber | undefined {
  const subscriber = state.subscribers.get(id);
  return subscriber?.status === 'active' ? subscriber : undefined;
}
