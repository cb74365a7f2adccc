import type { Subscription } from '../core/types.ts';
import { resolveTypes } from '../events/catalog.ts';
import { isRelayable, isRelayUrl, type RelayableSubscription, strongest } from './claims.ts';
import type { EnsureRequest } from './frames.ts';
import type { Tunnel } from './tunnel.ts';

export interface CreatedSubscription {
  id: string;
  secret: string;
}

/** Makes a subscription that only the relay serves (see `relayUrl`). Null stands for all event types. */
export type MakeSubscription = (request: EnsureRequest) => Promise<CreatedSubscription>;

/**
 * Sees to it that a tunnel which claims `all` has something to relay. Without event types: makes a subscription unless an active
 * one comes to this tunnel anyway. With event types: gives it one of its own for exactly these and narrows the claim to it; one that
 * an earlier `listen` left behind is taken over, so that its secret stays and what it missed arrives.
 */
export async function ensureSubscription(
  tunnel: Tunnel,
  others: Iterable<Tunnel>,
  subscriptions: Iterable<Subscription>,
  make: MakeSubscription,
): Promise<CreatedSubscription | undefined> {
  const ensure = tunnel.hello?.ensure;
  if (!ensure || tunnel.hello?.claim.kind !== 'all') return undefined;
  const rivals = [...others].filter((other) => other !== tunnel);
  const active = [...subscriptions].filter((s) => s.status === 'active').filter(isRelayable);
  if (ensure.events === null) {
    const served = active.some((s) => strongest([...rivals, tunnel], s.config.url, s.id).includes(tunnel));
    return served ? undefined : make(ensure);
  }
  const owned = (id: string): boolean => rivals.some(({ claim }) => claim.kind === 'ids' && claim.ids.includes(id));
  const left = active.find((s) => !owned(s.id) && isRelayUrl(s.config.url) && matches(s, ensure));
  const created = left ? undefined : await make(ensure);
  const id = left?.id ?? created?.id;
  tunnel.claim = { kind: 'ids', ids: id === undefined ? [] : [id] };
  return created;
}

function matches({ events, config }: RelayableSubscription, ensure: EnsureRequest): boolean {
  if (ensure.secret !== undefined && ensure.secret !== config.secret.primary) return false;
  const wanted = new Set<string>(ensure.events?.flatMap((pattern) => resolveTypes(pattern)));
  return wanted.size === new Set(events).size && events.every((type) => wanted.has(type));
}
