import type { Verdict } from '../core/types.ts';
import type { JournalEntry } from '../runtime/journal.ts';
import { finishedLine, lateLine, noticeLine, pendingLine } from './attempt-line.ts';
import { dropReasonText, stopReasonText, wayOutText } from './outcome-text.ts';
import type { Style } from './style.ts';
import { untakenText } from './suspended-now.ts';
import { count, shortId, shortType } from './text.ts';

export interface LineOptions {
  ackDeadlineMs: number;
  style: Style;
  /** What was made of the timeout that a late answer belongs to. */
  verdictOnTimeout?: Verdict | undefined;
  /** Answers have no time, because the mock's clock stands still while they come. */
  isTimeless?: boolean;
  /** The subscriptions that are suspended at present. */
  suspended?: readonly string[];
  /** How many held deliveries a listener that comes gets. */
  givenBack?: number;
  /** How a time is shown: the local time of day. */
  timeText?: (at: number) => string;
}

/** A journal entry as a line for people; undefined for what another line says already. */
export function journalLine(entry: JournalEntry, options: LineOptions): string | undefined {
  const { ackDeadlineMs, style, verdictOnTimeout, timeText } = options;
  if (entry.type === 'attempt.started') return pendingLine(entry.at, entry, style, timeText);
  if (entry.type === 'attempt.finished') {
    return entry.verdict.do === 'hold' ? undefined : finishedLine(entry.at, entry, options);
  }
  if (entry.type === 'attempt.late') return lateLine(entry.at, entry, verdictOnTimeout, ackDeadlineMs, style, timeText);
  const text = noticeText(entry, options);
  return text === undefined ? undefined : noticeLine(entry.at, text, style, timeText);
}

const givenBackText = (n: number): string =>
  n === 0 ? '' : `; ${count(n, 'held delivery is', 'held deliveries are')} given to it`;

const lost = (n: number): string => (n === 0 ? '' : `: ${count(n, 'event')} lost`);

/** What is said of an entry that is no attempt; undefined for what another line says already. */
export function noticeText(
  entry: JournalEntry,
  { style, suspended = [], givenBack = 0 }: Pick<LineOptions, 'style' | 'suspended' | 'givenBack'>,
): string | undefined {
  switch (entry.type) {
    case 'event.published':
      return entry.deliveries === 0
        ? `${shortType(entry.eventType)}  ${shortId(entry.eventId)}  ${untakenText(suspended)}`
        : undefined;
    case 'delivery.resent':
      return `${shortType(entry.eventType)}  ${shortId(entry.eventId)}  ${entry.resendOf} sent again to sub ${shortId(entry.subscriptionId)} as ${entry.deliveryId}`;
    case 'delivery.dropped':
      // The other drops are in the line of the attempt that led to them.
      return entry.reason === 'held_overflow'
        ? style.red(
            `${shortType(entry.eventType)}  ${shortId(entry.eventId)}  dropped: ${dropReasonText(entry.reason)}`,
          )
        : undefined;
    case 'subscription.created':
      return `subscription ${entry.subscriptionId} created for ${entry.destination}`;
    case 'subscription.updated':
      return `subscription ${shortId(entry.subscriptionId)} updated, for ${entry.destination}`;
    case 'subscription.suspended':
      return style.red(
        `subscription ${shortId(entry.subscriptionId)} suspended (${stopReasonText(entry.reason)})${lost(entry.lost)}; ${wayOutText('suspend', entry.subscriptionId)}`,
      );
    case 'subscription.revoked':
      return style.red(
        `subscription ${shortId(entry.subscriptionId)} revoked (${stopReasonText(entry.reason)})${lost(entry.lost)}; ${wayOutText('revoke', entry.subscriptionId)}`,
      );
    case 'subscription.resumed':
      return style.green(`subscription ${shortId(entry.subscriptionId)} resumed`);
    case 'subscription.missed':
      return style.red(
        `subscription ${shortId(entry.subscriptionId)}: ${count(entry.events, 'event')} published while it was suspended: lost, the platform keeps none`,
      );
    case 'connection.removed':
      return style.yellow(`connection ${entry.clientId} removed from the PIM`);
    case 'permission.changed':
      return style.yellow(
        `connection ${entry.clientId}: "Event Platform" permission ${entry.granted ? 'granted' : 'withdrawn'}`,
      );
    case 'publisher.changed':
      return style.yellow(
        `${entry.topic}: the platform's right to publish ${entry.granted ? 'granted' : 'taken away'}`,
      );
    case 'subscription.deleted':
      return `subscription ${shortId(entry.subscriptionId)} deleted${lost(entry.lost)}`;
    case 'relay.connected':
      return style.green(`relay connected: ${entry.message}${givenBackText(givenBack)}`);
    case 'relay.disconnected':
      return style.yellow(`relay disconnected: ${entry.message}`);
    case 'relay.held':
      return style.yellow(
        `subscription ${shortId(entry.subscriptionId)}: nobody listens, ${count(entry.waiting, 'delivery', 'deliveries')} held`,
      );
    case 'notification.sent':
      return entry.channel === 'email'
        ? `e-mail to ${entry.to}: ${entry.notification} (aep-mock ctl outbox)`
        : `notified ${entry.to}: ${entry.notification}`;
    case 'notification.failed':
      return style.red(`${entry.notification} was not taken by ${entry.to}: ${entry.message}`);
    case 'mock.reset':
      return entry.snapshot === undefined ? 'everything reset' : `back to snapshot ${entry.snapshot}`;
    case 'mock.warning':
      return style.yellow(entry.message);
    default:
      return undefined;
  }
}
