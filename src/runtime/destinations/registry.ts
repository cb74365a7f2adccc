import type { Outcome, Subscription } from '../../core/types.ts';
import { HttpsDestination, type HttpsOptions } from './https.ts';
import { KafkaDestination } from './kafka.ts';
import type { KafkaChannelOptions } from './kafka-channel.ts';
import type { DeliveryRequest, Destination, ProbeResult } from './port.ts';
import { PubSubDestination, type PubSubOptions } from './pubsub.ts';

/** A destination that takes some subscriptions, whatever their type, and leaves the others. */
export interface ClaimingDestination extends Destination {
  claims(subscription: Subscription): boolean;
  /** Undefined when it would not take the URL. */
  probeClaimed(url: string): Promise<ProbeResult> | undefined;
}

/** Everything that any of them is made of. */
export type DestinationOptions = HttpsOptions & PubSubOptions & KafkaChannelOptions;

/** What the type of a subscription names. A new kind of destination is one file and one line here, and its own options among the others. */
export const directDestinations = (options: DestinationOptions) =>
  ({
    https: new HttpsDestination(options),
    pubsub: new PubSubDestination(options),
    kafka: new KafkaDestination(options),
  }) satisfies DirectDestinations;

/** A destination of each kind; only https ones are probed. */
export type DirectDestinations = Record<Subscription['config']['type'], Destination> & {
  https: Destination & { probe(url: string): Promise<ProbeResult> };
};

/** Chooses where a subscription's deliveries go. */
export class DestinationRegistry {
  readonly #claiming: readonly ClaimingDestination[];
  readonly #direct: DirectDestinations;

  /** `claiming` are asked in this order, before those that the type of a subscription names. */
  constructor(claiming: readonly ClaimingDestination[], direct: DirectDestinations) {
    this.#claiming = claiming;
    this.#direct = direct;
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
    return this.#direct.https.probe(url);
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
