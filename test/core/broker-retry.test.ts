import { describe, expect, it } from 'vitest';
import { type Policy, type ProfileName, resolvePolicy } from '../../src/core/profile.ts';
import { judge } from '../../src/core/retry.ts';
import type { PublishFailureReason } from '../../src/core/types.ts';
import { World } from './world.ts';

const failed = (reason: PublishFailureReason, code = 500) =>
  ({ kind: 'publishFailed', reason, code, message: 'said so', durationMs: 1 }) as const;
const judged = (
  reason: PublishFailureReason,
  { code = 500, attempt = 1, now = 0, profile = '2024-09' as ProfileName, policy = {} as Partial<Policy> } = {},
) => judge(failed(reason, code), { attempt, publishedAt: 0, now }, resolvePolicy(profile, policy));

describe('a failed publication', () => {
  it.each([
    ['a missing topic', 'topic_not_found', 404, 'topic_not_found'],
    ['no right to publish', 'authentication_failed', 403, 'no_publisher_right'],
    ['refused credentials', 'authentication_failed', 404, 'authentication_failed'],
  ] as const)('suspends at once: %s', (_name, reason, code, stop) => {
    expect(judged(reason, { code })).toEqual({ do: 'suspend', reason: stop });
  });

  it.each(['publish_rejected', 'invalid_destination_configuration'] as const)(
    'is not tried again when the same message would be refused again: %s',
    (reason) => {
      expect(judged(reason)).toEqual({ do: 'drop', reason: 'not_retryable', message: 'said so' });
    },
  );

  it.each([
    'connection_refused',
    'connection_reset',
    'dns_lookup_failure',
    'destination_timeout',
    'destination_failure',
    'invalid_tls_handshake',
  ] as const)('backs off: %s', (reason) => {
    expect(judged(reason)).toEqual({ do: 'retry', attempt: 1, delayMs: 1_000, dueAt: 1_000 });
  });

  it('waits twice as long each time, a minute at most, however often', () => {
    const delays = [1, 2, 3, 6, 7, 8, 2_000].map((attempt) => judged('connection_refused', { attempt }));
    expect(delays.map((verdict) => verdict.do === 'retry' && verdict.delayMs)).toEqual([
      1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  it.each(['2024-09', '2026-09'] as const)('is given up when the event would be too old (%s)', (profile) => {
    const now = 8 * 3_600_000;
    expect(judged('connection_refused', { now: now - 1_000, profile }).do).toBe('retry');
    expect(judged('connection_refused', { now: now - 999, profile })).toEqual({ do: 'drop', reason: 'too_old' });
  });
});

describe('a subscription to a broker', () => {
  const config = { type: 'kafka', broker: 'localhost:9092', topic: 't' } as const;
  const saslAuth = { mechanism: 'plain', username: 'u', password: 'p' } as const;

  function brokerWorld(): World {
    const world = new World();
    world.subscribe('sub', { config: { ...config, saslAuth } });
    return world;
  }

  it('is suspended by a missing topic with everything that it is owed, in flight too', () => {
    const world = brokerWorld();
    for (const id of ['a', 'b', 'c']) world.publish(id);
    world.answer(failed('topic_not_found', 404));
    world.answer(failed('topic_not_found', 404));
    world.answer({ kind: 'published', durationMs: 1 });
    expect(world.of('subscription.suspended')).toMatchObject([{ by: 'system', reason: 'topic_not_found', lost: 1 }]);
    expect(world.of('attempt.finished').map(({ verdict }) => verdict.do)).toEqual(['suspend', 'discard', 'deliver']);
    expect(world.state.counters).toMatchObject({ delivered: 1, discarded: 2 });
  });

  it('is never suspended by failures, however many: they are not counted', () => {
    const world = brokerWorld();
    for (let n = 0; n < 600; n++) {
      world.publish(`e${n}`);
      world.answer(failed('destination_failure'));
    }
    expect(world.state.subscriptions.get('sub')?.status).toBe('active');
    expect(world.of('attempt.finished').some(({ health }) => health !== undefined)).toBe(false);
  });

  it('gets everything once the broker is back', () => {
    const world = brokerWorld();
    for (let n = 0; n < 10; n++) world.publish(`e${n}`);
    for (let n = 0; n < 10; n++) world.answer(failed('connection_refused'));
    expect(world.inFlight).toHaveLength(0);
    world.advance(1_000);
    expect(world.inFlight).toHaveLength(10);
    for (let n = 0; n < 10; n++) world.answer({ kind: 'published', durationMs: 1 });
    expect(world.state.counters.delivered).toBe(10);
  });
});

describe('the right to publish', () => {
  it('is granted until it is taken away, and told when it changes only', () => {
    const world = new World();
    const topic = 'projects/my-project/topics/t';
    world.give({ type: 'setPublisher', topic, granted: true });
    expect(world.of('publisher.changed')).toEqual([]);
    world.give({ type: 'setPublisher', topic, granted: false });
    world.give({ type: 'setPublisher', topic, granted: false });
    expect(world.state.revokedTopics).toEqual([topic]);
    world.give({ type: 'setPublisher', topic, granted: true });
    expect(world.of('publisher.changed').map(({ granted }) => granted)).toEqual([false, true]);
    expect(world.state.revokedTopics).toEqual([]);
  });
});
