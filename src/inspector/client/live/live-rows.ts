/** What the table of the live page shows: the journal, folded into rows. */
import type { Fault } from '../../../core/types.ts';
import type { JournalEntryView } from '../../../http/journal-api.ts';
import { dropReasonText, verdictInForce } from '../../../narration/outcome-text.ts';
import { SuspendedNow, untakenText } from '../../../narration/suspended-now.ts';
import { resultOf } from '../parts/attempt-result.ts';
import type { AttemptFacts } from '../parts/attempt-words.ts';
import { entryOf } from './entry-of.ts';
import { noticeOf } from './notice-of.ts';

interface Place {
  /** Names it, and is higher than that of every row before it. */
  key: number;
  /** The mock's time, RFC 3339. */
  at: string;
}

interface Delivered {
  deliveryId: string;
  eventId: string;
  eventType: string;
  subscriptionId: string;
}

/** One try of a delivery. */
export interface AttemptRow extends Place, Delivered, AttemptFacts {
  kind: 'attempt';
  destination: string;
  attempt: number;
  fault: Fault | undefined;
  duplicateOf: string | undefined;
  /** Real milliseconds until the answer, where the journal does not say. */
  measuredMs?: number;
  /** How the delivery ended afterwards, without another try. */
  ended?: string;
}

/** A delivery that ended before it was tried. */
export interface UntriedRow extends Place, Delivered {
  kind: 'untried';
  because: string;
}

/** An event that no subscription took. */
export interface UntakenRow extends Place {
  kind: 'untaken';
  eventId: string;
  eventType: string;
  because: string;
}

/** Something that happened besides the deliveries. */
export interface NoticeRow extends Place {
  kind: 'notice';
  tone: 'bad' | 'warn' | 'muted';
  text: string;
  subscriptionId: string | undefined;
}

export type LiveRow = AttemptRow | UntriedRow | UntakenRow | NoticeRow;

type EntryOf<Type extends JournalEntryView['type']> = Extract<JournalEntryView, { type: Type }>;

/** More than anybody scrolls through, and little enough to be searched at every key. */
const mostRows = 10_000;

/** The rows of a run, oldest first. Bounded: the oldest go first. */
export class LiveRows {
  readonly #most: number;
  #rows: LiveRow[] = [];
  #lastKey = 0;
  #lastSeq = 0;
  /** The latest attempt of each delivery that is shown. */
  readonly #latest = new Map<string, AttemptRow>();
  #suspended = new SuspendedNow();

  constructor(most = mostRows) {
    this.#most = most;
  }

  get rows(): readonly LiveRow[] {
    return this.#rows;
  }

  /** That of the latest row. */
  get lastKey(): number {
    return this.#lastKey;
  }

  /** The event types and subscriptions that have been seen: what there is to choose from. */
  readonly seen = { types: new Set<string>(), subscriptions: new Set<string>() };

  /** Takes what is new: an entry that was told before changes nothing. `measuredMs`: what the answers took, by the number of their entry. */
  add(entries: readonly JournalEntryView[], measuredMs: Readonly<Record<string, number>> = {}): void {
    for (const entry of entries) {
      if (entry.seq <= this.#lastSeq) continue;
      this.#lastSeq = entry.seq;
      this.#take(entry, measuredMs[entry.seq]);
    }
    this.#trim();
  }

  /** Another run has begun, whose numbers begin anew. */
  begin(at: string): void {
    this.#clear();
    this.#lastSeq = 0;
    this.note(at, 'another run of the mock begins here: what it did before is not shown any more');
  }

  /** Says something that the journal does not. */
  note(at: string, text: string): void {
    this.#push({ kind: 'notice', key: this.#nextKey(), at, tone: 'warn', text, subscriptionId: undefined });
  }

  #take(entry: JournalEntryView, measuredMs: number | undefined): void {
    switch (entry.type) {
      case 'attempt.started':
        this.#attempt(entry);
        break;
      case 'attempt.finished':
        this.#finished(entry, measuredMs);
        break;
      case 'attempt.late':
        this.#of(entry).late = { status: entry.status, durationMs: entry.duration_ms, at: Date.parse(entry.at) };
        break;
      case 'delivery.discarded':
        this.#ended(entry, `lost: the subscription was ${entry.reason}`);
        break;
      case 'delivery.dropped':
        this.#ended(entry, `dropped: ${dropReasonText(entry.reason)}`);
        break;
      case 'event.published':
        if (entry.deliveries === 0) this.#untaken(entry);
        break;
      case 'event.filtered':
        this.#filtered(entry);
        break;
      case 'mock.reset':
        // What comes has the ids of what was.
        this.#clear();
        this.#notice(entry);
        break;
      default:
        this.#notice(entry);
    }
  }

  #attempt(entry: EntryOf<'attempt.started' | 'attempt.finished' | 'attempt.late'>): AttemptRow {
    const row: AttemptRow = {
      kind: 'attempt',
      key: this.#nextKey(),
      at: entry.at,
      ...deliveredBy(entry),
      destination: entry.destination,
      attempt: entry.attempt,
      // The fields of a fault are those of its kind.
      fault: 'fault' in entry ? (entry.fault as Fault | undefined) : undefined,
      duplicateOf: entry.duplicate_of,
    };
    this.#push(row);
    this.#latest.set(row.deliveryId, row);
    return row;
  }

  #finished(entry: EntryOf<'attempt.finished'>, measuredMs: number | undefined): void {
    const row = this.#of(entry);
    row.result = resultOf(entry.outcome, entry.verdict, entry.health);
    if (measuredMs !== undefined) row.measuredMs = measuredMs;
  }

  /** The row of an attempt, or a new one where its beginning was before what the page has seen. */
  #of(entry: EntryOf<'attempt.finished' | 'attempt.late'>): AttemptRow {
    const latest = this.#latest.get(entry.delivery_id);
    if (latest?.attempt === entry.attempt) return latest;
    const earlier = this.#rows.findLast(
      (row) => row.kind === 'attempt' && row.deliveryId === entry.delivery_id && row.attempt === entry.attempt,
    );
    return earlier?.kind === 'attempt' ? earlier : this.#attempt(entry);
  }

  #ended(entry: EntryOf<'delivery.discarded' | 'delivery.dropped'>, because: string): void {
    const latest = this.#latest.get(entry.delivery_id);
    if (!latest) this.#push({ kind: 'untried', key: this.#nextKey(), at: entry.at, ...deliveredBy(entry), because });
    // An attempt that ended its delivery says so by its verdict.
    else if (isToGoOn(latest)) latest.ended = because;
  }

  #untaken({ at, event_id, event_type }: EntryOf<'event.published'>): void {
    const because = untakenText(this.#suspended.ids);
    this.#push({ kind: 'untaken', key: this.#nextKey(), at, eventId: event_id, eventType: event_type, because });
  }

  /** Told right after the publication. */
  #filtered({ event_id, because }: EntryOf<'event.filtered'>): void {
    const row = this.#rows.at(-1);
    if (row?.kind === 'untaken' && row.eventId === event_id) row.because = `filtered: ${because}`;
  }

  #notice(entry: JournalEntryView): void {
    const told = entryOf(entry);
    this.#suspended.take(told);
    const notice = noticeOf(told);
    if (!notice) return;
    const subscriptionId = 'subscription_id' in entry ? entry.subscription_id : undefined;
    this.#push({ kind: 'notice', key: this.#nextKey(), at: entry.at, ...notice, subscriptionId });
  }

  #nextKey(): number {
    return ++this.#lastKey;
  }

  #push(row: LiveRow): void {
    this.#rows.push(row);
    if ('eventType' in row) this.seen.types.add(row.eventType);
    if ('subscriptionId' in row && row.subscriptionId !== undefined) this.seen.subscriptions.add(row.subscriptionId);
  }

  #clear(): void {
    this.#rows = [];
    this.#latest.clear();
    this.#suspended = new SuspendedNow();
    this.seen.types.clear();
    this.seen.subscriptions.clear();
  }

  #trim(): void {
    const over = this.#rows.length - this.#most;
    if (over <= 0) return;
    for (const row of this.#rows.splice(0, over))
      if (row.kind === 'attempt' && this.#latest.get(row.deliveryId) === row) this.#latest.delete(row.deliveryId);
  }
}

function isToGoOn({ result }: AttemptRow): boolean {
  if (!result) return true;
  const verdict = verdictInForce(result.verdict, result.health);
  return verdict.do === 'retry' || verdict.do === 'hold';
}

const deliveredBy = (
  entry:
    | EntryOf<'attempt.started' | 'delivery.dropped' | 'delivery.discarded'>
    | EntryOf<'attempt.finished' | 'attempt.late'>,
): Delivered => ({
  deliveryId: entry.delivery_id,
  eventId: entry.event_id,
  eventType: entry.event_type,
  subscriptionId: entry.subscription_id,
});
