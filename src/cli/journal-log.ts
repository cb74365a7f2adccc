import type { Verdict } from '../core/types.ts';
import { noticeLine } from '../narration/attempt-line.ts';
import { journalLine } from '../narration/journal-line.ts';
import { dropReasonText, verdictInForce } from '../narration/outcome-text.ts';
import { SuspendedNow, untakenText } from '../narration/suspended-now.ts';
import { number, shortId, shortType } from '../narration/text.ts';
import { Recent } from '../relay/recent.ts';
import type { JournalEntry, JournalReader } from '../runtime/journal.ts';
import { PendingAttempts } from './pending-attempts.ts';
import type { Renderer } from './render.ts';
import { RepeatedLines } from './repeated-lines.ts';
import { Summary } from './summary.ts';

export interface JournalLogOptions {
  journal: JournalReader;
  render: Renderer;
  ackDeadlineMs: number;
  now: number;
  /** On a virtual clock real times mean nothing, and would be different in every run. */
  isTimeless?: boolean;
  /** How a destination is shown: where a relayed delivery really goes. */
  shownDestination: (destination: string) => string;
  /** How many deliveries of these subscriptions wait in their queues. */
  countQueued?: (subscriptionIds: ReadonlySet<string>) => number;
}

/** As many timeouts as may still be answered. */
const rememberedTimeouts = 1_000;

/** Prints a journal while it grows, one line an attempt, and counts for the summary. */
export class JournalLog {
  readonly summary: Summary;
  readonly #options: JournalLogOptions;
  readonly #pending = new PendingAttempts<string>();
  readonly #timedOut = new Recent<string, Verdict>(rememberedTimeouts);
  readonly #suspended = new SuspendedNow();
  /** The subscriptions whose deliveries wait for a listener. */
  readonly #held = new Set<string>();
  readonly #repeated = new RepeatedLines({ print: (what, times) => this.#count(what, times) });
  /** The time of the latest entry. */
  #at: number;
  readonly #unsubscribe: () => void;

  constructor(options: JournalLogOptions) {
    this.#options = options;
    this.#at = options.now;
    this.summary = new Summary(options.now, () => options.ackDeadlineMs, options.isTimeless ?? false);
    this.#unsubscribe = options.journal.subscribe((entry) => this.#take(entry));
  }

  close(): void {
    this.#unsubscribe();
    this.#pending.close();
    this.#repeated.close();
  }

  #take(entry: JournalEntry): void {
    this.#at = entry.at;
    this.#suspended.take(entry);
    if (entry.type === 'relay.held') this.#held.add(entry.subscriptionId);
    if (entry.type === 'mock.reset') this.#held.clear();
    if (entry.type === 'event.published') this.summary.published();
    if (entry.type === 'delivery.dropped') this.summary.dropped();
    if (entry.type === 'delivery.discarded') this.summary.lost();
    if (entry.type === 'attempt.finished') {
      this.summary.finished(entry);
      this.#pending.finished(keyOf(entry));
      if (entry.outcome.kind === 'timeout')
        this.#timedOut.remember(keyOf(entry), verdictInForce(entry.verdict, entry.health));
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
    const { render, ackDeadlineMs, shownDestination, isTimeless = false } = this.#options;
    const givenBack = entry.type === 'relay.connected' ? this.#givenBack(entry.subscriptions) : 0;
    if (render.format === 'quiet') return;
    if (render.format === 'pretty') {
      const what = repeatable(entry, this.#suspended.ids);
      if (what !== undefined && !this.#repeated.isFirst(what)) return;
    }
    const shown = 'destination' in entry ? { ...entry, destination: shownDestination(entry.destination) } : entry;
    const verdictOnTimeout = entry.type === 'attempt.late' ? this.#timedOut.take(keyOf(entry)) : undefined;
    const suspended = this.#suspended.ids;
    const options = { ackDeadlineMs, style: render.style, verdictOnTimeout, isTimeless, suspended, givenBack };
    const line = render.format === 'pretty' ? journalLine(shown, options) : undefined;
    const added = givenBack > 0 ? { givenBack } : {};
    render.data({ ...entry, time: new Date(entry.at).toISOString(), ...added }, line);
  }

  /** Counts what was held for these subscriptions: the mock lets it go as soon as this entry is written. */
  #givenBack(subscriptionIds: readonly string[]): number {
    const ids = new Set(subscriptionIds.filter((id) => this.#held.delete(id)));
    return ids.size === 0 ? 0 : (this.#options.countQueued?.(ids) ?? 0);
  }
}

/** What may happen many thousand times in a row, in words. */
function repeatable(entry: JournalEntry, suspended: readonly string[]): string | undefined {
  if (entry.type === 'event.published' && entry.deliveries === 0)
    return `${shortType(entry.eventType)}  ${untakenText(suspended)}`;
  if (entry.type === 'delivery.dropped' && entry.reason === 'held_overflow')
    return `sub ${shortId(entry.subscriptionId)}  dropped: ${dropReasonText(entry.reason)}`;
  return undefined;
}

const keyOf = ({ deliveryId, attempt }: { deliveryId: string; attempt: number }): string => `${deliveryId}/${attempt}`;
