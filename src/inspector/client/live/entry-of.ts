import type { JournalEntryView } from '../../../http/journal-api.ts';
import type { JournalEntry } from '../../../runtime/journal.ts';

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The entry of which this is the view. Not for attempts, whose outcomes have names of their own. */
export const entryOf = (view: JournalEntryView): JournalEntry =>
  ({
    ...Object.fromEntries(Object.entries(view).map(([name, value]) => [camelCase(name), value])),
    at: Date.parse(view.at),
  }) as unknown as JournalEntry;
