import type { Outcome } from '../../core/types.ts';
import { realDeadline } from '../clock.ts';
import { type DeliveryRequest, latePatience, type ProbeResult } from './port.ts';

/** A request on its way. */
export interface Asked {
  /** Never rejects. */
  outcome: Promise<Outcome>;
  abort(reason: Error): void;
}

const givenUp = new Error('no answer within the time that is listened for');

/**
 * The outcome, or a timeout at the deadline whatever comes later (R8). With `onLate` the request goes on for a while, only to tell the
 * developer by how much the answer was late (R16); nobody waits for that.
 */
export function withinDeadline(
  { outcome, abort }: Asked,
  deadlineMs: number,
  onLate?: DeliveryRequest['onLate'],
): Promise<Outcome> {
  const timeout: Outcome = { kind: 'timeout', durationMs: deadlineMs };
  return new Promise((resolve) => {
    let isLate = false;
    let cancel = realDeadline(deadlineMs, () => {
      isLate = true;
      resolve(timeout);
      if (onLate) cancel = realDeadline(deadlineMs * (latePatience - 1), () => abort(givenUp));
      else abort(givenUp);
    });
    void outcome.then((came) => {
      cancel();
      // What keeps the process busy keeps the deadline's timer waiting, too: a handler in this process can be late and be here first.
      isLate ||= 'durationMs' in came && came.durationMs > deadlineMs;
      resolve(isLate ? timeout : came);
      if (isLate && came.kind === 'answered') onLate?.({ status: came.status, durationMs: came.durationMs });
    });
  });
}

/** The same for a creation probe. */
export async function probeWithin(asked: Asked, deadlineMs: number): Promise<ProbeResult> {
  const outcome = await withinDeadline(asked, deadlineMs);
  if (outcome.kind === 'answered') return { kind: 'answered', status: outcome.status };
  if (outcome.kind === 'transportError') return { kind: 'failed', reason: outcome.reason, message: outcome.message };
  return { kind: 'failed', message: `no answer within ${deadlineMs} ms` };
}
