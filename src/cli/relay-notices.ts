import { wayOutText } from '../narration/outcome-text.ts';
import { count, elapsed } from '../narration/text.ts';
import { isRelayUrl } from '../relay/claims.ts';
import type { RelayClientEvents } from '../relay/client.ts';
import type { ClaimedSubscription } from '../relay/frames.ts';
import { realDeadline } from '../runtime/clock.ts';
import type { Renderer } from './render.ts';

const noticeAfterMs = 100;

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
    // An answer that is just coming is nothing to talk about.
    draining: (answers) => {
      realDeadline(noticeAfterMs, () => render.warn(`waiting for ${count(answers, 'answer')}; ^C again to stop`));
    },
    error: (error) => render.warn(`${error.message} - ${error.hint}`),
  };
}

/** What somebody who listens can do about a subscription that has stopped. One that listen made is nobody else's to mend. */
export function wayOnText(stopped: 'suspend' | 'revoke', { id, url }: Pick<ClaimedSubscription, 'id' | 'url'>): string {
  const isOurs = isRelayUrl(url);
  if (stopped === 'revoke')
    return isOurs ? 'revoked is final: restart listen to make another' : wayOutText(stopped, id);
  return `${wayOutText(stopped, id)} or ${isOurs ? 'a restart of listen' : `POST …/subscriptions/${id}/resume`}`;
}

/** The subscriptions that a tunnel takes, with the secrets of those that were made for listeners. */
export function describeSubscriptions(subscriptions: readonly ClaimedSubscription[]): string {
  if (subscriptions.length === 0) return '  no subscription yet: deliveries come as soon as one is made';
  return subscriptions
    .map(({ id, events, url, status, secret, tunnels }) => {
      if (status === 'revoked') return `  subscription  ${id} is revoked: ${wayOnText('revoke', { id, url })}`;
      const stopped = status === 'suspended' ? `\n  suspended     ${wayOnText('suspend', { id, url })}` : '';
      const shared = tunnels > 1 ? `, shared by ${tunnels} listeners` : '';
      const signed = secret === undefined ? '' : `\n  secret        ${secret}`;
      return `  subscription  ${id} (${count(events.length, 'event type')}${shared})${signed}${stopped}`;
    })
    .join('\n');
}
