import { describe, expect, it } from 'vitest';
import { JournalLog } from '../../src/cli/journal-log.ts';
import { Summary } from '../../src/cli/summary.ts';
import type { HealthView, JournalFact, Outcome, Verdict } from '../../src/core/types.ts';
import { journalLine } from '../../src/narration/journal-line.ts';
import { createStyle, wantsColours } from '../../src/narration/style.ts';
import { duration, elapsed, shortId, shortType, table } from '../../src/narration/text.ts';
import { Journal } from '../../src/runtime/journal.ts';
import { at, ref } from './first-attempt.ts';
import { recordingRenderer } from './recording-renderer.ts';

const plain = { ackDeadlineMs: 3000, style: createStyle(false) };
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
      'a failure without a name',
      { kind: 'transportError', reason: 'destination_failure', message: `odd\n${'x'.repeat(300)}`, durationMs: 1 },
      { do: 'retry', attempt: 1, delayMs: 300_000, dueAt: at, of: 3 },
      1,
      `[destination failure] ${url}    1ms  ${tail}  odd ${'x'.repeat(155)}…  retry 1/3 in 5m`,
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

  const retry = { do: 'retry', attempt: 1, delayMs: 300_000, dueAt: at + 300_000, of: 3 } as const;
  const healthy = {
    requests: 100,
    successRate: 0.97,
    nearest: { measure: '5xx', value: 0.02, limit: 0.05 },
    leastRequests: 20,
    suspends: false,
  };
  const health: [string, Partial<HealthView>, string][] = [
    ['the success rate', {}, 'success 97 %'],
    [
      'that a class of failures comes near its limit',
      { nearest: { measure: '5xx', value: 0.031, limit: 0.05 } },
      'success 97 %, 5xx 3.1 %, over 5 % suspends',
    ],
    [
      'that the success rate comes near its floor',
      { successRate: 0.92, nearest: { measure: 'success rate', value: 0.92, limit: 0.9 } },
      'success 92 %, below 90 % suspends',
    ],
    [
      'from when on it counts',
      { requests: 7, successRate: 0.85, nearest: { measure: 'timeout', value: 0.15, limit: 0.05 } },
      'success 85 %, timeout 15 %, over 5 % suspends from 20 requests on (7 so far)',
    ],
  ];
  it.each(health)('says %s', (_name, changes, said) => {
    const fact = {
      type: 'attempt.finished',
      ...ref,
      outcome: answered(503),
      verdict: retry,
      health: { ...healthy, ...changes },
    } as const;
    expect(line(fact)).toBe(`${head}[503] ${url}   11ms  ${tail}  retry 1/3 in 5m · ${said}`);
  });

  const tipping: [string, HealthView['nearest'], Verdict, string][] = [
    ['a retry', { measure: '5xx', value: 1, limit: 0.05 }, retry, 'suspends the subscription: 5xx 100 %, over 5 %'],
    [
      'an acknowledgement',
      { measure: 'success rate', value: 0.85, limit: 0.9 },
      { do: 'deliver' },
      'suspends the subscription: success rate 85 %, below 90 %',
    ],
    [
      'a drop',
      { measure: 'timeout', value: 0.2, limit: 0.05 },
      { do: 'drop', reason: 'retries_exhausted' },
      'dropped: no retry is left; suspends the subscription: timeout 20 %, over 5 %',
    ],
  ];
  it.each(tipping)('says that an attempt tips a threshold, instead of %s', (_name, nearest, verdict, said) => {
    const fact = {
      type: 'attempt.finished',
      ...ref,
      outcome: answered(503),
      verdict,
      health: { ...healthy, nearest, suspends: true },
    } as const;
    expect(line(fact)).toBe(`${head}[503] ${url}   11ms  ${tail}  ${said}`);
  });

  it('has no time where none was measured, but that of a timeout', () => {
    const lineOf = (outcome: Outcome) =>
      journalLine(
        { type: 'attempt.finished', ...ref, outcome, verdict: retry, seq: 1, at },
        { ...plain, isTimeless: true },
      );
    expect(lineOf(answered(503, 0))).toBe(`${head}[503] ${url}  ${tail}  retry 1/3 in 5m`);
    expect(lineOf({ kind: 'timeout', durationMs: 3000 })).toContain(`${url}   3.0s  `);
  });

  it('says what was injected, and what is a duplicate', () => {
    const fault = { rule: 'flaky', kind: 'status', status: 503, reached: false } as const;
    const fact = {
      type: 'attempt.finished',
      ...ref,
      outcome: answered(503),
      verdict: retry,
      fault,
      duplicateOf: 'd0',
    } as const;
    expect(line(fact)).toBe(`${head}[503] ${url}   11ms  ${tail}  duplicate of d0  injected: flaky  retry 1/3 in 5m`);
  });

  const consequences: [string, Verdict | undefined, string][] = [
    ['retried', { ...retry, dueAt: at + 298_800 }, 'the platform will retry in 4m 59s'],
    ['retried before the answer came', { ...retry, dueAt: at }, 'the platform has retried meanwhile'],
    ['dropped', { do: 'drop', reason: 'retries_exhausted' }, 'the platform has dropped the event'],
    ['discarded', { do: 'discard', reason: 'suspended' }, 'the event is lost'],
    ['forgotten', undefined, 'the platform took it for a timeout'],
  ];
  it.each(consequences)('says of a late answer what it could not prevent: %s', (_name, verdictOnTimeout, said) => {
    const late = { type: 'attempt.late', ...ref, status: 200, durationMs: 4_200, seq: 1, at } as const;
    expect(journalLine(late, { ...plain, verdictOnTimeout })).toBe(
      `${head}[200] ${url}   4.2s  ${tail}  LATE: 200 after 4.2s, over 3s: ${said}`,
    );
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
      'subscription 019b…89b2 revoked (404): 12 events lost; revoked is final: make a new subscription',
    ],
    [
      { type: 'subscription.suspended', subscriptionId, by: 'user', reason: 'requested', lost: 0 },
      `subscription 019b…89b2 suspended (on request); new events are lost until "aep-mock ctl resume ${subscriptionId}"`,
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
    [
      { type: 'subscription.missed', subscriptionId, events: 3 },
      'subscription 019b…89b2: 3 events published while it was suspended: lost, the platform keeps none',
    ],
    [{ type: 'connection.removed', clientId: 'erp' }, 'connection erp removed from the PIM'],
    [
      { type: 'permission.changed', clientId: 'erp', granted: false },
      'connection erp: "Event Platform" permission withdrawn',
    ],
    [{ type: 'mock.reset' }, 'everything reset'],
    [{ type: 'mock.reset', snapshot: 'morning' }, 'back to snapshot morning'],
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
    const summary = new Summary(at, () => 3000);
    for (const ms of [5, 40, 20, 30]) {
      summary.published();
      summary.finished({ ...ref, outcome: answered(200, ms), verdict: { do: 'deliver' } });
    }
    summary.finished({
      ...ref,
      outcome: { kind: 'timeout', durationMs: 3000 },
      verdict: { do: 'drop', reason: 'too_old' },
    });
    summary.dropped();
    summary.finished({ ...ref, outcome: { kind: 'held' }, verdict: { do: 'hold' } });
    expect(summary.lines(at + 4200)).toEqual([
      'events      4 events in 4.2s',
      'deliveries  4 delivered, 0 retries planned, 1 dropped, 0 lost',
      'slowest     40ms product.updated 019b…89a1, 30ms product.updated 019b…89a1, 20ms product.updated 019b…89a1',
      'answers     sub 019b…89b2: p50 20ms, p95 39ms, max 40ms, 0 slow, 1 timeout, 0 late',
    ]);
  });

  it.each([true, undefined])('has no times where time is virtual, whether it was told so or not: %s', (isTimeless) => {
    const summary = new Summary(at, () => 3000, isTimeless);
    summary.published();
    summary.finished({ ...ref, outcome: answered(200, 0), verdict: { do: 'deliver' } });
    expect(summary.lines(at + 4200)).toEqual([
      'events      1 event',
      'deliveries  1 delivered, 0 retries planned, 0 dropped, 0 lost',
    ]);
    expect(summary.json(at + 4200)).toEqual({ events: 1, delivered: 1, retried: 0, dropped: 0, lost: 0 });
  });

  it('does not count a retry that the same attempt takes away', () => {
    const summary = new Summary(at, () => 3000);
    const verdict = { do: 'retry', attempt: 1, delayMs: 300_000, dueAt: at, of: 3 } as const;
    const nearest = { measure: '5xx', value: 1, limit: 0.05 };
    const health = { requests: 20, successRate: 0, nearest, leastRequests: 20, suspends: true };
    summary.finished({ ...ref, outcome: answered(503), verdict, health });
    expect(summary.json(at)).toMatchObject({ retried: 0 });
  });

  it('counts a delivery once, where it ends', () => {
    const journal = new Journal(() => at);
    const { render } = recordingRenderer('quiet');
    const log = new JournalLog({ journal, render, ackDeadlineMs: 3000, now: at, shownDestination: (url) => url });
    const suspends = { do: 'suspend', reason: 'failure_share' } as const;
    journal.append({ type: 'attempt.finished', ...ref, outcome: answered(503), verdict: suspends });
    journal.append({ type: 'delivery.discarded', ...ref, reason: 'suspended' });
    journal.append({ type: 'delivery.discarded', ...ref, reason: 'suspended' });
    journal.append({ type: 'delivery.dropped', ...ref, reason: 'held_overflow' });
    log.close();
    expect(log.summary.json(at)).toMatchObject({ delivered: 0, retried: 0, dropped: 1, lost: 2 });
  });

  it('counts an event once, however many deliveries of it are seen', () => {
    const summary = new Summary(at, () => 3000);
    for (const id of ['a', 'a', 'b', 'a']) summary.seen(id);
    expect(summary.json(at)).toMatchObject({ events: 2 });
  });
});
