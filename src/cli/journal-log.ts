import type { Journal, JournalEntry } from '../runtime/journal.ts';
import { journalLine } from './journal-line.ts';
import { PendingAttempts } from './pending-attempts.ts';
import type { Renderer } from './render.ts';
import { Summary } from './summary.ts';

export interface JournalLogOptions {
  journal: Journal;
  render: Renderer;
  ackDeadlineMs: number;
  now: number;
  /** How a destination is shown: where a relayed delivery really goes. */
  shownDestination: (destination: string) => string;
}

/** Prints a journal while it grows, one line an attempt, and counts for the summary. */
export class JournalLog {
  readonly summary: Summary;
  readonly #options: JournalLogOptions;
  readonly #pending = new PendingAttempts();
  readonly #unsubscribe: () => void;

  constructor(options: JournalLogOptions) {
    this.#options = options;
    this.summary = new Summary(options.now);
    this.#unsubscribe = options.journal.subscribe((entry) => this.#take(entry));
  }

  close(): void {
    this.#unsubscribe();
    this.#pending.close();
  }

  #take(entry: JournalEntry): void {
    if (entry.type === 'event.published') this.summary.published();
    if (entry.type === 'delivery.discarded') this.summary.lost();
    if (entry.type === 'attempt.finished') {
      this.summary.finished(entry);
      this.#pending.finished(`${entry.deliveryId}/${entry.attempt}`);
    }
    if (entry.type !== 'attempt.started') this.#print(entry);
    else if (this.#options.render.format === 'pretty')
      this.#pending.started(`${entry.deliveryId}/${entry.attempt}`, () => this.#print(entry));
    else this.#print(entry);
  }

  #print(entry: JournalEntry): void {
    const { render, ackDeadlineMs, shownDestination } = this.#options;
    if (render.format === 'quiet') return;
    const shown = 'destination' in entry ? { ...entry, destination: shownDestination(entry.destination) } : entry;
    const line = render.format === 'pretty' ? journalLine(shown, { ackDeadlineMs, style: render.style }) : undefined;
    render.data({ ...entry, time: new Date(entry.at).toISOString() }, line);
  }
}
