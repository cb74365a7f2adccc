import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/types.ts';
import { answered, World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;
const timeout: Outcome = { kind: 'timeout', durationMs: 3_000 };
const unreachable: Outcome = { kind: 'transportError', reason: 'connection_refused', message: '', durationMs: 1 };

function worldWithOne(...options: ConstructorParameters<typeof World>): World {
  const world = new World(...options);
  world.subscribe('sub');
  return world;
}

let events = 0;
/** Publishes and answers that many events. */
function answer(world: World, count: number, outcome: Outcome): void {
  for (let n = 0; n < count; n++) {
    world.publish(`e${++events}`);
    world.answer(outcome);
  }
}

const statusOf = (world: World) => world.state.subscriptions.get('sub')?.status;

describe('the rule of 2024: one class of failures over its share', () => {
  it.each([
    ['5xx', answered(500)],
    ['timeout', timeout],
    ['429', answered(429)],
    ['timeout', unreachable],
  ])('%s: suspends above 5 %% of the hour, and says how far it was before', (measure, failure) => {
    const world = worldWithOne();
    answer(world, 19, answered(200));
    answer(world, 1, failure);
    expect(statusOf(world)).toBe('active');
    expect(world.of('attempt.finished').at(-1)?.health).toEqual({
      requests: 20,
      successRate: 0.95,
      nearest: { measure, value: 0.05, limit: 0.05 },
      leastRequests: 20,
      suspends: false,
    });
    answer(world, 1, failure);
    expect(statusOf(world)).toBe('suspended');
    expect(world.of('subscription.suspended')).toMatchObject([{ by: 'system', reason: 'failure_share', lost: 2 }]);
  });

  it('looks at each class alone: three classes below the line do not add up', () => {
    const world = worldWithOne();
    answer(world, 57, answered(200));
    for (const failure of [answered(500), timeout, answered(429)]) answer(world, 1, failure);
    expect(world.of('attempt.finished').at(-1)?.health?.successRate).toBe(0.95);
    expect(statusOf(world)).toBe('active');
  });

  it('has no class for other 4xx', () => {
    const world = worldWithOne();
    answer(world, 50, answered(400));
    expect(statusOf(world)).toBe('active');
  });

  it('does not apply to fewer than 20 requests', () => {
    const world = worldWithOne();
    answer(world, 19, answered(500));
    expect(statusOf(world)).toBe('active');
    answer(world, 1, answered(500));
    expect(statusOf(world)).toBe('suspended');
  });
});

describe('the rule of 2026: success rate under the floor', () => {
  it('suspends under 90 % of at least 500 requests, other 4xx included', () => {
    const world = worldWithOne({}, '2026-09');
    answer(world, 449, answered(200));
    answer(world, 50, answered(400));
    expect(statusOf(world)).toBe('active');
    answer(world, 1, answered(200));
    expect(world.of('attempt.finished').at(-1)?.health).toMatchObject({
      requests: 500,
      successRate: 0.9,
      nearest: { measure: 'success rate', value: 0.9, limit: 0.9 },
      suspends: false,
    });
    answer(world, 1, answered(500));
    expect(world.of('subscription.suspended')).toMatchObject([{ reason: 'success_rate' }]);
  });

  const least = { windowLeastRequests: 1, retryDelaysMs: [50 * minute, 20 * minute] };

  it('counts a 429 only once its event has been undelivered for an hour', () => {
    const world = worldWithOne(least, '2026-09');
    answer(world, 1, answered(429));
    expect(world.of('attempt.finished').at(-1)?.health).toMatchObject({ requests: 0, successRate: 1 });
    world.advance(50 * minute);
    world.answer(answered(429));
    world.advance(10 * minute - 1);
    expect(statusOf(world)).toBe('active');
    world.advance(1);
    expect(world.of('subscription.suspended')).toMatchObject([{ reason: 'success_rate' }]);
  });

  it('never counts the 429s of an event that is delivered within the hour', () => {
    const world = worldWithOne(least, '2026-09');
    answer(world, 1, answered(429));
    world.advance(50 * minute);
    world.answer(answered(200));
    world.advance(2 * hour);
    expect(statusOf(world)).toBe('active');
  });
});

describe('the window', () => {
  it('rolls: what is an hour old no longer counts', () => {
    const world = worldWithOne({ retryDelaysMs: [] });
    answer(world, 19, answered(500));
    world.advance(hour);
    answer(world, 1, answered(500));
    expect(world.of('attempt.finished').at(-1)?.health).toMatchObject({ requests: 1 });
    expect(statusOf(world)).toBe('active');
  });

  it('begins anew with a resume', () => {
    const world = worldWithOne({ retryDelaysMs: [] });
    answer(world, 20, answered(500));
    expect(statusOf(world)).toBe('suspended');
    world.give({ type: 'resume', subscriptionId: 'sub', by: 'user' });
    answer(world, 19, answered(500));
    expect(statusOf(world)).toBe('active');
  });

  it('keeps sixty slots, however long it goes on', () => {
    const world = worldWithOne();
    for (let n = 0; n < 500; n++) {
      answer(world, 1, answered(200));
      world.advance(minute);
    }
    expect(world.state.lanes.get('sub')?.window.slots.length).toBeLessThanOrEqual(61);
  });

  it('does not count what the mock itself refused, nor what was held', () => {
    const world = worldWithOne();
    answer(world, 1, { kind: 'refused', reason: 'host_not_allowed', message: '' });
    expect(world.of('attempt.finished').at(-1)?.health).toBeUndefined();
  });

  it('is not kept for brokers', () => {
    const world = new World();
    world.subscribe('sub', { config: { type: 'pubsub', projectId: 'p', topicId: 'topic' } });
    answer(world, 1, answered(200));
    expect(world.of('attempt.finished').at(-1)?.health).toBeUndefined();
  });
});

describe('the PIM takes something away', () => {
  const withConnection = (): World => {
    const world = worldWithOne({ concurrency: 1 });
    const connection = { kind: 'connection', clientId: 'client', clientSecret: 's', permission: true } as const;
    world.state.connections.set('client', connection);
    world.state.tokens.set('t', { kind: 'access', value: 't', clientId: 'client', expiresAt: 1 });
    for (const id of ['a', 'b']) world.publish(id);
    return world;
  };

  it('the permission: what the connection subscribed is suspended, and giving it back resumes nothing', () => {
    const world = withConnection();
    world.give({ type: 'setPermission', clientId: 'client', granted: false });
    expect(world.of('subscription.suspended')).toMatchObject([
      { by: 'system', reason: 'permission_withdrawn', lost: 1 },
    ]);
    world.give({ type: 'setPermission', clientId: 'client', granted: true });
    expect(statusOf(world)).toBe('suspended');
    expect(world.of('permission.changed').map(({ granted }) => granted)).toEqual([false, true]);
  });

  it('the connection: its subscribers and subscriptions are revoked and its tokens end', () => {
    const world = withConnection();
    world.give({ type: 'removeConnection', clientId: 'client' });
    expect(statusOf(world)).toBe('revoked');
    expect(world.of('subscription.revoked')).toMatchObject([{ by: 'system', reason: 'connection_removed', lost: 1 }]);
    expect(world.state.subscribers.get('subscriber')?.status).toBe('revoked');
    expect(world.state.tokens.size).toBe(0);
  });

  it('says so when there is no such connection', () => {
    const world = new World();
    const rejection = { code: 'CONNECTION_NOT_FOUND', clientId: 'nobody' };
    expect(world.give({ type: 'removeConnection', clientId: 'nobody' })).toEqual(rejection);
    expect(world.give({ type: 'setPermission', clientId: 'nobody', granted: false })).toEqual(rejection);
  });
});
