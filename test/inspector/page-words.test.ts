import { describe, expect, it } from 'vitest';
import type { ClockMoved } from '../../src/http/control-api.ts';
import { withKeys } from '../../src/inspector/client/logs/email-keys.ts';
import { matchingLogs } from '../../src/inspector/client/logs/log-filter.ts';
import { typeGroups } from '../../src/inspector/client/publish/type-groups.ts';
import { stopWords } from '../../src/inspector/client/subscriptions/stop-words.ts';
import { movedWords } from '../../src/inspector/client/time/moved-words.ts';
import { dateTime, untilWords } from '../../src/inspector/client/time/time-words.ts';
import type { LogEntry } from '../../src/runtime/platform-logs.ts';

const now = Date.parse('2026-01-05T08:00:00Z');

describe('when something comes due', () => {
  it.each([
    [252_000, 'in 4m 12s'],
    [252_900, 'in 4m 12s'],
    [3_600_000, 'in 1h'],
    [900, 'in under 1s'],
    [0, 'now'],
    [-5_000, 'now'],
  ])('%d ms ahead is told in whole seconds: %s', (ms, words) => {
    expect(untilWords(new Date(now + ms).toISOString(), now)).toBe(words);
  });

  it('has a date and a time that line up', () => {
    expect(dateTime('2026-01-05T08:03:04.567Z')).toBe('2026-01-05 08:03:04');
  });
});

describe('what a move of the clock brought', () => {
  const moved: ClockMoved = {
    kind: 'virtual',
    now: '2026-01-05T08:05:00.000Z',
    pending_timers: 0,
    moved_ms: 300_000,
    attempts: 3,
    delivered: 2,
    dropped: 1,
    discarded: 0,
  };

  it('is told in one line, without what did not happen', () => {
    expect(movedWords(moved)).toBe('5m passed: 3 attempts, 2 delivered, 1 dropped');
    expect(movedWords({ ...moved, timers: 1 })).toBe('5m passed: 1 timer, 3 attempts, 2 delivered, 1 dropped');
    expect(movedWords({ ...moved, attempts: 0, delivered: 0, dropped: 0 })).toBe('5m passed: no attempt');
  });

  it('is nothing when nothing comes due', () => {
    expect(movedWords({ ...moved, moved_ms: 0, timers: 0 })).toBe('Nothing comes due: the clock stays where it is');
  });
});

it('a stop is told with who did it and why', () => {
  expect(stopWords({ at: '', by: 'system', reason: 'not_found' })).toBe(
    'by the platform: its destination answered 404',
  );
  expect(stopWords({ at: '', by: 'user', reason: 'requested' })).toBe('by its user: as asked');
});

describe('the event types', () => {
  const item = (name: string) => ({ type: `com.akeneo.pim.v1.${name}`, short_name: name, schema: `/spec/${name}` });
  const items = ['product.created', 'product.updated.delta', 'asset.created', 'product.deleted'].map(item);
  const shown = (search: string) =>
    typeGroups(items, search).map(({ family, types }) => [family, types.map(({ short_name: name }) => name)]);

  it('are grouped by what they are about, in their order', () => {
    expect(shown('')).toEqual([
      ['product', ['product.created', 'product.updated.delta', 'product.deleted']],
      ['asset', ['asset.created']],
    ]);
  });

  it('are found by words of their names, in any order and case', () => {
    expect(shown('Delta PROD')).toEqual([['product', ['product.updated.delta']]]);
    expect(shown('com.akeneo.pim.v1.asset.created')).toEqual([['asset', ['asset.created']]]);
    expect(shown('nothing')).toEqual([]);
  });
});

describe('the filter of the logs', () => {
  const entry = (log_type: LogEntry['log_type'], error_message?: string): LogEntry => ({
    log_id: `${log_type} ${error_message}`,
    log_type,
    timestamp: '2026-01-05T08:00:00Z',
    operation: 'failed_to_deliver_event',
    subscriber_id: 'subscriber',
    subscription_id: 'sub-1',
    ...(error_message !== undefined && { error_message }),
  });
  const entries = [entry('action'), entry('error', 'Status 503'), entry('error', 'no answer')];

  it('takes levels and words of whatever is in an entry', () => {
    expect(matchingLogs(entries, { type: 'all', text: '  ' })).toEqual(entries);
    expect(matchingLogs(entries, { type: 'error', text: '' })).toEqual(entries.slice(1));
    expect(matchingLogs(entries, { type: 'all', text: '503 SUB-1' })).toEqual([entries[1]]);
    expect(matchingLogs(entries, { type: 'action', text: '503' })).toEqual([]);
  });
});

it('an e-mail keeps its key when newer ones come, even ones that are the same', () => {
  const email = { at: '2026-01-05T08:00:00.000Z', subscription_id: 'sub-1', subject: 'suspended' };
  const before = withKeys([email, email]);
  const after = withKeys([email, email, email]);
  expect(after.slice(1)).toEqual(before);
  expect(new Set(after.map(({ key }) => key)).size).toBe(3);
});
