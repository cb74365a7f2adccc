import type { PublishedEvent } from '../events/published-event.ts';
import type { StateBody } from '../http/control-api.ts';
import { suspendedText } from '../narration/suspended-now.ts';
import { count, shortType } from '../narration/text.ts';
import type { ControlClient } from './client.ts';
import type { Renderer } from './render.ts';

/** Counts what was published, and remembers which types nobody took. */
export class PublishedTally {
  events = 0;
  deliveries = 0;
  #untaken = 0;
  readonly #untakenTypes = new Set<string>();

  add(published: readonly Pick<PublishedEvent, 'type' | 'deliveries'>[]): void {
    for (const { type, deliveries } of published) {
      this.events++;
      this.deliveries += deliveries;
      if (deliveries > 0) continue;
      this.#untaken++;
      this.#untakenTypes.add(type);
    }
  }

  /** The same for what was published with one answer. */
  addAll(published: number, deliveries: number, untaken: Readonly<Record<string, number>>): void {
    this.events += published;
    this.deliveries += deliveries;
    for (const [type, times] of Object.entries(untaken)) {
      this.#untaken += times;
      this.#untakenTypes.add(type);
    }
  }

  /** A published event that no subscription takes is lost, as on the platform (R2). A mock that cannot say why does not hide it. */
  async warnOfUntaken(client: ControlClient, render: Renderer): Promise<void> {
    if (this.#untaken === 0) return;
    const types = [...this.#untakenTypes].map(shortType).sort();
    const named =
      types.length > 5 ? `${types.slice(0, 5).join(', ')} and ${types.length - 5} more types` : types.join(', ');
    const events = `${count(this.#untaken, 'event')} (${named})`;
    const suspended = await this.#suspended(client).catch(() => []);
    render.warn(
      suspended.length > 0
        ? `${events} lost: ${suspendedText(suspended)}`
        : `no active subscription takes ${events}: make one with the management API, or run "aep-mock listen --forward-to 3000"`,
    );
  }

  /** The subscriptions that would take what nobody took, were they not suspended. */
  async #suspended(client: ControlClient): Promise<string[]> {
    const { subscriptions } = await client.get<StateBody>('/_mock/state');
    return subscriptions
      .filter(({ status, events }) => status === 'suspended' && events.some((type) => this.#untakenTypes.has(type)))
      .map(({ id }) => id);
  }
}
