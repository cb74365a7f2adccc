/** What a test may expect of a mock, joined with the parts that know it. */
import type { State } from './core/state.ts';
import type { MockPlan } from './mock-plan.ts';
import { duration } from './narration/text.ts';
import type { DeliveryLedger } from './runtime/delivery-ledger.ts';
import type { Journal } from './runtime/journal.ts';
import type { MockClock } from './runtime/mock-clock.ts';
import { explainDelivery } from './runtime/why.ts';
import { Expectations } from './testing/expectations.ts';
import { timelineText } from './testing/timeline.ts';

interface JoinedParts {
  state(): State;
  journal: Journal;
  ledger: DeliveryLedger;
  clock: MockClock;
  drain(): Promise<void>;
  isClosed(): boolean;
}

export function joinExpectations(plan: MockPlan, parts: JoinedParts): Expectations {
  const { journal, ledger, clock, drain, isClosed } = parts;
  const { seed, scenario, policy, options, repeat } = plan;
  const startedAt = clock.now();
  const since = (at: number): string => `+${duration(at - startedAt)}`;
  return new Expectations({
    deliveries: () => ledger.records(),
    journal,
    why: (eventId) =>
      explainDelivery({ state: parts.state(), entries: journal.entries(), policy, now: clock.now(), eventId }),
    drain,
    isClosed,
    since,
    wayOn: () => {
      const { kind, nextDueAt } = clock;
      if (kind !== 'virtual' || nextDueAt === undefined) return undefined;
      return `time stands still, and the next timer comes due in ${duration(nextDueAt - clock.now())}: move it with clock.advance(), next() or runUntilIdle()`;
    },
    timeline: () =>
      timelineText({
        entries: [...journal.entries()],
        deliveries: ledger.records(),
        startedAt,
        now: clock.now(),
        ackDeadlineMs: policy.ackDeadlineMs,
        isTimeless: clock.kind === 'virtual',
        about: `seed ${seed}, scenario ${scenario.name}, profile ${options.profile}, ${clock.kind} clock`,
        repeat: repeat(),
      }),
  });
}
