import type { PublishedEvent } from '../events/publisher.ts';
import type { Renderer } from './render.ts';
import { count, shortType } from './text.ts';

/** Counts what was published, and remembers which types nobody took. */
export class PublishedTally {
  events = 0;
  deliveries = 0;
  #untaken = 0;
  readonly #untakenTypes = new Set<string>();

  add(published: readonly PublishedEvent[]): void {
    for (const { type, deliveries } of published) {
      this.events++;
      this.deliveries += deliveries;
      if (deliveries > 0) continue;
      this.#untaken++;
      this.#untakenTypes.add(shortType(type));
    }
  }

  /** A published event that no subscription takes is lost, as on the platform (R2). */
  warnOfUntaken(render: Renderer): void {
    if (this.#untaken === 0) return;
    const types = [...this.#untakenTypes].sort();
    const named =
      types.length > 5 ? `${types.slice(0, 5).join(', ')} and ${types.length - 5} more types` : types.join(', ');
    render.warn(
      `no active subscription takes ${count(this.#untaken, 'event')} (${named}): make one with the management API, or run "aep-mock listen --forward-to 3000"`,
    );
  }
}
