import { brokerCodes } from '../../core/broker-retry.ts';
import type { Outcome, PublishFailure } from '../../core/types.ts';
import { monotonicNow } from '../clock.ts';

const givenUp: PublishFailure = {
  reason: 'client_closed_connection',
  code: brokerCodes.unreachable,
  message: 'the mock was closed before the broker acknowledged',
};

/** Publications under way. Client libraries cannot take them back, so who closes gives up waiting for them. */
export class OpenPublications {
  readonly #open = new Set<(failure: PublishFailure) => void>();

  /** Waits for what a publication comes to: a failure, or nothing when it was acknowledged. It must not reject. */
  run(publication: Promise<PublishFailure | undefined>): Promise<Outcome> {
    const startedAt = monotonicNow();
    return new Promise((resolve) => {
      const settle = (failure: PublishFailure | undefined): void => {
        this.#open.delete(settle);
        const durationMs = Math.round(monotonicNow() - startedAt);
        resolve(failure ? { kind: 'publishFailed', ...failure, durationMs } : { kind: 'published', durationMs });
      };
      this.#open.add(settle);
      void publication.then(settle);
    });
  }

  giveUp(): void {
    for (const settle of [...this.#open]) settle(givenUp);
  }
}
