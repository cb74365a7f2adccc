/** What happened besides the deliveries, in the words of the terminal. */
import type { JournalEntryView } from '../../../http/journal-api.ts';
import { noticeText } from '../../../narration/journal-line.ts';
import { createStyle } from '../../../narration/style.ts';
import type { JournalEntry } from '../../../runtime/journal.ts';
import type { NoticeRow } from './live-rows.ts';

const plain = createStyle(false);

/** Undefined for what another row says already. */
export function noticeOf(view: JournalEntryView): Pick<NoticeRow, 'tone' | 'text'> | undefined {
  const text = noticeText(entryOf(view), { style: plain });
  return text === undefined ? undefined : { tone: toneOf(view.type), text };
}

function toneOf(type: JournalEntryView['type']): NoticeRow['tone'] {
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

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The entry of which this is the view. Not for attempts, whose outcomes have names of their own. */
const entryOf = (view: JournalEntryView): JournalEntry =>
  ({
    ...Object.fromEntries(Object.entries(view).map(([name, value]) => [camelCase(name), value])),
    at: Date.parse(view.at),
  }) as unknown as JournalEntry;
