import type { Outcome, Subscription } from '../../core/types.ts';
import type { DeliveryRequest, Destination, ProbeResult } from './port.ts';

/** A destination that takes some subscriptions, whatever their type, and leaves the others. */
export interface ClaimingDestination extends Destination {
  claims(subscription: Subscription): boolean;
  /** Undefined when it would not take the URL. */
  probeClaimed(url: string): Promise<ProbeResult> | undefined;
}

export interface DestinationSet {
  /** Asked in this order, before those that the type of a subscription names. */
  claiming: readonly ClaimingDestination[];
  https: Destination & { probe(url: string): Promise<ProbeResult> };
  pubsub: Destination;
  kafka: Destination;
}

/** Chooses where a subscription's deliveries go. A new kind of destination is one file and one line here. */
export class DestinationRegistry {
  readonly #claiming: readonly ClaimingDestination[];
  readonly #direct: Record<Subscription['config']['type'], Destination>;
  readonly #https: DestinationSet['https'];

  constructor({ claiming, https, pubsub, kafka }: DestinationSet) {
    this.#claiming = claiming;
    this.#https = https;
    this.#direct = { https, pubsub, kafka };
  }

  #destinationOf(subscription: Subscription): Destination {
    const claimant = this.#claiming.find((destination) => destination.claims(subscription));
    return claimant ?? this.#direct[subscription.config.type];
  }

  send(request: DeliveryRequest): Promise<Outcome> {
    return this.#destinationOf(request.subscription).send(request);
  }

  probe(url: string): Promise<ProbeResult> {
    for (const destination of this.#claiming) {
      const result = destination.probeClaimed(url);
      if (result) return result;
    }
    return this.#https.probe(url);
  }

  /** True when what was held for the subscription can be sent now. */
  isOnline(subscription: Subscription): boolean {
    return this.#destinationOf(subscription).isOnline?.(subscription) ?? true;
  }

  async close(): Promise<void> {
    const all = [...this.#claiming, ...Object.values(this.#direct)];
    await Promise.all(all.map((destination) => destination.close()));
  }
}
