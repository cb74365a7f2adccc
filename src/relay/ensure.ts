import type { Subscription } from '../core/types.ts';
import { resolveTypes } from '../events/catalog.ts';
import { isMadeForListener, isRelayable, isRelayUrl, type RelayableSubscription, strongest } from './claims.ts';
import type { EnsureRequest } from './frames.ts';
import type { Tunnel } from './tunnel.ts';

export interface CreatedSubscription {
  id: string;
  secret: string;
}

/** What ensuring needs of the mock. */
export interface EnsurePort {
  subscriptions(): Iterable<Subscription>;
  /** Makes a subscription that only the relay serves (see `relayUrl`). Null stands for all event types. */
  ensureSubscription(request: EnsureRequest): Promise<CreatedSubscription>;
  resumeSubscription(subscriptionId: string): void;
}

/**
 * Sees to it that a tunnel which claims `all` has something to relay. Without event types: makes a subscription unless one comes to
 * this tunnel anyway. With event types: gives it one of its own for exactly these and narrows the claim to it. One that an earlier
 * `listen` left behind is taken over, so that its secret stays and what it missed arrives; when it is suspended, it is resumed.
 * A suspended subscription of somebody else stays as it is: that is theirs to resume, and their listener is told how.
 */
export async function ensureSubscription(
  tunnel: Tunnel,
  others: Iterable<Tunnel>,
  mock: EnsurePort,
): Promise<CreatedSubscription | undefined> {
  const ensure = tunnel.hello?.ensure;
  if (!ensure || tunnel.hello?.claim.kind !== 'all') return undefined;
  const rivals = [...others].filter((other) => other !== tunnel);
  const known = [...mock.subscriptions()].filter(isRelayable);
  if (ensure.events === null) {
    const served = known.filter((s) => strongest([...rivals, tunnel], s.config.url, s.id).includes(tunnel));
    if (served.length === 0) return mock.ensureSubscription(ensure);
    if (!served.some(isActive)) goOn(served.find(isMadeForListener), mock);
    return undefined;
  }
  const owned = (id: string): boolean => rivals.some(({ claim }) => claim.kind === 'ids' && claim.ids.includes(id));
  const left = known
    .filter((s) => isActive(s) || isMadeForListener(s))
    .find((s) => !owned(s.id) && isRelayUrl(s.config.url) && matches(s, ensure));
  goOn(left, mock);
  const created = left ? undefined : await mock.ensureSubscription(ensure);
  const id = left?.id ?? created?.id;
  tunnel.claim = { kind: 'ids', ids: id === undefined ? [] : [id] };
  return created;
}

const isActive = ({ status }: Subscription): boolean => status === 'active';

function goOn(subscription: Subscription | undefined, mock: EnsurePort): void {
  if (subscription?.status === 'suspended') mock.resumeSubscription(subscription.id);
}

function matches({ events, config }: RelayableSubscription, ensure: EnsureRequest): boolean {
  if (ensure.secret !== undefined && ensure.secret !== config.secret.primary) return false;
  const wanted = new Set<string>(ensure.events?.flatMap((pattern) => resolveTypes(pattern)));
  return wanted.size === new Set(events).size && events.every((type) => wanted.has(type));
}
