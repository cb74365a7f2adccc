/** What the platform tells the owner of a subscription about a transition (contract, delivery: notification webhook). */
import type { Policy } from '../core/profile.ts';
import { destinationName } from '../core/state.ts';
import type { StopReason, Subscription } from '../core/types.ts';
import type { JournalEntry } from './journal.ts';

export type NotificationType =
  | 'subscription.suspended.system'
  | 'subscription.suspended.user'
  | 'subscription.revoked'
  | 'subscription.resumed';

/** The webhook's body, in the platform's field order. */
export interface Notification {
  notification_type: NotificationType;
  timestamp: string;
  subscription_id: string;
  subscriber_id: string;
  destination: string;
  events: string[];
  /** Of what the platform did by itself. */
  reason?: string;
  /** The URL of the PIM. */
  subject: string;
}

export type Transition = Extract<
  JournalEntry,
  { type: 'subscription.suspended' | 'subscription.revoked' | 'subscription.resumed' }
>;

export function isTransition(entry: JournalEntry): entry is Transition {
  return (
    entry.type === 'subscription.suspended' ||
    entry.type === 'subscription.revoked' ||
    entry.type === 'subscription.resumed'
  );
}

/** Why the platform stopped, in words. Of the vendor's own only those of the success rate are known; the others follow their style. */
function reasonText(reason: StopReason, { successRateFloor, failureShareLimit }: Policy): string | undefined {
  const percent = (share: number | null): string => `${Math.round((share ?? 0) * 100)}%`;
  switch (reason) {
    case 'requested':
      return undefined;
    case 'not_found':
      return 'Destination not found';
    case 'redirected':
      return 'Destination answered with a redirection';
    case 'failure_share':
      return `One kind of failure rose above ${percent(failureShareLimit)}`;
    case 'success_rate':
      return `Success rate dropped below ${percent(successRateFloor)}`;
    case 'permission_withdrawn':
      return 'Event Platform permission withdrawn';
    case 'topic_not_found':
      return 'Topic not found';
    case 'no_publisher_right':
      return 'Permission to publish to the topic denied';
    case 'authentication_failed':
      return 'Authentication rejected by the destination';
    case 'connection_removed':
      return 'Connection or app removed from the PIM';
  }
}

export function notificationOf(transition: Transition, subscription: Subscription, policy: Policy): Notification {
  const { id, subscriberId, config, events, pimUrl } = subscription;
  const reason = 'reason' in transition ? reasonText(transition.reason, policy) : undefined;
  return {
    notification_type: notificationType(transition),
    timestamp: `${new Date(transition.at).toISOString().slice(0, 19)}Z`,
    subscription_id: id,
    subscriber_id: subscriberId,
    destination: config.type === 'kafka' ? config.topic : destinationName(subscription),
    events: [...events],
    ...(reason !== undefined && { reason }),
    subject: pimUrl,
  };
}

function notificationType(transition: Transition): NotificationType {
  return transition.type === 'subscription.suspended' ? `subscription.suspended.${transition.by}` : transition.type;
}

const subjects: Record<NotificationType, string> = {
  'subscription.suspended.system': 'Your subscription was suspended',
  'subscription.suspended.user': 'Your subscription was suspended on request',
  'subscription.revoked': 'Your subscription was revoked',
  'subscription.resumed': 'Your subscription was resumed',
};

const outlooks: Record<NotificationType, string> = {
  'subscription.suspended.system': 'No more events are sent to it. Correct the cause, then resume the subscription.',
  'subscription.suspended.user': 'No more events are sent to it until it is resumed.',
  'subscription.revoked': 'No more events are sent to it. It cannot be resumed; create a new subscription.',
  'subscription.resumed': 'Events are sent to it again. Those of the time of its suspension are lost.',
};

/** The e-mail of a notification: what happened, why, what it costs, what comes next. */
export function emailOf(notification: Notification, transition: Transition): { subject: string; text: string } {
  const { notification_type: type, subscription_id: id, destination, events, reason, subject: pim } = notification;
  const lines = [
    `${subjects[type]}.`,
    '',
    `Subscription: ${id}`,
    `Destination: ${destination}`,
    `PIM: ${pim}`,
    `Events: ${events.join(', ')}`,
    ...(reason === undefined ? [] : [`Reason: ${reason}`]),
    ...('lost' in transition ? [`Events lost: ${transition.lost}`] : []),
    '',
    outlooks[type],
  ];
  return { subject: `[Akeneo Event Platform] ${subjects[type]}`, text: lines.join('\n') };
}
