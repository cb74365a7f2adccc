import { brokerCodes } from '../../core/broker-retry.ts';
import type { Outcome, PublishFailure } from '../../core/types.ts';
import { monotonicNow } from '../clock.ts';

/** Takes what a publication came to: a failure, or nothing when it was acknowledged. */
export type Settle = (failure: PublishFailure | undefined) => void;

const givenUp: PublishFailure = {
  reason: 'client_closed_connection',
  code: brokerCodes.unreachable,
  message: 'the mock was closed before the broker acknowledged',
};

/** Publications under way. Client libraries cannot take them back, so who closes gives up waiting for them. */
export class OpenPublications {
  readonly #open = new Set<Settle>();

  /** Begins a publication and waits for its end. Callbacks, because tens of thousands a second make promises expensive. */
  run(publish: (settle: Settle) => void): Promise<Outcome> {
    const startedAt = monotonicNow();
    return new Promise((resolve) => {
      const settle: Settle = (failure) => {
        this.#open.delete(settle);
        const durationMs = Math.round(monotonicNow() - startedAt);
        resolve(failure ? { kind: 'publishFailed', ...failure, durationMs } : { kind: 'published', durationMs });
      };
      this.#open.add(settle);
      publish(settle);
    });
  }

  giveUp(): void {
    for (const settle of [...this.#open]) settle(givenUp);
  }
}
