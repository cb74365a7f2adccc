/** The journal's outcomes and verdicts in the terms of the core, which is what `narration` puts into words. */
import type { HealthView, Outcome, Verdict } from '../../../core/types.ts';
import type { OutcomeView, VerdictView } from '../../../http/control-api.ts';

/** What came of an attempt. */
export interface AttemptResult {
  outcome: Outcome;
  verdict: Verdict;
  health?: HealthView | undefined;
}

export const resultOf = (outcome: OutcomeView, verdict: VerdictView, health?: HealthView): AttemptResult => ({
  outcome: outcomeOf(outcome),
  verdict: verdictOf(verdict),
  health,
});

function outcomeOf(view: OutcomeView): Outcome {
  switch (view.kind) {
    case 'answered':
      return { kind: 'answered', status: view.status, durationMs: view.duration_ms };
    case 'timeout':
      return { kind: 'timeout', durationMs: view.duration_ms };
    case 'transport_error':
      return { kind: 'transportError', reason: view.reason, message: view.message, durationMs: view.duration_ms };
    case 'published':
      return { kind: 'published', durationMs: view.duration_ms };
    case 'publish_failed': {
      const { reason, code, message, duration_ms: durationMs } = view;
      return { kind: 'publishFailed', reason, code, message, durationMs };
    }
    default:
      return view;
  }
}

function verdictOf(view: VerdictView): Verdict {
  if (view.do === 'drop') {
    const { reason, message } = view;
    return { do: 'drop', reason, ...(message !== undefined && { message }) };
  }
  if (view.do !== 'retry') return view;
  const { attempt, of, delay_ms: delayMs, due_at } = view;
  return { do: 'retry', attempt, delayMs, dueAt: Date.parse(due_at), ...(of !== undefined && { of }) };
}
