import type { Outcome, Subscription } from '../../core/types.ts';
import type { DeliveryRequest, ProbeResult } from './port.ts';
import type { ClaimingDestination } from './registry.ts';

/** What the destination needs of the relay's server end. */
export interface RelayPort {
  resolve(subscription: Subscription): 'online' | 'offline' | 'unclaimed';
  send(request: DeliveryRequest): Promise<Outcome>;
  /** Undefined when no tunnel would take the URL. */
  probe(url: string): Promise<ProbeResult> | undefined;
  close(): Promise<void>;
}

/** Delivery through a tunnel to a handler on some developer's machine. Takes what a tunnel claims or has claimed. */
export class RelayDestination implements ClaimingDestination {
  readonly #relay: RelayPort;

  constructor(relay: RelayPort) {
    this.#relay = relay;
  }

  claims(subscription: Subscription): boolean {
    return this.#relay.resolve(subscription) !== 'unclaimed';
  }

  isOnline(subscription: Subscription): boolean {
    return this.#relay.resolve(subscription) === 'online';
  }

  send(request: DeliveryRequest): Promise<Outcome> {
    return this.#relay.send(request);
  }

  probeClaimed(url: string): Promise<ProbeResult> | undefined {
    return this.#relay.probe(url);
  }

  close(): Promise<void> {
    return this.#relay.close();
  }
}
