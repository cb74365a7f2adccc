import { isLoopbackHost } from '../core/loopback.ts';
import type { HttpsConfig, Subscription } from '../core/types.ts';
import type { Claim } from './frames.ts';
import { printable } from './printable.ts';

/**
 * The host of URLs that exist in the relay only. A subscription to one is never delivered directly, tunnel or not. The path names
 * the channel, not a path of the handler.
 */
export const relayHost = 'relay.aep-mock.localhost';

/** A destination URL for a subscription that only the relay serves. */
export const relayUrl = (channel: string): string => `https://${relayHost}/${encodeURIComponent(channel)}`;

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');

export const isRelayUrl = (url: string): boolean => hostOf(url) === relayHost;

/**
 * Whom the subscriptions that were made for listeners belong to: nobody that a PIM knows, so that an integration neither sees them
 * among its own nor has fewer left of its limits.
 */
export const listenerScope = { pimUrl: `https://${relayHost}`, clientId: 'aep-mock' };

export const isMadeForListener = ({ pimUrl, clientId }: Subscription): boolean =>
  pimUrl === listenerScope.pimUrl && clientId === listenerScope.clientId;

/** A subscription that the relay can take: delivered over https, and not at its end. */
export type RelayableSubscription = Subscription & { config: HttpsConfig };

export function isRelayable(subscription: Subscription): subscription is RelayableSubscription {
  const { config, status } = subscription;
  return config.type === 'https' && (status === 'active' || status === 'suspended');
}

/**
 * How specifically a claim takes a destination; undefined when it does not. Ids before URL prefixes, the longer prefix before the
 * shorter, and those before `all`. `all` leaves loopback URLs alone, because the mock reaches them itself; who wants one relayed names it.
 */
function claimStrength(claim: Claim, url: string, subscriptionId?: string): number | undefined {
  switch (claim.kind) {
    case 'ids':
      return subscriptionId !== undefined && claim.ids.includes(subscriptionId) ? Number.POSITIVE_INFINITY : undefined;
    case 'url':
      return url.startsWith(claim.prefix) ? claim.prefix.length : undefined;
    case 'all': {
      const host = hostOf(url);
      return host !== relayHost && isLoopbackHost(host) ? undefined : -1;
    }
  }
}

/** The claim as a person reads it. */
export function describeClaim(claim: Claim): string {
  if (claim.kind === 'all') return 'all';
  return printable(claim.kind === 'ids' ? `ids ${claim.ids.join(', ')}` : `url ${claim.prefix}`);
}

/** Those whose claim takes the destination most specifically. */
export function strongest<T extends { claim: Claim }>(
  claimants: Iterable<T>,
  url: string,
  subscriptionId?: string,
): T[] {
  let best: T[] = [];
  let bestStrength = Number.NEGATIVE_INFINITY;
  for (const claimant of claimants) {
    const strength = claimStrength(claimant.claim, url, subscriptionId);
    if (strength === undefined || strength < bestStrength) continue;
    if (strength > bestStrength) best = [];
    bestStrength = strength;
    best.push(claimant);
  }
  return best;
}
