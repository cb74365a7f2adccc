import type { Fault } from '../../../core/types.ts';
import type { AttemptView } from '../../../http/control-api.ts';
import { resultOf } from '../parts/attempt-result.ts';
import type { AttemptFacts } from '../parts/attempt-words.ts';

/** An attempt of a delivery as the words for it are chosen. */
export function attemptFacts(attempt: AttemptView, duplicateOf?: string): AttemptFacts {
  const { outcome, verdict, fault, late, started_at } = attempt;
  return {
    result: outcome && verdict && resultOf(outcome, verdict),
    late: late && {
      status: late.status,
      durationMs: late.duration_ms,
      at: Date.parse(started_at) + late.duration_ms,
    },
    // The fields of a fault are those of its kind.
    fault: fault as Fault | undefined,
    duplicateOf,
  };
}
