import { describe, expect, it } from 'vitest';
import { resultOf } from '../../src/inspector/client/parts/attempt-result.ts';
import { answerMs, outcomeWords, rowWords, verdictWords } from '../../src/inspector/client/parts/attempt-words.ts';

const deadlineMs = 3_000;
const retry = { do: 'retry', attempt: 1, of: 3, delay_ms: 300_000, due_at: '2026-01-05T08:05:03.000Z' } as const;
const timedOut = resultOf({ kind: 'timeout', duration_ms: 3_000 }, retry);
const late = { status: 200, durationMs: 4_200, at: Date.parse('2026-01-05T08:00:04.200Z') };

describe('an attempt in words', () => {
  it.each([
    ['an acknowledgement', resultOf({ kind: 'answered', status: 200, duration_ms: 12 }, { do: 'deliver' }), '200', ''],
    [
      'an answer that took more than half of the deadline',
      resultOf({ kind: 'answered', status: 200, duration_ms: 2_000 }, { do: 'deliver' }),
      '200',
      'slow: 2.0s of the 3s that the platform waits',
    ],
    [
      'a refused connection',
      resultOf({ kind: 'transport_error', reason: 'connection_refused', message: '', duration_ms: 1 }, retry),
      'connection refused',
      'retry 1/3 in 5m',
    ],
    [
      'a refusal of the mock',
      resultOf(
        { kind: 'refused', reason: 'host_not_allowed', message: 'no' },
        { do: 'drop', reason: 'host_not_allowed' },
      ),
      'refused',
      'dropped: the host is not allowed',
    ],
    [
      'a broker that fails',
      resultOf(
        { kind: 'publish_failed', reason: 'topic_not_found', code: 404, message: 'no', duration_ms: 1 },
        { do: 'suspend', reason: 'topic_not_found' },
      ),
      'topic not found',
      'suspends the subscription (topic not found)',
    ],
  ])('%s', (_, result, outcome, verdict) => {
    expect(outcomeWords({ result })).toBe(outcome);
    expect(verdictWords({ result }, deadlineMs)).toBe(verdict);
  });

  it('an answer that came too late says so in full, and in a row without what other columns have', () => {
    expect(outcomeWords({ result: timedOut, late })).toBe('late 200');
    expect(verdictWords({ result: timedOut, late }, deadlineMs)).toBe(
      'LATE: 200 after 4.2s, over 3s: the platform will retry in 4m 59s',
    );
    expect(rowWords({ result: timedOut, late, duplicateOf: 'd1' }, deadlineMs)).toBe(
      'late: the platform will retry in 4m 59s · duplicate of d1',
    );
  });

  it('names the fault that it met', () => {
    expect(verdictWords({ fault: { rule: 'lossy', kind: 'timeout', reached: true } }, deadlineMs)).toBe(
      'injected: lossy',
    );
    expect(outcomeWords({})).toBe('pending');
  });
});

describe('the time of an answer', () => {
  const answered = resultOf({ kind: 'answered', status: 200, duration_ms: 0 }, { do: 'deliver' });

  it('is unknown where the clock stands still meanwhile, but for a timeout', () => {
    expect(answerMs({ result: answered }, true)).toBeUndefined();
    expect(answerMs({ result: answered }, false)).toBe(0);
    expect(answerMs({ result: timedOut }, true)).toBe(3_000);
    expect(answerMs({}, false)).toBeUndefined();
  });

  it('is that of the late answer when one came', () => {
    expect(answerMs({ result: timedOut, late }, false)).toBe(4_200);
  });
});
