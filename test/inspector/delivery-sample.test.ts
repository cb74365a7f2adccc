import { beforeEach, expect, it } from 'vitest';
import type { JournalFact } from '../../src/core/types.ts';
import { DeliverySample } from '../../src/inspector/delivery-sample.ts';

const delivery = { deliveryId: 'd1', eventId: 'e1', eventType: 't', subscriptionId: 's' };
const attempt = { ...delivery, attempt: 1, destination: 'https://handler.example' };
const started: JournalFact = { type: 'attempt.started', ...attempt };
const acknowledged: JournalFact = {
  type: 'attempt.finished',
  ...attempt,
  outcome: { kind: 'answered', status: 200, durationMs: 1 },
  verdict: { do: 'deliver' },
};
const dropped: JournalFact = { type: 'delivery.dropped', ...delivery, reason: 'too_old' };

let sample: DeliverySample;
let seq = 0;
/** d1 is none of those that are told when one in two is. */
const takes = (fact: JournalFact, oneIn: number): boolean => sample.takes({ ...fact, seq: ++seq, at: 0 }, oneIn);
beforeEach(() => {
  sample = new DeliverySample();
});

it('a delivery that was begun is told to its end', () => {
  expect(takes(started, 1)).toBe(true);
  expect(takes(acknowledged, 2)).toBe(true);
});

it.each([acknowledged, dropped])('nothing is remembered of a delivery that has ended: $type', (end) => {
  takes(started, 1);
  takes(end, 1);
  expect(takes(started, 2)).toBe(false);
});

it('nothing is remembered of before a reset: the same ids come again', () => {
  takes(started, 1);
  expect(takes({ type: 'mock.reset' }, 2)).toBe(true);
  expect(takes(started, 2)).toBe(false);
});
