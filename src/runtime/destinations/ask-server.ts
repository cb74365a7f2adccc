import type { Dispatcher } from 'undici';
import type { Outcome } from '../../core/types.ts';
import { monotonicNow } from '../clock.ts';
import { exchange } from '../http-exchange.ts';
import { transportReason } from '../transport-error.ts';
import type { DeliveryRequest } from './port.ts';
import type { Asked } from './within-deadline.ts';

/** Sends a request to an HTTP server. */
export function askServer(
  agent: Dispatcher,
  request: Dispatcher.DispatchOptions,
  onAnswer?: DeliveryRequest['onAnswer'],
): Asked {
  const startedAt = monotonicNow();
  const elapsed = (): number => Math.round(monotonicNow() - startedAt);
  const asked = exchange(agent, request, { answered: onAnswer });
  const outcome = asked.answer.then(
    ({ status }): Outcome => ({ kind: 'answered', status, durationMs: elapsed() }),
    (error): Outcome => ({ kind: 'transportError', ...transportReason(error), durationMs: elapsed() }),
  );
  return { outcome, abort: (reason) => asked.abort(reason) };
}
