import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { initialState } from '../../src/core/state.ts';
import type { JournalFact, Outcome, TransportReason, Verdict } from '../../src/core/types.ts';
import { Journal } from '../../src/runtime/journal.ts';
import { PlatformLogs } from '../../src/runtime/platform-logs.ts';
import { subscriber, subscription } from '../core/world.ts';
import { errorOf } from '../error-of.ts';

const start = Date.UTC(2026, 0, 5, 8, 0, 0, 250);
const minute = 60_000;
const day = 24 * 60 * minute;

/** Logs over a journal that is written by hand, with the subscription `sub` of the subscriber `subscriber`. */
function createLogs() {
  const time = { now: start };
  const now = (): number => time.now;
  const journal = new Journal(now);
  const state = initialState();
  state.subscribers.set('subscriber', subscriber('subscriber'));
  state.subscriptions.set('sub', { ...subscription('sub'), activeFrom: 0 });
  const logs = new PlatformLogs({ journal, state: () => state, rng: createRng(1), now });
  const record = (fact: JournalFact): void => journal.append(fact);
  const fail = (outcome: Outcome, verdict: Verdict = { do: 'drop', reason: 'not_retryable' }, subscriptionId = 'sub') =>
    record({
      type: 'attempt.finished',
      deliveryId: 'd1',
      eventId: 'e1',
      eventType: 't',
      subscriptionId,
      attempt: 1,
      destination: 'https://localhost/sub',
      outcome,
      verdict,
    });
  return { logs, time, state, record, fail };
}

const answered = (status: number): Outcome => ({ kind: 'answered', status, durationMs: 3 });

describe('a failed delivery', () => {
  it('is an error entry in the field order of the platform, without a request', () => {
    const { logs, fail } = createLogs();
    fail(answered(503));
    expect(logs.entries().map((entry) => Object.entries(entry))).toEqual([
      [
        ['log_id', expect.stringMatching(/^[0-9a-f-]{14}7/)],
        ['log_type', 'error'],
        ['timestamp', '2026-01-05T08:00:00Z'],
        ['operation', 'failed_to_deliver_event'],
        ['subscriber_id', 'subscriber'],
        ['subscription_id', 'sub'],
        ['error_type', 'failed_delivery'],
        ['error_reason', 'destination_failure'],
        ['error_code', 503],
        ['error_message', 'the destination answered with an error: status 503'],
        ['response', { status: 503 }],
        ['documentation_url', 'https://api.akeneo.com/event-platform/logs.html#destination_failure'],
      ],
    ]);
    expect(Number.parseInt(logs.entries()[0]?.log_id.replace('-', '').slice(0, 12) ?? '', 16)).toBe(start);
  });

  const transport = (reason: TransportReason): Outcome => ({
    kind: 'transportError',
    reason,
    message: 'm',
    durationMs: 1,
  });
  it.each([
    [answered(404), 'destination_not_found', 404],
    [answered(301), 'destination_redirected', 301],
    [answered(401), 'destination_failure', 401],
    [answered(204), 'destination_failure', 204],
    [{ kind: 'timeout', durationMs: 3_000 } as const, 'destination_timeout', 500],
    [transport('connection_refused'), 'connection_refused', 500],
    [transport('server_goaway'), 'server_goaway', 500],
    [
      { kind: 'refused', reason: 'host_not_allowed', message: 'not this machine' } as const,
      'invalid_destination_configuration',
      400,
    ],
  ])('%j has the reason %s and the code %i', (outcome, error_reason, error_code) => {
    const { logs, fail } = createLogs();
    fail(outcome);
    expect(logs.entries()).toMatchObject([{ error_reason, error_code }]);
    expect('response' in (logs.entries()[0] ?? {})).toBe(error_reason === 'destination_failure');
  });

  it('is none when it was acknowledged or held, and is one when it failed after the subscription had ended', () => {
    const { logs, fail } = createLogs();
    fail(answered(200), { do: 'deliver' });
    fail({ kind: 'held' }, { do: 'hold' });
    expect(logs.entries()).toEqual([]);
    fail(answered(500), { do: 'discard', reason: 'suspended' });
    expect(logs.entries()).toHaveLength(1);
  });
});

describe('merging', () => {
  it('makes equal errors of five minutes one entry with the latest timestamp', () => {
    const { logs, time, fail } = createLogs();
    fail(answered(503));
    const [first] = logs.entries();
    time.now += 5 * minute - 1;
    fail(answered(503));
    expect(logs.entries()).toEqual([{ ...first, timestamp: '2026-01-05T08:05:00Z' }]);
    time.now += 1;
    fail(answered(503));
    expect(logs.entries().map(({ timestamp }) => timestamp)).toEqual(['2026-01-05T08:05:00Z', '2026-01-05T08:05:00Z']);
  });

  it('tells messages and subscriptions apart', () => {
    const { logs, state, fail } = createLogs();
    state.subscriptions.set('other', { ...subscription('other'), activeFrom: 0 });
    fail(answered(503));
    fail(answered(500));
    fail(answered(503), undefined, 'other');
    fail(answered(500));
    expect(logs.entries().map((entry) => [entry.subscription_id, entry.error_code])).toEqual([
      ['sub', 500],
      ['other', 503],
      ['sub', 503],
    ]);
  });
});

describe('an action', () => {
  it('names what was done and by whom', () => {
    const { logs, record } = createLogs();
    const subscriptionId = 'sub';
    record({ type: 'subscriber.created', subscriberId: 'subscriber' });
    record({ type: 'subscription.created', subscriptionId, destination: 'd' });
    record({ type: 'subscription.suspended', subscriptionId, by: 'user', reason: 'requested', lost: 0 });
    record({ type: 'subscription.suspended', subscriptionId, by: 'system', reason: 'redirected', lost: 0 });
    record({ type: 'subscription.resumed', subscriptionId, by: 'user' });
    record({ type: 'subscription.revoked', subscriptionId, by: 'system', reason: 'not_found', lost: 0 });
    record({ type: 'subscription.deleted', subscriptionId, by: 'user', lost: 0 });
    expect(logs.entries().reverse()).toMatchObject([
      {
        log_type: 'action',
        operation: 'subscriber_created_by_the_user',
        subscriber_id: 'subscriber',
        subscription_id: '',
      },
      { log_type: 'action', operation: 'subscription_created_by_the_user', subscription_id: 'sub' },
      { operation: 'subscription_suspended_by_the_user' },
      { operation: 'subscription_suspended_by_the_system' },
      { operation: 'subscription_resumed_by_the_user' },
      { operation: 'subscription_revoked_by_the_system' },
      { operation: 'subscription_deleted_by_the_user' },
    ]);
  });

  it('and an error still have an owner when the subscription is gone', () => {
    const { logs, state, record, fail } = createLogs();
    record({ type: 'subscription.created', subscriptionId: 'sub', destination: 'd' });
    state.subscriptions.clear();
    record({ type: 'subscription.deleted', subscriptionId: 'sub', by: 'user', lost: 1 });
    fail(answered(500), { do: 'discard', reason: 'deleted' });
    const scope = { pimUrl: 'http://pim.localhost', clientId: 'client' };
    expect(logs.entries({ scope })).toHaveLength(3);
    expect(logs.entries({ scope: { ...scope, clientId: 'another' } })).toEqual([]);
    expect(logs.entries({ scope: { ...scope, pimUrl: 'http://another' } })).toEqual([]);
  });
});

describe('reading', () => {
  it('filters by type, subscriber, subscription and a range with both its ends', () => {
    const { logs, time, record, fail } = createLogs();
    record({ type: 'subscriber.updated', subscriberId: 'subscriber' });
    time.now += 10 * minute;
    fail(answered(500));
    const at = Date.UTC(2026, 0, 5, 8, 10);
    expect(logs.entries({ logType: 'error' })).toHaveLength(1);
    expect(logs.entries({ subscriptionId: 'sub' })).toHaveLength(1);
    expect(logs.entries({ subscriberId: 'subscriber' })).toHaveLength(2);
    expect(logs.entries({ subscriberId: 'nobody' })).toEqual([]);
    expect(logs.entries({ from: at, to: at })).toMatchObject([{ log_type: 'error' }]);
    expect(logs.entries({ to: at - 1_000 })).toMatchObject([{ log_type: 'action' }]);
    expect(logs.entries({ from: at + 1 })).toEqual([]);
  });

  it('reaches back 30 days', () => {
    const { logs, time, fail } = createLogs();
    fail(answered(500));
    time.now += 30 * day - 250;
    expect(logs.entries()).toHaveLength(1);
    time.now += 1_000;
    expect(logs.entries()).toEqual([]);
  });

  it('reaches back 10,000 entries, so that memory stays bounded', () => {
    const { logs, time, record } = createLogs();
    for (let n = 0; n < 10_100; n++) {
      time.now += 1_000;
      record({ type: 'subscriber.updated', subscriberId: 'subscriber' });
    }
    expect(logs.entries()).toHaveLength(10_000);
  });

  it('shows nothing after a reset', () => {
    const { logs, record, fail } = createLogs();
    fail(answered(500));
    record({ type: 'mock.reset' });
    expect(logs.entries()).toEqual([]);
  });
});

it('refuses a query that it does not know: it would show everything', () => {
  const { logs } = createLogs();
  const error = errorOf(() => logs.entries({ subscription: 'sub' } as never));
  expect(error).toMatchObject({ code: 'INVALID_OPTION', hint: expect.stringMatching(/^did you mean subscri/) });
});
