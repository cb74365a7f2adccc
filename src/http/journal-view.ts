import type { JournalEntry } from '../runtime/journal.ts';
import { isoTime, outcomeView, verdictView } from './delivery-views.ts';
import type { JournalEntryView } from './journal-api.ts';

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A journal entry as the control API shows it: the names of its own fields in snake_case, its time as RFC 3339. */
export function journalView(entry: JournalEntry): JournalEntryView {
  const view = Object.fromEntries(
    Object.entries(entry).flatMap(([name, value]) => (value === undefined ? [] : [[snakeCase(name), value]])),
  );
  view.at = isoTime(entry.at);
  if (entry.type === 'attempt.finished') {
    view.outcome = outcomeView(entry.outcome);
    view.verdict = verdictView(entry.verdict);
  }
  return view as JournalEntryView;
}
