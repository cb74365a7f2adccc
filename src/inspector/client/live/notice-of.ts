/** What happened besides the deliveries, in the words of the terminal. */
import { noticeText } from '../../../narration/journal-line.ts';
import { createStyle } from '../../../narration/style.ts';
import type { JournalEntry } from '../../../runtime/journal.ts';
import type { NoticeRow } from './live-row.ts';

const plain = createStyle(false);

/** Undefined for what another row says already. */
export function noticeOf(entry: JournalEntry): Pick<NoticeRow, 'tone' | 'text'> | undefined {
  const text = noticeText(entry, { style: plain });
  return text === undefined ? undefined : { tone: toneOf(entry.type), text };
}

function toneOf(type: JournalEntry['type']): NoticeRow['tone'] {
  switch (type) {
    case 'subscription.suspended':
    case 'subscription.revoked':
    case 'subscription.missed':
    case 'notification.failed':
      return 'bad';
    case 'relay.disconnected':
    case 'relay.held':
    case 'mock.warning':
    case 'connection.removed':
    case 'permission.changed':
    case 'publisher.changed':
      return 'warn';
    default:
      return 'muted';
  }
}
