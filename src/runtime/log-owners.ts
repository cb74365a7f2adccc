import type { Scope, State } from '../core/state.ts';

/** Whose a subscriber or a subscription is. */
export interface LogOwner extends Scope {
  subscriberId: string;
}

/** Most owners of what has ended that are remembered; the oldest make room. */
const endedCapacity = 1_000;

/** Remembers whose everything is: facts carry ids alone, and what is deleted is in no state any more. */
export class LogOwners {
  readonly #state: () => State;
  readonly #owners = new Map<string, LogOwner>();
  readonly #ended: string[] = [];

  constructor(state: () => State) {
    this.#state = state;
  }

  ofSubscriber(id: string): LogOwner | undefined {
    return this.#owners.get(id) ?? this.#remember(id, id, this.#state().subscribers.get(id));
  }

  ofSubscription(id: string): LogOwner | undefined {
    const known = this.#owners.get(id);
    if (known) return known;
    const subscription = this.#state().subscriptions.get(id);
    return subscription && this.#remember(id, subscription.subscriberId, subscription);
  }

  /** Attempts of what is deleted may still be on their way, so its owner is remembered a while. */
  end(id: string): void {
    this.#ended.push(id);
    const oldest = this.#ended.length > endedCapacity ? this.#ended.shift() : undefined;
    if (oldest !== undefined) this.#owners.delete(oldest);
  }

  clear(): void {
    this.#owners.clear();
    this.#ended.length = 0;
  }

  #remember(id: string, subscriberId: string, item: Scope | undefined): LogOwner | undefined {
    if (!item) return undefined;
    const owner: LogOwner = { subscriberId, pimUrl: item.pimUrl, clientId: item.clientId };
    this.#owners.set(id, owner);
    return owner;
  }
}
