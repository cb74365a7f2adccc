import { beforeEach, describe, expect, it } from 'vitest';
import { applyLifecycle, type LifecycleInput } from '../../src/core/lifecycle.ts';
import { resolvePolicy } from '../../src/core/profile.ts';
import { insert, openLane } from '../../src/core/queue.ts';
import { initialState, type Lane, rememberedDeletions, routeOf, type State, wasDeleted } from '../../src/core/state.ts';
import { addTimer } from '../../src/core/timers.ts';
import type { JournalFact, Rejection, SealedEvent, Subscriber, Subscription } from '../../src/core/types.ts';

const type = 'com.akeneo.pim.v1.product.updated';
const event: SealedEvent = {
  id: 'e1',
  type,
  source: 'pim',
  publishedAt: 0,
  correlationId: 'c',
  text: '',
  subjectAt: 0,
};
const policy = resolvePolicy('2024-09', { subscribersPerPim: 2, subscriptionsPerSubscriber: 2 });

function subscriber(id: string, change: Partial<Subscriber> = {}): Subscriber {
  const contact = { technicalEmail: 'ops@example.com' };
  return {
    id,
    name: id,
    pimUrl: 'https://pim',
    clientId: 'erp',
    status: 'active',
    contact,
    createdAt: 0,
    updatedAt: 0,
    ...change,
  };
}

function subscription(id: string, change: Partial<Subscription> = {}): Subscription {
  return {
    id,
    subscriberId: 's1',
    pimUrl: 'https://pim',
    clientId: 'erp',
    source: 'pim',
    events: [type],
    status: 'active',
    config: { type: 'https', url: 'https://hook', secret: { primary: 'primary-secret-0123' } },
    sendProductIdentifier: false,
    activeFrom: 0,
    createdAt: 0,
    updatedAt: 0,
    ...change,
  };
}

let state: State;
let facts: JournalFact[];
beforeEach(() => {
  state = initialState();
  facts = [];
  apply({ type: 'createSubscriber', subscriber: subscriber('s1') });
});

function apply(input: LifecycleInput, now = 1_000): Rejection | undefined {
  return applyLifecycle(state, input, now, policy, (fact) => {
    facts.push(fact);
  });
}

/** A subscription that is owed one queued and one scheduled delivery; the facts begin after it. */
function createOwed(id = 'a'): Subscription {
  apply({ type: 'createSubscription', subscription: subscription(id) });
  const lane: Lane = openLane(state, id, policy);
  const owed = { subscriptionId: id, event, identified: false };
  insert(lane.queue, { ...owed, state: 'queued', id: 'd1', order: 1, place: 1, attempt: 1 });
  const scheduled = {
    state: 'scheduled',
    id: 'd2',
    order: 2,
    ...owed,
    attempt: 2,
    dueAt: 9,
  } as const;
  lane.live.set('d2', scheduled);
  addTimer(state, { at: scheduled.dueAt, kind: 'delivery', subscriptionId: id, deliveryId: 'd2' });
  facts.length = 0;
  return stored(id);
}

function stored(id: string): Subscription {
  const found = state.subscriptions.get(id);
  if (!found) throw new Error(`no subscription ${id}`);
  return found;
}

const byUser = { by: 'user', reason: 'requested' } as const;
const bySystem = { by: 'system', reason: 'not_found' } as const;
const typesOf = () => facts.map((fact) => fact.type);

describe('subscribers', () => {
  it('are counted by PIM, whatever client they belong to, and refused over the limit (R13)', () => {
    expect(apply({ type: 'createSubscriber', subscriber: subscriber('s2', { clientId: 'dam' }) })).toBeUndefined();
    expect(apply({ type: 'createSubscriber', subscriber: subscriber('s3') })).toEqual({
      code: 'SUBSCRIBER_LIMIT',
      limit: 2,
    });
    expect(
      apply({ type: 'createSubscriber', subscriber: subscriber('s4', { pimUrl: 'https://other' }) }),
    ).toBeUndefined();
    apply({ type: 'deleteSubscriber', subscriberId: 's2', by: 'user' });
    expect(apply({ type: 'createSubscriber', subscriber: subscriber('s3') })).toBeUndefined();
  });

  it('merge what is changed of their contact, and an empty list of channels is the default again', () => {
    const update = (patch: object) => apply({ type: 'updateSubscriber', subscriberId: 's1', patch }, 2_000);
    update({ name: 'new', contact: { notificationChannels: ['email', 'webhook'] } });
    expect(state.subscribers.get('s1')).toMatchObject({
      name: 'new',
      contact: { technicalEmail: 'ops@example.com', notificationChannels: ['email', 'webhook'] },
      updatedAt: 2_000,
    });
    update({ contact: { notificationChannels: [] } });
    expect(state.subscribers.get('s1')?.contact).toEqual({ technicalEmail: 'ops@example.com' });
    expect(typesOf()).toEqual(['subscriber.created', 'subscriber.updated', 'subscriber.updated']);
  });

  it('take their subscriptions, and what these are owed, with them', () => {
    createOwed('a');
    apply({ type: 'deleteSubscriber', subscriberId: 's1', by: 'user' });
    expect(facts.slice(2)).toEqual([
      { type: 'subscription.deleted', subscriptionId: 'a', by: 'user', lost: 2 },
      { type: 'subscriber.deleted', subscriberId: 's1' },
    ]);
    expect([state.subscribers.size, state.subscriptions.size, state.lanes.size]).toEqual([0, 0, 0]);
  });

  it('that do not exist are a rejection', () => {
    const missing = { code: 'SUBSCRIBER_NOT_FOUND', id: 'x' };
    expect(apply({ type: 'updateSubscriber', subscriberId: 'x', patch: {} })).toEqual(missing);
    expect(apply({ type: 'deleteSubscriber', subscriberId: 'x', by: 'user' })).toEqual(missing);
    expect(apply({ type: 'createSubscription', subscription: subscription('a', { subscriberId: 'x' }) })).toEqual(
      missing,
    );
  });
});

describe('subscriptions', () => {
  it('are created active with a lane of their own, up to the limit (R14)', () => {
    for (const id of ['a', 'b'])
      expect(apply({ type: 'createSubscription', subscription: subscription(id) })).toBeUndefined();
    const third = { type: 'createSubscription', subscription: subscription('c') } as const;
    expect(apply(third)).toEqual({ code: 'SUBSCRIPTION_LIMIT', limit: 2 });
    apply({ type: 'revoke', subscriptionId: 'a', ...bySystem });
    expect(apply(third)).toBeUndefined();
    expect(facts).toContainEqual({ type: 'subscription.created', subscriptionId: 'a', destination: 'https://hook' });
    expect([...state.lanes.keys()]).toEqual(['b', 'c']);
  });

  it('change as the patch says', () => {
    apply({ type: 'createSubscription', subscription: subscription('a') });
    const config = { type: 'pubsub', projectId: 'p', topicId: 't' } as const;
    apply({ type: 'updateSubscription', subscriptionId: 'a', patch: { config, events: ['x'] } }, 2_000);
    expect(stored('a')).toMatchObject({ config, events: ['x'], status: 'active', createdAt: 0, updatedAt: 2_000 });
    expect(facts.at(-1)).toEqual({
      type: 'subscription.updated',
      subscriptionId: 'a',
      destination: 'projects/p/topics/t',
    });
  });

  it.each([
    ['suspend', 'suspended', byUser],
    ['revoke', 'revoked', bySystem],
  ] as const)('lose what they are owed on %s, which is recorded first', (operation, status, cause) => {
    const owed = createOwed();
    apply({ type: operation, subscriptionId: 'a', ...cause }, 2_000);
    expect(owed).toMatchObject({ status, updatedAt: 2_000 });
    expect(facts.map((fact) => [fact.type, 'deliveryId' in fact ? fact.deliveryId : undefined])).toEqual([
      ['delivery.discarded', 'd1'],
      ['delivery.discarded', 'd2'],
      [`subscription.${status}`, undefined],
    ]);
    expect(facts.at(-1)).toEqual({ type: `subscription.${status}`, subscriptionId: 'a', ...cause, lost: 2 });
  });

  it('are suspended and resumed once, however often it is asked', () => {
    createOwed();
    for (const at of [2_000, 3_000]) apply({ type: 'suspend', subscriptionId: 'a', ...byUser }, at);
    expect(stored('a').updatedAt).toBe(2_000);
    for (const at of [4_000, 5_000]) apply({ type: 'resume', subscriptionId: 'a', by: 'user' }, at);
    expect(stored('a')).toMatchObject({ status: 'active', updatedAt: 4_000 });
    expect(typesOf().filter((fact) => fact.startsWith('subscription.'))).toEqual([
      'subscription.suspended',
      'subscription.resumed',
    ]);
    expect(state.lanes.get('a')).toMatchObject({ inFlight: 0, gate: 'open' });
  });

  it('are forgotten when they are deleted, from whatever status', () => {
    for (const operation of [undefined, 'suspend', 'revoke'] as const) {
      createOwed();
      if (operation) apply({ type: operation, subscriptionId: 'a', ...byUser });
      expect(apply({ type: 'deleteSubscription', subscriptionId: 'a', by: 'user' })).toBeUndefined();
      expect(facts.at(-1)).toEqual({
        type: 'subscription.deleted',
        subscriptionId: 'a',
        by: 'user',
        lost: operation ? 0 : 2,
      });
      expect([state.subscriptions.size, state.lanes.size]).toEqual([0, 0]);
    }
  });

  it('that have ended take no other input', () => {
    createOwed();
    apply({ type: 'revoke', subscriptionId: 'a', ...bySystem });
    facts.length = 0;
    for (const [input, operation] of [
      [{ type: 'suspend', subscriptionId: 'a', ...byUser }, 'suspended'],
      [{ type: 'resume', subscriptionId: 'a', by: 'user' }, 'resumed'],
      [{ type: 'revoke', subscriptionId: 'a', ...bySystem }, 'revoked'],
      [{ type: 'updateSubscription', subscriptionId: 'a', patch: { events: [] } }, 'updated'],
    ] as const) {
      expect(apply(input as LifecycleInput)).toEqual({
        code: 'SUBSCRIPTION_ENDED',
        id: 'a',
        status: 'revoked',
        operation,
      });
    }
    expect(facts).toEqual([]);
  });

  it('that do not exist are a rejection', () => {
    for (const input of [
      { type: 'suspend', subscriptionId: 'x', ...byUser },
      { type: 'resume', subscriptionId: 'x', by: 'user' },
      { type: 'deleteSubscription', subscriptionId: 'x', by: 'user' },
      { type: 'updateSubscription', subscriptionId: 'x', patch: {} },
    ] as const) {
      expect(apply(input)).toEqual({ code: 'SUBSCRIPTION_NOT_FOUND', id: 'x' });
    }
  });

  it('that are deleted are known to have ended, the latest thousand of them', () => {
    for (let n = 0; n <= rememberedDeletions; n++) {
      apply({ type: 'createSubscription', subscription: subscription(`a${n}`) });
      apply({ type: 'deleteSubscription', subscriptionId: `a${n}`, by: 'user' });
    }
    expect(state.deletedSubscriptions.size).toBe(rememberedDeletions);
    expect(apply({ type: 'resume', subscriptionId: 'a0', by: 'user' })).toEqual({
      code: 'SUBSCRIPTION_NOT_FOUND',
      id: 'a0',
    });
    expect(apply({ type: 'resume', subscriptionId: 'a1', by: 'user' })).toEqual({
      code: 'SUBSCRIPTION_ENDED',
      id: 'a1',
      status: 'deleted',
      operation: 'resumed',
    });
    expect([wasDeleted(state, 's1', 'a1'), wasDeleted(state, 's2', 'a1')]).toEqual([true, false]);
  });

  it('are routed to as they are now, after every change', () => {
    const route = () => [...routeOf(state, type, 'pim')];
    expect(route()).toEqual([]);
    apply({ type: 'createSubscription', subscription: subscription('a') });
    expect(route()).toEqual(['a']);
    for (const [input, expected] of [
      [{ type: 'suspend', subscriptionId: 'a', ...byUser }, []],
      [{ type: 'resume', subscriptionId: 'a', by: 'user' }, ['a']],
      [{ type: 'updateSubscription', subscriptionId: 'a', patch: { events: ['x'] } }, []],
      [{ type: 'updateSubscription', subscriptionId: 'a', patch: { events: [type] } }, ['a']],
      [{ type: 'deleteSubscription', subscriptionId: 'a', by: 'user' }, []],
    ] as const) {
      apply(input as LifecycleInput);
      expect(route()).toEqual(expected);
    }
  });
});
