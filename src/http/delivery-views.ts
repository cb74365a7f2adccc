import type { State } from '../core/state.ts';
import { destinationName } from '../core/state.ts';
import type { Delivery, DeliveryRef, Outcome, Verdict } from '../core/types.ts';
import type { Journal, JournalEntry } from '../runtime/journal.ts';
import type { DeliveryView, OutcomeView, VerdictView } from './control-api.ts';

export const deliveryStates = ['queued', 'in_flight', 'scheduled', 'delivered', 'dropped', 'discarded'] as const;

export interface DeliveryQuery {
  subscriptionId?: string | undefined;
  eventId?: string | undefined;
  state?: DeliveryView['state'] | undefined;
  /** Most items to answer. */
  limit: number;
}

export const isoTime = (ms: number): string => new Date(ms).toISOString();

/**
 * The deliveries, newest first: what is live from the state, what has ended from the journal as far as it reaches back.
 * Put together when somebody asks, so that it costs a delivery nothing.
 */
export function deliveryViews(state: State, journal: Journal, query: DeliveryQuery): DeliveryView[] {
  const views = new Map<string, DeliveryView>();
  for (const entry of journal.entries()) readEntry(views, entry);
  for (const lane of state.lanes.values()) {
    for (const delivery of lane.live.values()) readLive(views, state, delivery);
    for (const delivery of lane.queue.items.slice(lane.queue.head)) readLive(views, state, delivery);
  }
  const wanted = [...views.values()].filter(
    (view) =>
      (query.subscriptionId === undefined || view.subscription_id === query.subscriptionId) &&
      (query.eventId === undefined || view.event_id === query.eventId) &&
      (query.state === undefined || view.state === query.state),
  );
  const order = (view: DeliveryView): number => Number(view.id.slice(1));
  return wanted.sort((a, b) => order(b) - order(a)).slice(0, query.limit);
}

function viewOf(
  views: Map<string, DeliveryView>,
  ref: DeliveryRef,
  destination = '',
  duplicateOf: string | undefined = undefined,
): DeliveryView {
  let view = views.get(ref.deliveryId);
  if (!view) {
    view = {
      id: ref.deliveryId,
      event_id: ref.eventId,
      event_type: ref.eventType,
      subscription_id: ref.subscriptionId,
      destination,
      state: 'queued',
      attempts: [],
    };
    views.set(ref.deliveryId, view);
  }
  if (destination) view.destination = destination;
  if (duplicateOf !== undefined) view.duplicate_of = duplicateOf;
  return view;
}

function readEntry(views: Map<string, DeliveryView>, entry: JournalEntry): void {
  switch (entry.type) {
    case 'attempt.started':
      viewOf(views, entry, entry.destination, entry.duplicateOf).attempts.push({
        attempt: entry.attempt,
        started_at: isoTime(entry.at),
        ...(entry.fault && { fault: entry.fault }),
      });
      break;
    case 'attempt.late': {
      const attempts = viewOf(views, entry, entry.destination).attempts;
      const attempt = attempts.find((candidate) => candidate.attempt === entry.attempt);
      if (attempt) attempt.late = { status: entry.status, duration_ms: entry.durationMs };
      break;
    }
    case 'attempt.finished': {
      const view = viewOf(views, entry, entry.destination);
      const attempt = view.attempts.at(-1);
      // A held attempt did not happen.
      if (entry.verdict.do === 'hold') view.attempts.pop();
      else if (attempt)
        Object.assign(attempt, {
          finished_at: isoTime(entry.at),
          outcome: outcomeView(entry.outcome),
          verdict: verdictView(entry.verdict),
        });
      if (entry.verdict.do === 'deliver') view.state = 'delivered';
      break;
    }
    case 'delivery.dropped':
    case 'delivery.discarded': {
      const view = viewOf(views, entry);
      view.state = entry.type === 'delivery.dropped' ? 'dropped' : 'discarded';
      view.reason = entry.reason;
      break;
    }
  }
}

function outcomeView(outcome: Outcome): OutcomeView {
  switch (outcome.kind) {
    case 'answered':
      return { kind: 'answered', status: outcome.status, duration_ms: outcome.durationMs };
    case 'timeout':
      return { kind: 'timeout', duration_ms: outcome.durationMs };
    case 'transportError': {
      const { reason, message, durationMs } = outcome;
      return { kind: 'transport_error', reason, message, duration_ms: durationMs };
    }
    case 'published':
      return { kind: 'published', duration_ms: outcome.durationMs };
    case 'publishFailed': {
      const { reason, code, message, durationMs } = outcome;
      return { kind: 'publish_failed', reason, code, message, duration_ms: durationMs };
    }
    default:
      return outcome;
  }
}

function verdictView(verdict: Verdict): VerdictView {
  if (verdict.do !== 'retry') return verdict;
  const { attempt, of, delayMs, dueAt } = verdict;
  return { do: 'retry', attempt, ...(of !== undefined && { of }), delay_ms: delayMs, due_at: isoTime(dueAt) };
}

const liveStates = { queued: 'queued', inFlight: 'in_flight', scheduled: 'scheduled' } as const;

function readLive(views: Map<string, DeliveryView>, state: State, delivery: Delivery): void {
  const subscription = state.subscriptions.get(delivery.subscriptionId);
  const { id: deliveryId, subscriptionId, event, duplicateOf } = delivery;
  const ref = { deliveryId, subscriptionId, eventId: event.id, eventType: event.type };
  const view = viewOf(views, ref, subscription && destinationName(subscription), duplicateOf);
  view.state = liveStates[delivery.state];
  if (delivery.state === 'scheduled') view.due_at = isoTime(delivery.dueAt);
}
