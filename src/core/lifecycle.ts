/**
 * The transitions of subscribers and subscriptions (contract, delivery: transitions). Changes the state in place, records what
 * happened, and answers why when an input is not taken.
 */
import type { Policy } from './profile.ts';
import { discardLane, openLane } from './queue.ts';
import {
  countSubscribersOfPim,
  countSubscriptionsOf,
  destinationName,
  forgetRoutes,
  rememberedDeletions,
  type State,
} from './state.ts';
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
      | 'deleteSubscription'
      | 'removeConnection'
      | 'setPermission';
  }
>;
type InputOf<Type extends LifecycleInput['type']> = Extract<LifecycleInput, { type: Type }>;

/** Who ended it, and why. */
type Cause = Pick<InputOf<'suspend'>, 'by' | 'reason'>;

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
    case 'removeConnection':
      return removeConnection(work, input);
    case 'setPermission':
      return setPermission(work, input);
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

/** Its subscriptions end with it. Nothing needs them afterwards, so the state forgets them. */
function deleteSubscriber(work: Work, { subscriberId, by }: InputOf<'deleteSubscriber'>): Rejection | undefined {
  const { state, record } = work;
  if (!state.subscribers.has(subscriberId)) return { code: 'SUBSCRIBER_NOT_FOUND', id: subscriberId };
  for (const subscription of [...state.subscriptions.values()]) {
    if (subscription.subscriberId === subscriberId) forget(work, subscription, by);
  }
  state.subscribers.delete(subscriberId);
  record({ type: 'subscriber.deleted', subscriberId });
  return undefined;
}

function createSubscription(
  { state, now, policy, record }: Work,
  { subscription }: InputOf<'createSubscription'>,
): Rejection | undefined {
  const { id, subscriberId } = subscription;
  if (!activeSubscriber(state, subscriberId)) return { code: 'SUBSCRIBER_NOT_FOUND', id: subscriberId };
  // R14
  const limit = policy.subscriptionsPerSubscriber;
  if (countSubscriptionsOf(state, subscriberId) >= limit) return { code: 'SUBSCRIPTION_LIMIT', limit };
  const created: Subscription = { ...subscription, activeFrom: now + policy.activationDelayMs };
  state.subscriptions.set(id, created);
  openLane(state, id, policy);
  forgetRoutes(state);
  record({ type: 'subscription.created', subscriptionId: id, destination: destinationName(created) });
  return undefined;
}

function updateSubscription(work: Work, subscription: Subscription, { patch }: InputOf<'updateSubscription'>): void {
  Object.assign(subscription, patch);
  subscription.activeFrom = Math.max(subscription.activeFrom, work.now + work.policy.activationDelayMs);
  subscription.updatedAt = work.now;
  forgetRoutes(work.state);
  work.record({
    type: 'subscription.updated',
    subscriptionId: subscription.id,
    destination: destinationName(subscription),
  });
}

/** Suspending what is suspended changes nothing and is no error. */
function suspend(work: Work, subscription: Subscription, { by, reason }: Cause): void {
  if (subscription.status === 'suspended') return;
  const lost = stop(work, subscription, 'suspended');
  work.record({ type: 'subscription.suspended', subscriptionId: subscription.id, by, reason, lost });
}

function revoke(work: Work, subscription: Subscription, { by, reason }: Cause): void {
  const lost = stop(work, subscription, 'revoked');
  work.record({ type: 'subscription.revoked', subscriptionId: subscription.id, by, reason, lost });
}

/** What was lost while it was suspended stays lost: it starts afresh. Resuming what is active changes nothing. */
function resume({ state, now, policy, record }: Work, subscription: Subscription, { by }: InputOf<'resume'>): void {
  if (subscription.status === 'active') return;
  subscription.status = 'active';
  subscription.updatedAt = now;
  forgetRoutes(state);
  openLane(state, subscription.id, policy);
  record({ type: 'subscription.resumed', subscriptionId: subscription.id, by });
}

function deleteSubscription(work: Work, { subscriptionId, by }: InputOf<'deleteSubscription'>): Rejection | undefined {
  const subscription = work.state.subscriptions.get(subscriptionId);
  if (!subscription) return { code: 'SUBSCRIPTION_NOT_FOUND', id: subscriptionId };
  forget(work, subscription, by);
  return undefined;
}

/** Of what is deleted only whose it was is kept, for a while: who still changes it is told that it has ended. */
function forget({ state, record }: Work, { id: subscriptionId, subscriberId }: Subscription, by: Actor): void {
  const { subscriptions, deletedSubscriptions } = state;
  subscriptions.delete(subscriptionId);
  deletedSubscriptions.set(subscriptionId, subscriberId);
  const [oldest] = deletedSubscriptions.keys();
  if (oldest !== undefined && deletedSubscriptions.size > rememberedDeletions) deletedSubscriptions.delete(oldest);
  forgetRoutes(state);
  const lost = discardLane(state, subscriptionId, 'deleted', record);
  record({ type: 'subscription.deleted', subscriptionId, by, lost });
}

/**
 * The connection or app is gone from the PIM: its subscribers and subscriptions are revoked at once, and its credentials stop working
 * (contract, management API: headers).
 */
function removeConnection(work: Work, { clientId }: InputOf<'removeConnection'>): Rejection | undefined {
  const { state, record } = work;
  const subscribers = [...state.subscribers.values()].filter((subscriber) => subscriber.clientId === clientId);
  if (!state.connections.delete(clientId) && subscribers.length === 0)
    return { code: 'CONNECTION_NOT_FOUND', clientId };
  for (const [value, token] of state.tokens) if (token.clientId === clientId) state.tokens.delete(value);
  record({ type: 'connection.removed', clientId });
  for (const subscriber of subscribers) subscriber.status = 'revoked';
  for (const subscription of subscriptionsOf(state, clientId)) {
    if (subscription.status === 'revoked') continue;
    revoke(work, subscription, { by: 'system', reason: 'connection_removed' });
  }
  return undefined;
}

/** Without the permission the subscriptions are suspended (contract, management API: headers); giving it back resumes none. */
function setPermission(work: Work, { clientId, granted }: InputOf<'setPermission'>): Rejection | undefined {
  const connection = work.state.connections.get(clientId);
  if (!connection) return { code: 'CONNECTION_NOT_FOUND', clientId };
  if (connection.permission === granted) return undefined;
  connection.permission = granted;
  work.record({ type: 'permission.changed', clientId, granted });
  if (granted) return undefined;
  for (const subscription of subscriptionsOf(work.state, clientId)) {
    if (subscription.status === 'active') suspend(work, subscription, { by: 'system', reason: 'permission_withdrawn' });
  }
  return undefined;
}

const subscriptionsOf = (state: State, clientId: string): Subscription[] =>
  [...state.subscriptions.values()].filter((subscription) => subscription.clientId === clientId);

/** Ends delivery and answers how many deliveries were lost. */
function stop({ state, now, record }: Work, subscription: Subscription, status: 'suspended' | 'revoked'): number {
  subscription.status = status;
  subscription.updatedAt = now;
  forgetRoutes(state);
  return discardLane(state, subscription.id, status, record);
}

/** Runs a transition on a subscription that has not ended; revoked and deleted are final. */
function withLive(
  { state }: Work,
  { subscriptionId: id }: { subscriptionId: string },
  operation: string,
  transition: (subscription: Subscription) => void,
): Rejection | undefined {
  const subscription = state.subscriptions.get(id);
  if (!subscription) {
    if (!state.deletedSubscriptions.has(id)) return { code: 'SUBSCRIPTION_NOT_FOUND', id };
    return { code: 'SUBSCRIPTION_ENDED', id, status: 'deleted', operation };
  }
  if (subscription.status === 'revoked')
    return { code: 'SUBSCRIPTION_ENDED', id, status: subscription.status, operation };
  transition(subscription);
  return undefined;
}

function activeSubscriber(state: State, id: string): Subscriber | undefined {
  const subscriber = state.subscribers.get(id);
  return subscriber?.status === 'active' ? subscriber : undefined;
}
