import type { Verdict } from '../core/types.ts';
import { Recent } from '../relay/recent.ts';
import type { JournalEntry, JournalReader } from '../runtime/journal.ts';
import { noticeLine } from './attempt-line.ts';
import { journalLine } from './journal-line.ts';
import { dropReasonText } from './outcome-text.ts';
import { PendingAttempts } from './pending-attempts.ts';
import type { Renderer } from './render.ts';
import { RepeatedLines } from './repeated-lines.ts';
import { Summary } from './summary.ts';
import { number, shortId, shortType } from './text.ts';

export interface JournalLogOptions {
  journal: JournalReader;
  render: Renderer;
  ackDeadlineMs: number;
  now: number;
  /** How a destination is shown: where a relayed delivery really goes. */
  shownDestination: (destination: string) => string;
}

/** As many timeouts as may still be answered. */
const rememberedTimeouts = 1_000;

/** Prints a journal while it grows, one line an attempt, and counts for the summary. */
export class JournalLog {
  readonly summary: Summary;
  readonly #options: JournalLogOptions;
  readonly #pending = new PendingAttempts();
  readonly #timedOut = new Recent<Verdict>(rememberedTimeouts);
  readonly #repeated = new RepeatedLines({ print: (what, times) => this.#count(what, times) });
  /** The time of the latest entry. */
  #at: number;
  readonly #unsubscribe: () => void;

  constructor(options: JournalLogOptions) {
    this.#options = options;
    this.#at = options.now;
    this.summary = new Summary(options.now, () => options.ackDeadlineMs);
    this.#unsubscribe = options.journal.subscribe((entry) => this.#take(entry));
  }

  close(): void {
    this.#unsubscribe();
    this.#pending.close();
    this.#repeated.close();
  }

  #take(entry: JournalEntry): void {
    this.#at = entry.at;
    if (entry.type === 'event.published') this.summary.published();
    if (entry.type === 'delivery.dropped') this.summary.dropped();
    if (entry.type === 'delivery.discarded') this.summary.lost();
    if (entry.type === 'attempt.finished') {
      this.summary.finished(entry);
      this.#pending.finished(keyOf(entry));
      if (entry.outcome.kind === 'timeout') this.#timedOut.remember(keyOf(entry), entry.verdict);
    }
    if (entry.type === 'attempt.late') this.summary.late(entry);
    if (entry.type !== 'attempt.started') this.#print(entry);
    else if (this.#options.render.format === 'pretty') this.#pending.started(keyOf(entry), () => this.#print(entry));
    else this.#print(entry);
  }

  #count(what: string, times: number): void {
    const { render } = this.#options;
    const line = noticeLine(this.#at, `${what}, ${number(times)} times so far`, render.style);
    render.data({ type: 'repeated', what, times }, line);
  }

  #print(entry: JournalEntry): void {
    const { render, ackDeadlineMs, shownDestination } = this.#options;
    if (render.format === 'quiet') return;
    if (render.format === 'pretty') {
      const what = repeatable(entry);
      if (what !== undefined && !this.#repeated.isFirst(what)) return;
    }
    const shown = 'destination' in entry ? { ...entry, destination: shownDestination(entry.destination) } : entry;
    const verdictOnTimeout = entry.type === 'attempt.late' ? this.#timedOut.take(keyOf(entry)) : undefined;
    const options = { ackDeadlineMs, style: render.style, verdictOnTimeout };
    const line = render.format === 'pretty' ? journalLine(shown, options) : undefined;
    render.data({ ...entry, time: new Date(entry.at).toISOString() }, line);
  }
}

/** What may happen many thousand times in a row, in words. */
function repeatable(entry: JournalEntry): string | undefined {
  if (entry.type === 'event.published' && entry.deliveries === 0)
    return `${shortType(entry.eventType)}  no subscription takes it`;
  if (entry.type === 'delivery.dropped' && entry.reason === 'held_overflow')
    return `sub ${shortId(entry.subscriptionId)}  dropped: ${dropReasonText(entry.reason)}`;
  return undefined;
}

const keyOf = ({ deliveryId, attempt }: { deliveryId: string; attempt: number }): string => `${deliveryId}/${attempt}`;
