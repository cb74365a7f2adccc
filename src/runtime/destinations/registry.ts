import type { Outcome, Subscription } from '../../core/types.ts';
import type { DeliveryRequest, Destination, ProbeResult } from './port.ts';

/** The relay as the registry sees it: a destination that takes some subscriptions and leaves the others. */
export interface ClaimingDestination extends Destination {
  claims(subscription: Subscription): boolean;
  /** Undefined when no tunnel would take the URL. */
  probeClaimed(url: string): Promise<ProbeResult> | undefined;
}

export interface DestinationSet {
  relay: ClaimingDestination;
  https: Destination & { probe(url: string): Promise<ProbeResult> };
  pubsub: Destination;
  kafka: Destination;
}

/** Chooses where a subscription's deliveries go. A new kind of destination is one file and one line here. */
export class DestinationRegistry {
  readonly #relay: ClaimingDestination;
  readonly #direct: Record<Subscription['config']['type'], Destination>;
  readonly #https: DestinationSet['https'];

  constructor({ relay, https, pubsub, kafka }: DestinationSet) {
    this.#relay = relay;
    this.#https = https;
    this.#direct = { https, pubsub, kafka };
  }

  #destinationOf(subscription: Subscription): Destination {
    return this.#relay.claims(subscription) ? this.#relay : this.#direct[subscription.config.type];
  }

  send(request: DeliveryRequest): Promise<Outcome> {
    return this.#destinationOf(request.subscription).send(request);
  }

  probe(url: string): Promise<ProbeResult> {
    return this.#relay.probeClaimed(url) ?? this.#https.probe(url);
  }

  /** True when what was held for the subscription can be sent now. */
  isOnline(subscription: Subscription): boolean {
    return this.#destinationOf(subscription).isOnline?.(subscription) ?? true;
  }

  async close(): Promise<void> {
    await Promise.all([this.#relay, ...Object.values(this.#direct)].map((destination) => destination.close()));
  }
}
