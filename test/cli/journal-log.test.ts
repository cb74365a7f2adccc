import { describe, expect, it } from 'vitest';
import { JournalLog } from '../../src/cli/journal-log.ts';
import type { JournalFact } from '../../src/core/types.ts';
import { Journal } from '../../src/runtime/journal.ts';
import { at, ref } from './first-attempt.ts';
import { recordingRenderer } from './recording-renderer.ts';

describe('the log of a journal', () => {
  const logged = (facts: JournalFact[]): string => {
    const journal = new Journal(() => at);
    const { render, text } = recordingRenderer('pretty');
    const shownDestination = (url: string): string => url;
    const countQueued = (ids: ReadonlySet<string>): number => 7 * ids.size;
    const log = new JournalLog({ journal, render, ackDeadlineMs: 3000, now: at, shownDestination, countQueued });
    for (const fact of facts) journal.append(fact);
    log.close();
    return text();
  };
  const { subscriptionId, eventId, eventType } = ref;
  const published = { type: 'event.published', eventId, eventType, deliveries: 0 } as const;

  it('names the suspended subscription when an event is lost', () => {
    const suspended = {
      type: 'subscription.suspended',
      subscriptionId,
      by: 'system',
      reason: 'redirected',
      lost: 0,
    } as const;
    expect(logged([suspended, { ...published }])).toMatch(
      new RegExp(
        `product.updated  019b…89a1  lost: no active subscription takes it, subscription 019b…89b2 is suspended: aep-mock ctl resume ${subscriptionId}\n$`,
      ),
    );
    const resumed = { type: 'subscription.resumed', subscriptionId, by: 'user' } as const;
    expect(logged([suspended, resumed, { ...published }])).toMatch(/no subscription takes it\n$/);
  });

  it('says how many held deliveries are given to a listener that comes, once', () => {
    const held = { type: 'relay.held', subscriptionId, waiting: 1 } as const;
    const subscriptions = [subscriptionId];
    const connected = { type: 'relay.connected', tunnel: 't1', subscriptions, message: 'x' } as const;
    const text = logged([held, { ...connected }, { ...connected }]);
    expect(text.match(/relay connected: .*/g)).toEqual([
      'relay connected: x; 7 held deliveries are given to it',
      'relay connected: x',
    ]);
  });

  it('says of a late answer that its event is lost, if its timeout suspended the subscription', () => {
    const nearest = { measure: 'timeout', value: 1, limit: 0.05 };
    const health = { requests: 20, successRate: 0, nearest, leastRequests: 20, suspends: true };
    const verdict = { do: 'retry', attempt: 1, delayMs: 300_000, dueAt: at, of: 3 } as const;
    const text = logged([
      { type: 'attempt.finished', ...ref, outcome: { kind: 'timeout', durationMs: 3000 }, verdict, health },
      { type: 'attempt.late', ...ref, status: 200, durationMs: 4_200 },
    ]);
    expect(text).toMatch(/LATE: 200 after 4.2s, over 3s: the event is lost\n$/);
  });
});

describe('what happens many thousand times', () => {
  const untaken = { type: 'event.published', eventId: ref.eventId, eventType: ref.eventType, deliveries: 0 } as const;
  const flood = (format: 'pretty' | 'json'): string => {
    const journal = new Journal(() => at);
    const { render, text } = recordingRenderer(format);
    const log = new JournalLog({ journal, render, ackDeadlineMs: 3000, now: at, shownDestination: (url) => url });
    for (let n = 0; n < 5_000; n++) journal.append({ ...untaken });
    log.close();
    return text();
  };

  it('is one line and a count for people', () => {
    expect(flood('pretty')).toBe(
      '10:44:16.120   !!  product.updated  019b…89a1  no subscription takes it\n' +
        '10:44:16.120   !!  product.updated  no subscription takes it, 5,000 times so far\n',
    );
  });

  it('is complete for programs', () => {
    expect(flood('json').trimEnd().split('\n')).toHaveLength(5_000);
  });
});
