import { openEvent } from '../core/envelope.ts';
import { destinationName, type State } from '../core/state.ts';
import type { CloudEvent, Delivery, DeliveryRef, SealedEvent } from '../core/types.ts';
import type { AttemptRecord, DeliveryRecord, DeliveryState } from './delivery-records.ts';
import type { EventArchive } from './event-archive.ts';
import type { JournalEntry, JournalReader } from './journal.ts';

/** What deliveries are read from. */
export interface DeliverySources {
  state(): State;
  journal: JournalReader;
  archive: EventArchive;
}

/** What is known about one delivery, and the record that was last made of it. */
interface Told {
  readonly id: string;
  readonly order: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly subscriptionId: string;
  // As the journal says.
  duplicateOf?: string;
  destination: string;
  state: DeliveryState;
  reason?: string;
  attempts: readonly AttemptRecord[];
  /** The number of the last journal entry about it; 0 when there is none. */
  lastSeq: number;
  /** As the state says, while it is live. */
  live?: Live;
  /** The number of the question at which it was live last. */
  liveAt: number;
  /** Missing when something has changed since it was made. */
  record?: DeliveryRecord;
}

interface Live {
  state: DeliveryState;
  dueAt: number | undefined;
  destination: string | undefined;
}

/**
 * The deliveries: what is live from the state, what has ended from the journal as far as it reaches back. Put together when somebody
 * asks, so that it costs a delivery nothing; who asks again and again pays for what is new and what is live.
 */
export class DeliveryLedger {
  readonly #sources: DeliverySources;
  readonly #byId = new Map<string, Told>();
  /** In the order in which they came to be. */
  #all: Told[] = [];
  #isInOrder = true;
  #live: Told[] = [];
  #questions = 0;
  #readTo = 0;
  /** The first journal entry that was kept when somebody asked last. */
  #firstSeq = 1;
  /** The events that were asked for, as long as the archive has them. */
  readonly #opened = new WeakMap<SealedEvent, CloudEvent>();

  constructor(sources: DeliverySources) {
    this.#sources = sources;
  }

  /** The deliveries in the order in which they came to be. */
  records(): DeliveryRecord[] {
    const state = this.#sources.state();
    this.#questions++;
    this.#readJournal();
    this.#readLive(state);
    this.#forget();
    if (!this.#isInOrder) this.#all.sort((a, b) => a.order - b.order);
    this.#isInOrder = true;
    return this.#all.map((told) => {
      told.record ??= this.#recordOf(told, state);
      return told.record;
    });
  }

  #readJournal(): void {
    const { journal } = this.#sources;
    // The journal has begun anew, or everything that was read has made room: numbers of deliveries may mean others now.
    if (journal.firstSeq > this.#readTo) {
      this.#byId.clear();
      this.#all = [];
      this.#live = [];
    }
    for (const entry of journal.entries(this.#readTo)) {
      if ('deliveryId' in entry) readEntry(this.#toldOf(entry), entry);
    }
    this.#readTo = journal.lastSeq;
  }

  #readLive(state: State): void {
    const before = this.#live;
    this.#live = [];
    for (const [subscriptionId, { live, queue }] of state.lanes) {
      const subscription = state.subscriptions.get(subscriptionId);
      const destination = subscription && destinationName(subscription);
      for (const delivery of live.values()) this.#readDelivery(delivery, destination);
      for (let n = queue.head; n < queue.items.length; n++) {
        const delivery = queue.items[n];
        if (delivery) this.#readDelivery(delivery, destination);
      }
    }
    for (const told of before) {
      if (told.liveAt === this.#questions) continue;
      delete told.live;
      delete told.record;
    }
  }

  #readDelivery(delivery: Delivery, destination: string | undefined): void {
    const { state } = delivery;
    const dueAt = state === 'scheduled' ? delivery.dueAt : undefined;
    const told = this.#byId.get(delivery.id) ?? this.#toldOf(refOf(delivery));
    const { live } = told;
    if (!live || live.state !== state || live.dueAt !== dueAt || live.destination !== destination) {
      told.live = { state, dueAt, destination };
      delete told.record;
    }
    told.liveAt = this.#questions;
    this.#live.push(told);
  }

  /** What has ended is known as long as the journal has an entry about it. */
  #forget(): void {
    const { firstSeq } = this.#sources.journal;
    if (firstSeq === this.#firstSeq) return;
    this.#firstSeq = firstSeq;
    this.#all = this.#all.filter(({ id, lastSeq, live }) => {
      const isKept = lastSeq >= firstSeq || live !== undefined;
      if (!isKept) this.#byId.delete(id);
      return isKept;
    });
  }

  #toldOf({ deliveryId: id, eventId, eventType, subscriptionId, duplicateOf }: DeliveryRef): Told {
    let told = this.#byId.get(id);
    if (!told) {
      const order = Number(id.slice(1));
      const blank = { destination: '', state: 'queued', attempts: [], lastSeq: 0, liveAt: 0 } as const;
      told = { id, order, eventId, eventType, subscriptionId, ...blank };
      this.#byId.set(id, told);
      this.#isInOrder &&= order > (this.#all.at(-1)?.order ?? 0);
      this.#all.push(told);
    }
    if (duplicateOf !== undefined) told.duplicateOf = duplicateOf;
    return told;
  }

  #recordOf(told: Told, state: State): DeliveryRecord {
    const { id, eventId, eventType, subscriptionId, duplicateOf, reason, attempts, live } = told;
    // What ended before its first attempt went nowhere: where it was to go.
    const subscription = told.destination === '' ? state.subscriptions.get(subscriptionId) : undefined;
    const destination = live?.destination ?? (subscription ? destinationName(subscription) : told.destination);
    const eventOf = (): CloudEvent | undefined => this.#eventOf(eventId);
    return {
      id,
      eventId,
      eventType,
      subscriptionId,
      destination,
      ...(duplicateOf !== undefined && { duplicateOf }),
      state: live?.state ?? told.state,
      ...(reason !== undefined && { reason }),
      ...(live?.dueAt !== undefined && { dueAt: live.dueAt }),
      attempts,
      get event() {
        return eventOf();
      },
    };
  }

  #eventOf(id: string): CloudEvent | undefined {
    const sealed = this.#sources.archive.get(id);
    if (!sealed) return undefined;
    const event = this.#opened.get(sealed) ?? openEvent(sealed);
    this.#opened.set(sealed, event);
    return event;
  }
}

const refOf = ({ id: deliveryId, subscriptionId, event, duplicateOf }: Delivery): DeliveryRef => ({
  deliveryId,
  eventId: event.id,
  eventType: event.type,
  subscriptionId,
  ...(duplicateOf !== undefined && { duplicateOf }),
});

/** What has been handed out stays as it was: nothing is changed in place. */
function readEntry(told: Told, entry: Extract<JournalEntry, { deliveryId: string }>): void {
  delete told.record;
  told.lastSeq = entry.seq;
  switch (entry.type) {
    case 'attempt.started': {
      const { attempt, seq, at: startedAt, fault } = entry;
      told.destination = entry.destination;
      told.attempts = frozen([...told.attempts, { attempt, seq, startedAt, ...(fault && { fault }) }]);
      return;
    }
    case 'attempt.late': {
      const { attempt, status, durationMs } = entry;
      told.attempts = frozen(
        told.attempts.map((each) => (each.attempt === attempt ? { ...each, late: { status, durationMs } } : each)),
      );
      return;
    }
    case 'attempt.finished': {
      const { at: finishedAt, outcome, verdict } = entry;
      told.destination = entry.destination;
      const last = told.attempts.at(-1);
      // A held attempt did not happen.
      const ended = last && verdict.do !== 'hold' ? [{ ...last, finishedAt, outcome, verdict }] : [];
      told.attempts = frozen([...told.attempts.slice(0, -1), ...ended]);
      if (verdict.do === 'deliver') told.state = 'delivered';
      return;
    }
    case 'delivery.dropped':
    case 'delivery.discarded':
      told.state = entry.type === 'delivery.dropped' ? 'dropped' : 'discarded';
      told.reason = entry.reason;
      return;
  }
}

function frozen(attempts: AttemptRecord[]): readonly AttemptRecord[] {
  for (const attempt of attempts) Object.freeze(attempt);
  return Object.freeze(attempts);
}
