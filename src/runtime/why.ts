import { benchmarkEventType } from '../core/envelope.ts';
import type { Policy } from '../core/profile.ts';
import { sizeOf } from '../core/queue.ts';
import { nextSendAt } from '../core/rate.ts';
import type { Lane, State } from '../core/state.ts';
import type { Delivery, Outcome, QueuedDelivery } from '../core/types.ts';
import { type DeliveryStory, type EventStory, readEventStory, type Stop } from './event-story.ts';
import type { JournalEntry } from './journal.ts';

/** Where a delivery is, or why there is none. */
export type WhyReason =
  | 'delivered'
  | 'in_flight'
  | 'scheduled'
  | 'queued'
  | 'throttled'
  | 'held'
  | 'dropped'
  | 'discarded'
  | 'filtered'
  | 'not_subscribed'
  | 'other_source'
  | 'suspended'
  | 'revoked'
  | 'deleted'
  | 'not_yet_active'
  | 'created_later'
  | 'updated_later'
  | 'addressed_elsewhere'
  | 'unknown';

/** What became of an event at one subscription. An injected duplicate is explained on its own. */
export interface Explanation {
  subscriptionId: string;
  reason: WhyReason;
  /** One sentence for a person. */
  message: string;
  deliveryId?: string;
  duplicateOf?: string;
  /** The rule of the fault that its last attempt met. */
  fault?: string;
}

export interface EventExplanation {
  eventId: string;
  eventType: string;
  publishedAt: number;
  explanations: Explanation[];
}

export interface WhyQuestion {
  state: State;
  entries: Iterable<JournalEntry>;
  policy: Policy;
  now: number;
  eventId: string;
  /** Only about this one. */
  subscriptionId?: string | undefined;
}

type Answer = Pick<Explanation, 'reason' | 'message'>;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Explains where an event is for every subscription, or for one. Undefined when the journal does not know of the event. */
export function explainDelivery(question: WhyQuestion): EventExplanation | undefined {
  const { state, eventId, subscriptionId } = question;
  const story = readEventStory(question.entries, eventId);
  if (!story) return undefined;
  const live = liveDeliveries(state, eventId);
  for (const { id, subscriptionId: of, duplicateOf } of live.values()) {
    if (!story.deliveries.has(id))
      story.deliveries.set(id, { id, subscriptionId: of, ...(duplicateOf && { duplicateOf }) });
  }
  const asked = (id: string): boolean => subscriptionId === undefined || subscriptionId === id;
  const explanations = [...story.deliveries.values()]
    .filter((delivery) => asked(delivery.subscriptionId))
    .map((delivery) => explainOne(question, story, delivery, live.get(delivery.id)));
  const reached = new Set(explanations.map((explanation) => explanation.subscriptionId));
  const others = subscriptionId === undefined ? state.subscriptions.keys() : [subscriptionId];
  for (const id of others) {
    if (!reached.has(id)) explanations.push({ subscriptionId: id, ...whyNone(question, story, id) });
  }
  const { eventType, at: publishedAt } = story.published;
  return { eventId, eventType, publishedAt, explanations };
}

function liveDeliveries(state: State, eventId: string): Map<string, Delivery> {
  const live = new Map<string, Delivery>();
  for (const lane of state.lanes.values()) {
    const queued = lane.queue.items.slice(lane.queue.head);
    for (const delivery of [...queued, ...lane.live.values()])
      if (delivery.event.id === eventId) live.set(delivery.id, delivery);
  }
  return live;
}

function explainOne(
  question: WhyQuestion,
  story: EventStory,
  told: DeliveryStory,
  live: Delivery | undefined,
): Explanation {
  const { id: deliveryId, subscriptionId, duplicateOf, fault } = told;
  const answer = live ? whereIs(question, live, told) : howEnded(story, told);
  const marks = [
    duplicateOf === undefined ? '' : `an injected duplicate of ${duplicateOf}`,
    fault === undefined ? '' : `its last attempt met the fault "${fault}"`,
  ].filter(Boolean);
  const message = marks.length > 0 ? `${answer.message} (${marks.join('; ')})` : answer.message;
  return {
    subscriptionId,
    reason: answer.reason,
    message,
    deliveryId,
    ...(duplicateOf !== undefined && { duplicateOf }),
    ...(fault !== undefined && { fault }),
  };
}

function whereIs({ state, policy, now }: WhyQuestion, delivery: Delivery, { lastAttempt }: DeliveryStory): Answer {
  switch (delivery.state) {
    case 'inFlight':
      return { reason: 'in_flight', message: `attempt ${delivery.attempt} is in flight` };
    case 'scheduled': {
      const due = iso(delivery.dueAt);
      if (delivery.fault)
        return { reason: 'scheduled', message: `held up until ${due} by the fault "${delivery.fault.rule}"` };
      if (!lastAttempt) return { reason: 'scheduled', message: `its first attempt is due at ${due}` };
      const isPublished = lastAttempt.outcome.kind === 'publishFailed';
      const of = isPublished ? '' : ` of ${policy.retryDelaysMs.length}`;
      const retry = `retry ${delivery.attempt - 1}${of} is due at ${due}`;
      return {
        reason: 'scheduled',
        message: `${retry}, because attempt ${lastAttempt.attempt} ${described(lastAttempt.outcome)}`,
      };
    }
    case 'queued': {
      const lane = state.lanes.get(delivery.subscriptionId);
      const isLimited = state.subscriptions.get(delivery.subscriptionId)?.config.type === 'https';
      return lane ? whyQueued(lane, delivery, isLimited, policy, now) : { reason: 'queued', message: 'queued' };
    }
  }
}

function whyQueued(lane: Lane, delivery: QueuedDelivery, isLimited: boolean, policy: Policy, now: number): Answer {
  const before = lane.queue.items.indexOf(delivery) - lane.queue.head;
  const place = `${before} of ${sizeOf(lane.queue)} queued are before it`;
  if (lane.gate === 'held')
    return { reason: 'held', message: `held, because nobody listens at the other end of the relay; ${place}` };
  if (isLimited && nextSendAt(lane.rate, policy) > now)
    return { reason: 'throttled', message: `waits for its turn at ${lane.rate.perSecond} events/s; ${place}` };
  return { reason: 'queued', message: `queued, with ${lane.inFlight} in flight; ${place}` };
}

function howEnded(story: EventStory, { subscriptionId, lastAttempt, end }: DeliveryStory): Answer {
  if (end?.type === 'delivery.dropped') {
    const after = lastAttempt ? ` after attempt ${lastAttempt.attempt}, which ${described(lastAttempt.outcome)}` : '';
    return { reason: 'dropped', message: `dropped at ${iso(end.at)}${after}: ${end.reason.replaceAll('_', ' ')}` };
  }
  if (end) {
    const stop = story.stoppedLater.get(subscriptionId);
    const why = stop ? stopText(stop) : `the subscription was ${end.reason}`;
    return { reason: 'discarded', message: `lost at ${iso(end.at)}: ${why}` };
  }
  if (lastAttempt?.verdict.do === 'deliver')
    return { reason: 'delivered', message: `delivered by attempt ${lastAttempt.attempt} at ${iso(lastAttempt.at)}` };
  return { reason: 'unknown', message: 'the journal does not reach back to its end' };
}

/** Why an event made no delivery for a subscription: the first that was in the way at its publication. */
function whyNone({ state, now }: WhyQuestion, story: EventStory, id: string): Answer {
  const subscription = state.subscriptions.get(id);
  const { published, filtered, stoppedThen, createdLater, updatedLater } = story;
  if (published.addressedTo !== undefined)
    return {
      reason: 'addressed_elsewhere',
      message: `it was sent again to the subscription ${published.addressedTo} alone`,
    };
  const stop = stoppedThen.get(id);
  if (stop) return { reason: stop.status, message: stopText(stop) };
  if (!subscription) return { reason: 'unknown', message: 'the mock knows no such subscription' };
  if (createdLater.has(id)) {
    const times = `the subscription was created at ${iso(subscription.createdAt)}, the event published at ${iso(published.at)}`;
    return { reason: 'created_later', message: times };
  }
  const because = filtered.get(id);
  if (because !== undefined) return { reason: 'filtered', message: `its filter does not match: ${because}` };
  if (updatedLater.has(id))
    return {
      reason: 'updated_later',
      message: 'the subscription has been updated since; as it was then, it did not take the event',
    };
  if ((subscription.source === 'benchmark') !== (published.eventType === benchmarkEventType)) {
    return {
      reason: 'other_source',
      message: `the subscription's source is ${subscription.source}, the event is of another`,
    };
  }
  if (!subscription.events.includes(published.eventType))
    return { reason: 'not_subscribed', message: `the subscription does not name ${published.eventType}` };
  if (published.at < subscription.activeFrom)
    return {
      reason: 'not_yet_active',
      message:
        now < subscription.activeFrom
          ? `the subscription becomes active at ${iso(subscription.activeFrom)}`
          : `the subscription became active at ${iso(subscription.activeFrom)} only`,
    };
  return { reason: 'unknown', message: 'the journal does not reach back far enough to tell' };
}

function stopText({ status, at, by, reason }: Stop): string {
  const why = reason === undefined || reason === 'requested' ? '' : ` (${reason.replaceAll('_', ' ')})`;
  return `the subscription was ${status} by ${by === 'user' ? 'its user' : 'the platform'} at ${iso(at)}${why}`;
}

function described(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'answered':
      return `was answered with ${outcome.status}`;
    case 'timeout':
      return 'timed out';
    case 'transportError':
      return `failed: ${outcome.reason.replaceAll('_', ' ')}`;
    case 'published':
      return 'was published';
    case 'publishFailed':
      return `failed: ${outcome.reason.replaceAll('_', ' ')} (${outcome.message})`;
    case 'refused':
      return `was refused: ${outcome.message}`;
    case 'held':
      return 'was held';
  }
}
