import type { Capturable } from '../core/capturable.ts';
import type { JournalFact } from '../core/types.ts';
import { isRelayUrl } from './claims.ts';
import type { ClaimedSubscription } from './frames.ts';

/** What the fallbacks need of the mock. */
export interface FallbackPort {
  changeSecret(subscriptionId: string, secret: string): void;
  dropSubscription(subscriptionId: string): void;
  record(fact: JournalFact): void;
}

/**
 * The subscriptions to all events that were made because somebody listened and had none. As soon as their listener has one of its own
 * they step aside: it would get every event twice, once under a secret that its code does not know.
 */
export class Fallbacks implements Capturable<string[]> {
  readonly #port: FallbackPort;
  readonly #ids = new Set<string>();

  constructor(port: FallbackPort) {
    this.#port = port;
  }

  add(subscriptionId: string): void {
    this.#ids.add(subscriptionId);
  }

  /** A listener that comes back with another secret means it. */
  changeSecret(secret: string): void {
    for (const id of this.#ids) this.#port.changeSecret(id, secret);
  }

  /** `claimed`: for each tunnel what it takes. */
  stepAside(claimed: Iterable<readonly ClaimedSubscription[]>): void {
    for (const subscriptions of claimed) {
      const own = subscriptions.find(({ url, status }) => status === 'active' && !isRelayUrl(url));
      if (!own) continue;
      for (const { id, status } of subscriptions) {
        if (status === 'revoked' || !this.#ids.delete(id)) continue;
        const message = `the subscription that listen made (${id}) is ended: ${own.id} to ${own.url} is relayed now`;
        this.#port.record({ type: 'mock.warning', message });
        this.#port.dropSubscription(id);
      }
    }
  }

  capture(): string[] {
    return [...this.#ids];
  }

  restore(ids: readonly string[]): void {
    this.#ids.clear();
    for (const id of ids) this.#ids.add(id);
  }
}
