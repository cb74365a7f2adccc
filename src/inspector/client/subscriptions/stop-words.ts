import type { StateBody } from '../../../http/control-api.ts';

export type SubscriptionState = StateBody['subscriptions'][number];
type Stopped = NonNullable<SubscriptionState['stopped']>;

const reasons: Record<Stopped['reason'], string> = {
  requested: 'as asked',
  not_found: 'its destination answered 404',
  redirected: 'its destination answered with a redirection',
  failure_share: 'one kind of failure had too large a share',
  success_rate: 'its success rate fell below the line',
  permission_withdrawn: 'the permission of the connection was withdrawn',
  connection_removed: 'the connection was removed from the PIM',
  topic_not_found: 'its topic is not there',
  no_publisher_right: 'the platform may not publish to its topic',
  authentication_failed: 'its destination does not know who publishes',
};

/** Who stopped a subscription, and why: `by the platform: its destination answered 404`. */
export const stopWords = ({ by, reason }: Stopped): string =>
  `by ${by === 'user' ? 'its user' : 'the platform'}: ${reasons[reason]}`;
