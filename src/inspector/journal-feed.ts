import type { Outcome } from '../core/types.ts';
import { isoTime } from '../http/delivery-views.ts';
import type { StreamMessage } from '../http/inspect-api.ts';
import { journalView } from '../http/journal-view.ts';
import type { Journal } from '../runtime/journal.ts';
import { DeliverySample, isSampled } from './delivery-sample.ts';

/** What a page begins with at most: a delivery that goes well has three entries, so this is ten thousand of them. */
const backlogEntries = 30_000;
/** Entries in one message. */
const mostInMessage = 500;
/**
 * Entries of deliveries and events that are told in the long run, some hundred and fifty deliveries a second, and the burst that is
 * told whole after a pause. More would slow the deliveries down, and nobody reads so fast.
 */
const entriesPerMs = 0.5;
const burstEntries = 4_000;
/** What is told of a turn in any case. */
const leastInTurn = 50;

export interface JournalFeedOptions {
  journal: Journal;
  /** Names this run of the mock. */
  run: string;
  /** The mock's time. */
  now(): number;
  /** How long an outcome took in real time, where the journal does not say. */
  measuredMs(outcome: Outcome): number | undefined;
  /** Milliseconds of a clock that never goes back. */
  monotonicNow(): number;
  /** The number of the last entry that the page was told; undefined when it begins. */
  after: number | undefined;
}

/**
 * The journal as one page is told it: what is kept at the beginning, then turn by turn what is new. It reads when it is asked to and
 * holds nothing back, so that a page that does not read costs no memory: what the journal has dropped meanwhile is counted.
 */
export class JournalFeed {
  readonly #options: JournalFeedOptions;
  readonly #sample = new DeliverySample();
  /** The last entry that was told or left out. */
  #at: number;
  /** What is being told, message by message: the entries up to a number, of one delivery in so many. */
  #turn: { until: number; oneIn: number };
  #hasBegun = false;
  #budget = burstEntries;
  #budgetAt: number;
  /** The last turn's that left something out: deliveries that it left out go on. */
  #leftOutOneIn = 1;

  constructor(options: JournalFeedOptions) {
    const { journal, after, monotonicNow } = options;
    this.#options = options;
    this.#at = after ?? Math.max(journal.firstSeq - 1, journal.lastSeq - backlogEntries);
    this.#turn = { until: journal.lastSeq, oneIn: 1 };
    this.#budgetAt = monotonicNow();
    if (after !== undefined) this.#rememberUntil(after);
  }

  /** Whether everything of this turn is told. */
  get isTurnOver(): boolean {
    return this.#hasBegun && this.#at >= this.#turn.until;
  }

  /** Whether there is something for a next turn. */
  get hasNews(): boolean {
    return this.#options.journal.lastSeq > this.#at;
  }

  /** Takes everything that is new by now for a turn: all of it, or as much as a page and the mock can bear. */
  beginTurn(): void {
    const { journal, monotonicNow } = this.#options;
    const now = monotonicNow();
    this.#budget = Math.min(burstEntries, this.#budget + (now - this.#budgetAt) * entriesPerMs);
    this.#budgetAt = now;
    // Where there are many, next to all of them are of deliveries.
    const entries = journal.lastSeq - Math.max(this.#at, journal.firstSeq - 1);
    let oneIn = 1;
    while (entries / oneIn > Math.max(this.#budget, leastInTurn)) oneIn *= 2;
    this.#turn = { until: journal.lastSeq, oneIn };
  }

  /** The next message of this turn. */
  next(): StreamMessage {
    const { journal, run, now, measuredMs } = this.#options;
    const missed = this.#skipMissed();
    const { until, oneIn } = this.#turn;
    const entries: StreamMessage['entries'] = [];
    const measured: Record<string, number> = {};
    let leftOut = 0;
    for (const entry of journal.entries(this.#at)) {
      if (entry.seq > until || entries.length === mostInMessage) break;
      this.#at = entry.seq;
      if (!this.#sample.takes(entry, oneIn)) leftOut++;
      else {
        entries.push(journalView(entry));
        const ms = entry.type === 'attempt.finished' ? measuredMs(entry.outcome) : undefined;
        if (ms !== undefined) measured[entry.seq] = ms;
        if (isSampled(entry)) this.#budget--;
      }
    }
    this.#hasBegun = true;
    if (oneIn > 1) this.#leftOutOneIn = oneIn;
    return {
      run,
      last_seq: this.#at,
      missed,
      ...(leftOut > 0 && { sampled: { one_in: this.#leftOutOneIn, left_out: leftOut } }),
      entries,
      ...(Object.keys(measured).length > 0 && { measured_ms: measured }),
      now: isoTime(now()),
    };
  }

  /** Goes on with the first entry that is still there, and answers how many that were not told are not. */
  #skipMissed(): number {
    const { firstSeq, lastClearedSeq } = this.#options.journal;
    // At the beginning nothing was told yet.
    const toldTo = this.#hasBegun || this.#options.after !== undefined ? this.#at : 0;
    this.#at = Math.max(this.#at, firstSeq - 1);
    // What was cleared was to be forgotten.
    const missed = Math.max(0, this.#at - Math.max(toldTo, lastClearedSeq));
    if (missed > 0) this.#sample.startOver();
    return missed;
  }

  /** What is under way was told before, so its end is told, too. */
  #rememberUntil(seq: number): void {
    for (const entry of this.#options.journal.entries()) {
      if (entry.seq > seq) return;
      this.#sample.takes(entry, 1);
    }
  }
}
