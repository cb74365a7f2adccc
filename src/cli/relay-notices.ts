import type { RelayClientEvents } from '../relay/client.ts';
import type { ClaimedSubscription } from '../relay/frames.ts';
import type { Renderer } from './render.ts';
import { count, elapsed } from './text.ts';

/** Says loudly what goes wrong with the relay, and when it is right again. */
export function relayNotices(server: string, forwardTo: string, render: Renderer): Partial<RelayClientEvents> {
  return {
    lost: (reason, nextTryMs) =>
      render.warn(`lost the mock at ${server} (${reason}); trying again in ${elapsed(nextTryMs)}`),
    handlerUnreachable: (message) =>
      render.warn(
        `nothing answers at ${forwardTo} (${message}): is the handler running? In a container, try host.docker.internal`,
      ),
    handlerBack: () => render.warn(`the handler at ${forwardTo} answers again`),
    error: (error) => render.warn(`${error.message} - ${error.hint}`),
  };
}

/** The subscriptions that a tunnel takes, with the secrets of those that were made for listeners. */
export function describeSubscriptions(subscriptions: readonly ClaimedSubscription[]): string {
  if (subscriptions.length === 0) return '  no subscription yet: deliveries come as soon as one is made';
  return subscriptions
    .map(({ id, events, secret, tunnels }) => {
      const shared = tunnels > 1 ? `, shared by ${tunnels} listeners` : '';
      const signed = secret === undefined ? '' : `\n  secret        ${secret}`;
      return `  subscription  ${id} (${count(events.length, 'event type')}${shared})${signed}`;
    })
    .join('\n');
}
