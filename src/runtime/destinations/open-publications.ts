import { brokerCodes } from '../../core/broker-retry.ts';
import type { Outcome, PublishFailure } from '../../core/types.ts';
import { monotonicNow } from '../clock.ts';

const givenUp: PublishFailure = {
  reason: 'client_closed_connection',
  code: brokerCodes.unreachable,
  message: 'the mock was closed before the broker acknowledged',
};

/** A publication under way. One small object, because a thousand of them are in flight at once. */
export class Publication {
  readonly #open: Publication[];
  readonly #resolve: (outcome: Outcome) => void;
  readonly #startedAt = monotonicNow();
  /** Its place among those that are open; -1 once it is settled. */
  #place: number;

  constructor(open: Publication[], resolve: (outcome: Outcome) => void) {
    this.#open = open;
    this.#resolve = resolve;
    this.#place = open.push(this) - 1;
  }

  /** To be called with what it came to: a failure, or nothing when it was acknowledged. What comes after that is of no interest. */
  settle(failure: PublishFailure | undefined): void {
    if (this.#place < 0) return;
    this.#close();
    const durationMs = Math.round(monotonicNow() - this.#startedAt);
    this.#resolve(failure ? { kind: 'publishFailed', ...failure, durationMs } : { kind: 'published', durationMs });
  }

  /** The last of those that are open takes its place. */
  #close(): void {
    const last = this.#open.pop();
    if (last && last !== this) {
      this.#open[this.#place] = last;
      last.#place = this.#place;
    }
    this.#place = -1;
  }
}

/** Publications under way. Client libraries cannot take them back, so who closes gives up waiting for them. */
export class OpenPublications {
  readonly #open: Publication[] = [];

  /** Begins a publication and waits for its end. */
  run(publish: (publication: Publication) => void): Promise<Outcome> {
    return new Promise((resolve) => publish(new Publication(this.#open, resolve)));
  }

  giveUp(): void {
    for (const publication of [...this.#open]) publication.settle(givenUp);
  }
}
