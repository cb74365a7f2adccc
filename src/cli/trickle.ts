import type { Mock } from '../mock.ts';
import type { Clock } from '../runtime/clock.ts';

/** Publishes what one request to the fictional PIM causes, about once a second. Returns its end. */
export function startTrickle(mock: Pick<Mock, 'publishNext'>, clock: Clock, everyMs = 1000): () => Promise<void> {
  let publishing: Promise<unknown> = Promise.resolve();
  let cancel = (): void => {};
  const next = (): void => {
    publishing = mock.publishNext();
    cancel = clock.wakeAt(clock.now() + everyMs, next);
  };
  next();
  return async () => {
    cancel();
    await publishing;
  };
}
