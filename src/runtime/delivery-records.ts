import { openEvent } from '../core/envelope.ts';
import { destinationName, type State } from '../core/state.ts';
import type { CloudEvent, Delivery, DeliveryRef, Fault, Outcome, Verdict } from '../core/types.ts';
import type { EventArchive } from './event-archive.ts';
import type { JournalEntry, JournalReader } from './journal.ts';

export const deliveryStates = ['queued', 'inFlight', 'scheduled', 'delivered', 'dropped', 'discarded'] as const;
/** Where a delivery stands. */
export type DeliveryState = (typeof deliveryStates)[number];

/** One try of a delivery. Times are milliseconds since the epoch on the mock's clock. */
export interface AttemptRecord {
  /** 1 for the first. */
  attempt: number;
  /** The number of the journal entry of its start: attempts in the order in which they were started. */
  seq: number;
  startedAt: number;
  finishedAt?: number;
  outcome?: Outcome;
  verdict?: Verdict;
  /** What was injected into it. */
  fault?: Fault;
  /** The answer that came after the deadline. */
  late?: { status: number; durationMs: number };
}

/** One event owed to one subscription, with every attempt at it. */
export interface DeliveryRecord {
  /** `d1`, `d2`… in the order in which deliveries came to be. */
  id: string;
  eventId: string;
  eventType: string;
  subscriptionId: string;
  /** The URL or topic. */
  destination: string;
  /** The delivery that this one repeats, injected as a duplicate (R12). */
  duplicateOf?: string;
  state: DeliveryState;
  /** Why it was dropped or discarded. */
  reason?: string;
  /** When a scheduled one comes due. */
  dueAt?: number;
  attempts: AttemptRecord[];
  /** The event as it was published, without a subject, as long as the mock keeps it. Read when asked for. */
  readonly event: CloudEvent | undefined;
}

/** What deliveries are read from. */
export interface DeliverySources {
  state: State;
  journal: JournalReader;
  archive: EventArchive;
}

/**
 * The deliveries in the order in which they came to be: what is live from the state, what has ended from the journal as far as it
 * reaches back. Put together when somebody asks, so that it costs a delivery nothing.
 */
export function deliveryRecords({ state, journal, archive }: DeliverySources): DeliveryRecord[] {
  const records = new Records(archive);
  for (const entry of journal.entries()) readEntry(records, entry);
  for (const lane of state.lanes.values()) {
    for (const delivery of lane.live.values()) readLive(records, state, delivery);
    for (const delivery of lane.queue.items.slice(lane.queue.head)) readLive(records, state, delivery);
  }
  const all = records.inOrder();
  // What ended before its first attempt.
  for (const record of all) {
    const subscription = record.destination === '' ? state.subscriptions.get(record.subscriptionId) : undefined;
    if (subscription) record.destination = destinationName(subscription);
  }
  return all;
}

class Records {
  readonly #byId = new Map<string, DeliveryRecord>();
  readonly #archive: EventArchive;

  constructor(archive: EventArchive) {
    this.#archive = archive;
  }

  of({ deliveryId: id, eventId, eventType, subscriptionId }: DeliveryRef): DeliveryRecord {
    const known = this.#byId.get(id);
    if (known) return known;
    const archive = this.#archive;
    let event: CloudEvent | undefined;
    const record: DeliveryRecord = {
      id,
      eventId,
      eventType,
      subscriptionId,
      destination: '',
      state: 'queued',
      attempts: [],
      get event() {
        const sealed = archive.get(eventId);
        event ??= sealed && openEvent(sealed);
        return event;
      },
    };
    this.#byId.set(id, record);
    return record;
  }

  inOrder(): DeliveryRecord[] {
    const order = ({ id }: DeliveryRecord): number => Number(id.slice(1));
    return [...this.#byId.values()].sort((a, b) => order(a) - order(b));
  }
}

function readEntry(records: Records, entry: JournalEntry): void {
  switch (entry.type) {
    case 'attempt.started': {
      const record = records.of(entry);
      record.destination = entry.destination;
      if (entry.duplicateOf !== undefined) record.duplicateOf = entry.duplicateOf;
      record.attempts.push({
        attempt: entry.attempt,
        seq: entry.seq,
        startedAt: entry.at,
        ...(entry.fault && { fault: entry.fault }),
      });
      return;
    }
    case 'attempt.late': {
      const attempt = records.of(entry).attempts.find((candidate) => candidate.attempt === entry.attempt);
      if (attempt) attempt.late = { status: entry.status, durationMs: entry.durationMs };
      return;
    }
    case 'attempt.finished': {
      const record = records.of(entry);
      record.destination = entry.destination;
      const { at: finishedAt, outcome, verdict } = entry;
      const attempt = record.attempts.at(-1);
      // A held attempt did not happen.
      if (verdict.do === 'hold') record.attempts.pop();
      else if (attempt) Object.assign(attempt, { finishedAt, outcome, verdict });
      if (verdict.do === 'deliver') record.state = 'delivered';
      return;
    }
    case 'delivery.dropped':
    case 'delivery.discarded': {
      const record = records.of(entry);
      record.state = entry.type === 'delivery.dropped' ? 'dropped' : 'discarded';
      record.reason = entry.reason;
      if (entry.duplicateOf !== undefined) record.duplicateOf = entry.duplicateOf;
      return;
    }
  }
}

function readLive(records: Records, state: State, delivery: Delivery): void {
  const subscription = state.subscriptions.get(delivery.subscriptionId);
  const { id: deliveryId, subscriptionId, event, duplicateOf } = delivery;
  const record = records.of({ deliveryId, subscriptionId, eventId: event.id, eventType: event.type });
  if (subscription) record.destination = destinationName(subscription);
  if (duplicateOf !== undefined) record.duplicateOf = duplicateOf;
  record.state = delivery.state;
  if (delivery.state === 'scheduled') record.dueAt = delivery.dueAt;
}
