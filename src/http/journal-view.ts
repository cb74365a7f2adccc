import type { JournalEntry } from '../runtime/journal.ts';
import { isoTime, outcomeView, verdictView } from './delivery-views.ts';
import type { JournalEntryView } from './journal-api.ts';

/** The names of fields in snake_case, which are few. */
const shownNames = new Map<string, string>();

function shownName(name: string): string {
  let shown = shownNames.get(name);
  if (shown === undefined) {
    shown = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    shownNames.set(name, shown);
  }
  return shown;
}

/** A journal entry as the control API shows it: the names of its own fields in snake_case, its time as RFC 3339. */
export function journalView(entry: JournalEntry): JournalEntryView {
  const fields = entry as JournalEntry & Record<string, unknown>;
  const view: Record<string, unknown> = {};
  // A loop: a page that is open is told thousands of entries a second.
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) view[shownName(name)] = value;
  }
  view.at = isoTime(entry.at);
  if (entry.type === 'attempt.finished') {
    view.outcome = outcomeView(entry.outcome);
    view.verdict = verdictView(entry.verdict);
  }
  return view as JournalEntryView;
}
