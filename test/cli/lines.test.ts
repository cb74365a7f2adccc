import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journalLine } from '../../src/cli/journal-line.ts';
import { createStyle, wantsColours } from '../../src/cli/style.ts';
import { Summary } from '../../src/cli/summary.ts';
import { duration, elapsed, shortId, shortType, table } from '../../src/cli/text.ts';
import type { JournalFact, Outcome, Verdict } from '../../src/core/types.ts';

const zone = process.env.TZ;
beforeAll(() => {
  process.env.TZ = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const at = Date.UTC(2026, 0, 5, 10, 44, 16, 120);
const plain = { ackDeadlineMs: 3000, style: createStyle(false) };
const ref = {
  deliveryId: 'd1',
  eventId: '019b8d3c-5a00-7abc-8def-0123456789a1',
  eventType: 'com.akeneo.pim.v1.product.updated',
  subscriptionId: '019b8d3c-0000-7abc-8def-0123456789b2',
  attempt: 1,
  destination: 'http://localhost:3000/hook',
};
const line = (fact: JournalFact): string | undefined => journalLine({ ...fact, seq: 1, at }, plain);
const finished = (outcome: Outcome, verdict: Verdict, attempt = 1) =>
  line({ type: 'attempt.finished', ...ref, attempt, outcome, verdict });
const answered = (status: number, durationMs = 11): Outcome => ({ kind: 'answered', status, durationMs });

describe('the line of an attempt', () => {
  it('is an arrow out while it is open', () => {
    expect(line({ type: 'attempt.started', ...ref })).toBe(
      '10:44:16.120   --> product.updated  019b…89a1  sub 019b…89b2',
    );
  });

  const head = '10:44:16.120  <--  ';
  const tail = 'product.updated  019b…89a1  sub 019b…89b2';
  const url = 'POST http://localhost:3000/hook';
  const cases: [string, Outcome, Verdict, number, string][] = [
    ['acknowledged', answered(200), { do: 'deliver' }, 1, `[200] ${url}   11ms  ${tail}`],
    [
      'slow',
      answered(200, 2100),
      { do: 'deliver' },
      1,
      `[200] ${url}   2.1s  ${tail}  slow: 2.1s of the 3s that the platform waits`,
    ],
    [
      'retried',
      answered(503),
      { do: 'retry', attempt: 1, delayMs: 300_000, dueAt: at, of: 3 },
      1,
      `[503] ${url}   11ms  ${tail}  retry 1/3 in 5m`,
    ],
    ['a second try', answered(200), { do: 'deliver' }, 2, `[200] ${url}   11ms  ${tail}  try 2`],
    [
      'out of retries',
      { kind: 'timeout', durationMs: 3000 },
      { do: 'drop', reason: 'retries_exhausted' },
      4,
      `[timeout] ${url}   3.0s  ${tail}  try 4  dropped: no retry is left`,
    ],
    [
      'refused by the handler',
      { kind: 'transportError', reason: 'connection_refused', message: 'x', durationMs: 1 },
      { do: 'retry', attempt: 1, delayMs: 300_000, dueAt: at, of: 3 },
      1,
      `[connection refused] ${url}    1ms  ${tail}  retry 1/3 in 5m`,
    ],
    [
      'not allowed',
      { kind: 'refused', reason: 'host_not_allowed', message: 'x' },
      { do: 'drop', reason: 'host_not_allowed', message: 'example.com is not this machine' },
      1,
      `[refused] ${url}  ${tail}  dropped: example.com is not this machine`,
    ],
    [
      'revoking',
      answered(404),
      { do: 'revoke', reason: 'not_found' },
      1,
      `[404] ${url}   11ms  ${tail}  revokes the subscription (404)`,
    ],
    [
      'too late for its subscription',
      answered(200),
      { do: 'discard', reason: 'suspended' },
      1,
      `[200] ${url}   11ms  ${tail}  lost: the subscription was suspended meanwhile`,
    ],
  ];
  it.each(cases)('says what came of it: %s', (_name, outcome, verdict, attempt, expected) => {
    expect(finished(outcome, verdict, attempt)).toBe(head + expected);
  });

  it('is not there for an attempt that was held, which did not happen', () => {
    expect(finished({ kind: 'held' }, { do: 'hold' })).toBeUndefined();
  });
});

describe('the line of anything else', () => {
  const { subscriptionId, eventId, eventType } = ref;
  const cases: [JournalFact, string | undefined][] = [
    [
      { type: 'subscription.revoked', subscriptionId, by: 'system', reason: 'not_found', lost: 12 },
      'subscription 019b…89b2 revoked (404): 12 events lost',
    ],
    [
      { type: 'subscription.suspended', subscriptionId, by: 'user', reason: 'requested', lost: 0 },
      'subscription 019b…89b2 suspended (on request)',
    ],
    [
      { type: 'subscription.deleted', subscriptionId, by: 'user', lost: 1 },
      'subscription 019b…89b2 deleted: 1 event lost',
    ],
    [
      { type: 'event.published', eventId, eventType, deliveries: 0 },
      'product.updated  019b…89a1  no subscription takes it',
    ],
    [{ type: 'event.published', eventId, eventType, deliveries: 1 }, undefined],
    [{ type: 'relay.held', subscriptionId, waiting: 3 }, 'subscription 019b…89b2: nobody listens, 3 deliveries held'],
    [
      { type: 'delivery.dropped', ...ref, reason: 'held_overflow' },
      'product.updated  019b…89a1  dropped: too many deliveries were held',
    ],
    [{ type: 'delivery.dropped', ...ref, reason: 'too_old' }, undefined],
    [{ type: 'delivery.discarded', ...ref, reason: 'suspended' }, undefined],
    [{ type: 'mock.reset' }, 'everything reset'],
  ];
  it.each(cases)('%j', (fact, expected) => {
    expect(line(fact)).toBe(expected && `10:44:16.120   !!  ${expected}`);
  });
});

describe('single values', () => {
  it.each([
    [0, '0ms'],
    [250, '250ms'],
    [300_000, '5m'],
    [5_400_000, '1h 30m'],
    [61_001, '1m 1s'],
  ])('%i ms to wait is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
  it.each([
    [0.4, '0ms'],
    [999, '999ms'],
    [4200, '4.2s'],
  ])('%d ms that passed are %s', (ms, text) => {
    expect(elapsed(ms)).toBe(text);
  });
  it('keeps short ids and unknown types whole', () => {
    expect([shortId('my-id'), shortType('com.example.custom')]).toEqual(['my-id', 'com.example.custom']);
  });
  it('lines columns up', () => {
    expect(
      table([
        ['a', 'b'],
        ['long', 'c'],
      ]),
    ).toBe('a     b\nlong  c');
  });
});

describe('colours', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ])('terminal %s with %j: %s', (terminal, env, expected) => {
    expect(wantsColours(terminal, env)).toBe(expected);
  });
});

describe('the summary', () => {
  it('has events, deliveries by outcome, and the slowest answers', () => {
    const summary = new Summary(at);
    for (const ms of [5, 40, 20, 30]) {
      summary.published();
      summary.finished({ ...ref, outcome: answered(200, ms), verdict: { do: 'deliver' } });
    }
    summary.finished({
      ...ref,
      outcome: { kind: 'timeout', durationMs: 3000 },
      verdict: { do: 'drop', reason: 'too_old' },
    });
    summary.finished({ ...ref, outcome: { kind: 'held' }, verdict: { do: 'hold' } });
    expect(summary.lines(at + 4200)).toEqual([
      'events      4 events in 4.2s',
      'deliveries  4 delivered, 0 retries planned, 1 dropped',
      'slowest     40ms product.updated 019b…89a1, 30ms product.updated 019b…89a1, 20ms product.updated 019b…89a1',
    ]);
  });
});
