import type { Actor, StopReason } from '../core/types.ts';
import type { JournalEntry } from './journal.ts';

type EntryOf<Type extends JournalEntry['type']> = Extract<JournalEntry, { type: Type }>;

/** What the journal has about one delivery of an event. */
export interface DeliveryStory {
  id: string;
  subscriptionId: string;
  duplicateOf?: string;
  /** The rule of the fault that its last attempt met. */
  fault?: string;
  lastAttempt?: EntryOf<'attempt.finished'>;
  end?: EntryOf<'delivery.dropped' | 'delivery.discarded'>;
}

/** When and why a subscription was stopped. */
export interface Stop {
  status: 'suspended' | 'revoked' | 'deleted';
  at: number;
  by: Actor;
  reason?: StopReason;
}

/** What the journal has about one event, and about subscriptions as they were when it was published. */
export interface EventStory {
  published: EntryOf<'event.published'>;
  deliveries: Map<string, DeliveryStory>;
  /** Which part of a subscription's filter was false. */
  filtered: Map<string, string>;
  /** The subscriptions that were stopped at the time of the publication. */
  stoppedThen: Map<string, Stop>;
  /** The first stop of each since: what was owed then was lost with it, whatever came later. */
  stoppedLater: Map<string, Stop>;
  createdLater: Set<string>;
  updatedLater: Set<string>;
}

/** Reads the story of an event off the journal; of its last publication when it was published again under its id. */
export function readEventStory(entries: Iterable<JournalEntry>, eventId: string): EventStory | undefined {
  const stopped = new Map<string, Stop>();
  let story: EventStory | undefined;
  for (const entry of entries) {
    if (entry.type === 'event.published' && entry.eventId === eventId) {
      story = {
        published: entry,
        deliveries: story?.deliveries ?? new Map(),
        filtered: new Map(),
        stoppedThen: new Map(stopped),
        stoppedLater: new Map(),
        createdLater: new Set(),
        updatedLater: new Set(),
      };
    } else if ('deliveryId' in entry) {
      if (story && entry.eventId === eventId) readDelivery(story.deliveries, entry);
    } else {
      readSubscription(stopped, story, entry);
      if (story && entry.type === 'event.filtered' && entry.eventId === eventId)
        story.filtered.set(entry.subscriptionId, entry.because);
    }
  }
  return story;
}

function readSubscription(stopped: Map<string, Stop>, story: EventStory | undefined, entry: JournalEntry): void {
  switch (entry.type) {
    case 'subscription.suspended':
    case 'subscription.revoked':
    case 'subscription.deleted': {
      const status = entry.type.slice('subscription.'.length) as Stop['status'];
      const stop = { status, at: entry.at, by: entry.by, ...('reason' in entry && { reason: entry.reason }) };
      stopped.set(entry.subscriptionId, stop);
      if (!story?.stoppedLater.has(entry.subscriptionId)) story?.stoppedLater.set(entry.subscriptionId, stop);
      break;
    }
    case 'subscription.resumed':
      stopped.delete(entry.subscriptionId);
      break;
    case 'subscription.created':
      story?.createdLater.add(entry.subscriptionId);
      break;
    case 'subscription.updated':
      story?.updatedLater.add(entry.subscriptionId);
      break;
  }
}

function readDelivery(
  deliveries: Map<string, DeliveryStory>,
  entry: Extract<JournalEntry, { deliveryId: string }>,
): void {
  const { deliveryId: id, subscriptionId } = entry;
  const story = deliveries.get(id) ?? { id, subscriptionId };
  deliveries.set(id, story);
  switch (entry.type) {
    case 'attempt.started':
    case 'attempt.finished':
      if (entry.duplicateOf !== undefined) story.duplicateOf = entry.duplicateOf;
      if (entry.type === 'attempt.started') delete story.fault;
      if (entry.fault) story.fault = entry.fault.rule;
      if (entry.type === 'attempt.finished') story.lastAttempt = entry;
      break;
    case 'delivery.resent':
      if (entry.duplicateOf !== undefined) story.duplicateOf = entry.duplicateOf;
      break;
    case 'delivery.dropped':
    case 'delivery.discarded':
      story.end = entry;
      break;
  }
}
