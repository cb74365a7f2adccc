import type { Capturable } from '../core/capturable.ts';
import type { Subscription } from '../core/types.ts';
import { isRelayUrl, strongest } from './claims.ts';
import type { ClaimedSubscription } from './frames.ts';
import type { Tunnel } from './tunnel.ts';

/** `offline`: the relay's, but nobody is at its other end. `unclaimed`: not the relay's. */
export type Reach = 'online' | 'offline' | 'unclaimed';

/** Where the deliveries of one subscription go. Tunnels that claim it equally specifically take turns. */
export interface Route {
  url: string;
  tunnels: Tunnel[];
  /** Whose turn it is. */
  next: number;
  reach: Reach;
}

/** Which tunnels take which subscription: worked out when asked for, and kept until something changes. */
export class Routes implements Capturable<[id: string, url: string][]> {
  readonly #tunnels: ReadonlySet<Tunnel>;
  readonly #subscriptions: () => Iterable<Subscription>;
  readonly #routes = new Map<string, Route>();
  /**
   * URL by id of what a tunnel has claimed in this run: when `listen` stops, it is held and not sent to the public host. Whoever
   * changes the URL afterwards means the new one.
   */
  readonly #claimedOnce = new Map<string, string>();

  constructor(tunnels: ReadonlySet<Tunnel>, subscriptions: () => Iterable<Subscription>) {
    this.#tunnels = tunnels;
    this.#subscriptions = subscriptions;
  }

  /** Undefined for what is not delivered over https. */
  of({ id, config }: Subscription): Route | undefined {
    if (config.type !== 'https') return undefined;
    const known = this.#routes.get(id);
    if (known?.url === config.url) return known;
    const { url } = config;
    const tunnels = strongest(this.#tunnels, url, id);
    const ours = this.#claimedOnce.get(id) === url || isRelayUrl(url);
    const reach = tunnels.length > 0 ? 'online' : ours ? 'offline' : 'unclaimed';
    const route: Route = { url, tunnels, next: 0, reach };
    this.#routes.set(id, route);
    return route;
  }

  /** Who takes what, as the clients are told. */
  claimed(): Map<Tunnel, ClaimedSubscription[]> {
    const claimed = new Map<Tunnel, ClaimedSubscription[]>([...this.#tunnels].map((tunnel) => [tunnel, []]));
    for (const subscription of this.#subscriptions()) {
      const { id, events, status, config, updatedAt } = subscription;
      if (config.type !== 'https' || status === 'deleted') continue;
      const { url, secret } = config;
      const tunnels = this.of(subscription)?.tunnels ?? [];
      const shown = isRelayUrl(url) && { secret: secret.primary };
      const told: ClaimedSubscription = { id, events, url, status, tunnels: tunnels.length, ...shown };
      for (const tunnel of tunnels) {
        if (status !== 'revoked' || updatedAt >= tunnel.connectedAt) claimed.get(tunnel)?.push(told);
      }
    }
    return claimed;
  }

  /** To be called when a tunnel or a subscription has come, changed or gone. Answers `claimed()`. */
  refresh(): Map<Tunnel, ClaimedSubscription[]> {
    this.#routes.clear();
    const existing = new Set<string>();
    for (const { id } of this.#subscriptions()) existing.add(id);
    for (const id of this.#claimedOnce.keys()) if (!existing.has(id)) this.#claimedOnce.delete(id);
    const claimed = this.claimed();
    for (const { id, url } of [...claimed.values()].flat()) this.#claimedOnce.set(id, url);
    return claimed;
  }

  /** What has been claimed so far. */
  capture(): [id: string, url: string][] {
    return [...this.#claimedOnce];
  }

  restore(claimedOnce: readonly [id: string, url: string][]): void {
    this.#routes.clear();
    this.#claimedOnce.clear();
    for (const [id, url] of claimedOnce) this.#claimedOnce.set(id, url);
  }
}
