/**
 * The delivery engine: `step` takes the state, one input and the time, changes the state and answers what has to be done.
 * Deliveries go out through `sending.ts`; outcomes come in through `settling.ts`, which alone acts on verdicts. Nothing here performs,
 * waits or throws.
 */
import { addTokens } from './credentials.ts';
import { duplicateAfterMs, shuffledPlace } from './disorder.ts';
import { activateFaults, activationFault, faultsAtPublish, type PublishFaults } from './fault.ts';
import type { FilterExpression } from './filter.ts';
import { explainFilter } from './filter-match.ts';
import { parseFilter } from './filter-parser.ts';
import { applyLifecycle } from './lifecycle.ts';
import { setPublisher } from './publisher-right.ts';
import { resend } from './resend.ts';
import { enqueue, pump, schedule } from './sending.ts';
import { countThrottled, finishAttempt } from './settling.ts';
import { type Lane, routeOf, type State } from './state.ts';
import { takeDueTimer } from './timers.ts';
import type { Input, JournalFact, QueuedDelivery, SealedEvent, Step } from './types.ts';
import { type EngineRules, record, recorder, type Stamp, type Work } from './work.ts';

export function step(state: State, input: Input, now: number, rules: EngineRules): Step {
  const { policy, disorder, rng } = rules;
  const work: Work = { state, now, effects: [], policy, disorder, rng };
  let deliveries: number | undefined;
  switch (input.type) {
    case 'publish':
      deliveries = publish(work, input.event, input.data);
      break;
    case 'resend': {
      const made = resend(work, input);
      return typeof made === 'string' ? { effects: work.effects, deliveryId: made } : { effects: [], rejection: made };
    }
    case 'attemptFinished':
      finishAttempt(work, input);
      break;
    case 'openGate':
      openGate(work, input.subscriptionId);
      break;
    case 'issueTokens':
      addTokens(state, input.tokens, now);
      break;
    case 'redeemToken':
      state.tokens.delete(input.value);
      break;
    case 'setFaults':
      state.faults = activateFaults(input.rules);
      break;
    case 'addFaults':
      state.faults.push(...activateFaults(input.rules));
      break;
    case 'setPublisher':
      setPublisher(work, input);
      break;
    case 'setDraining':
      state.draining = input.draining;
      for (const [id, lane] of state.lanes) pump(work, id, lane);
      break;
    case 'tick':
      wakeWhatIsDue(work);
      break;
    default: {
      const rejection = applyLifecycle(state, input, now, rules.policy, recorder(work));
      if (rejection) return { effects: [], rejection };
      if (input.type === 'createSubscription') delayActivation(work, input.subscription.id);
      if (input.type === 'updateSubscription') delayActivation(work, input.subscriptionId);
    }
  }
  const { effects } = work;
  return deliveries === undefined ? { effects } : { effects, deliveries };
}

/** A fault may keep a subscription from its events for longer than the policy does. */
function delayActivation({ state, now, rng }: Work, subscriptionId: string): void {
  const delayMs = activationFault(state.faults, subscriptionId, rng);
  const subscription = state.subscriptions.get(subscriptionId);
  if (delayMs !== undefined && subscription) subscription.activeFrom = Math.max(subscription.activeFrom, now + delayMs);
}

function publish(work: Work, event: SealedEvent, data: unknown): number {
  const { state, now } = work;
  state.counters.published++;
  const { id: eventId, type: eventType } = event;
  const published: JournalFact & Stamp = {
    type: 'event.published',
    eventId,
    eventType,
    deliveries: 0,
    seq: 0,
    at: now,
  };
  record(work, published);
  const takers = routeOf(state, event.type, event.source).filter((id) => takes(work, id, event, data));
  published.deliveries = takers.length;
  for (const subscriptionId of takers) owe(work, subscriptionId, event);
  return takers.length;
}

/** Whether an active subscription to the type takes this event, too. */
function takes(work: Work, subscriptionId: string, event: SealedEvent, data: unknown): boolean {
  const { state, now } = work;
  const subscription = state.subscriptions.get(subscriptionId);
  if (!subscription || now < subscription.activeFrom) return false;
  if (subscription.filter === undefined) return true;
  const { matches, because } = explainFilter(filterOf(state, subscription.filter), data);
  if (!matches)
    record(work, { type: 'event.filtered', eventId: event.id, eventType: event.type, subscriptionId, because });
  return matches;
}

/** The parsed filter. Its text was checked when the subscription was made. */
function filterOf(state: State, text: string): FilterExpression {
  const known = state.filters.get(text);
  if (known) return known;
  const parsed = parseFilter(text);
  const expression: FilterExpression = 'expression' in parsed ? parsed.expression : { kind: 'and', parts: [] };
  state.filters.set(text, expression);
  return expression;
}

/** Owes an event to a subscription: one delivery, and a duplicate of it where chance has it (R12). */
function owe(work: Work, subscriptionId: string, event: SealedEvent): void {
  const { state, now, disorder, rng } = work;
  const lane = state.lanes.get(subscriptionId);
  // An active subscription has one.
  if (!lane) return;
  const identified = state.subscriptions.get(subscriptionId)?.sendProductIdentifier === true;
  const order = state.nextDelivery++;
  const faults = state.faults.length > 0 ? faultsOfPublished(work, subscriptionId, event) : noFaults;
  const own = shuffledPlace(disorder, lane.nextPlace++, event.id, rng);
  const { placesBack } = faults;
  // Half a place more, so that it is behind the last of those that go first.
  const place = placesBack === undefined ? own : own + placesBack + 0.5;
  const delivery: QueuedDelivery = {
    state: 'queued',
    id: `d${order}`,
    order,
    subscriptionId,
    event,
    identified,
    attempt: 1,
    place,
  };
  if (placesBack !== undefined) delivery.letsOthersPass = true;
  enqueue(work, lane, delivery);

  const afterMs = faults.duplicateAfterMs ?? duplicateAfterMs(disorder, event.id, subscriptionId, rng);
  if (afterMs === undefined) return;
  const copy = state.nextDelivery++;
  const duplicate = { id: `d${copy}`, order: copy, subscriptionId, event, identified, duplicateOf: `d${order}` };
  state.counters.duplicates++;
  schedule(work, lane, { ...duplicate, state: 'scheduled', attempt: 1, dueAt: now + afterMs });
}

const noFaults: PublishFaults = {};

const faultsOfPublished = ({ state, rng }: Work, subscriptionId: string, event: SealedEvent): PublishFaults =>
  faultsAtPublish(state.faults, { eventId: event.id, eventType: event.type, subscriptionId }, rng);

function openGate(work: Work, subscriptionId: string): void {
  const lane = work.state.lanes.get(subscriptionId);
  if (lane?.gate !== 'held') return;
  lane.gate = 'open';
  pump(work, subscriptionId, lane);
}

function wakeWhatIsDue(work: Work): void {
  const { state, now } = work;
  for (let timer = takeDueTimer(state, now); timer; timer = takeDueTimer(state, now)) {
    const { kind, at, subscriptionId, deliveryId } = timer;
    const lane = state.lanes.get(subscriptionId);
    if (!lane) continue;
    if (kind === 'delivery') wakeDelivery(work, lane, deliveryId, at);
    else if (kind === 'throttled') countThrottled(work, lane, subscriptionId, deliveryId);
    else {
      lane.wakeAt = null;
      pump(work, subscriptionId, lane);
    }
  }
}

/** What was scheduled joins the end of its queue: order is not promised (R11). It may have been discarded since. */
function wakeDelivery(work: Work, lane: Lane, deliveryId: string, at: number): void {
  const delivery = lane.live.get(deliveryId);
  if (delivery?.state !== 'scheduled' || delivery.dueAt !== at) return;
  lane.live.delete(deliveryId);
  const { dueAt: _dueAt, ...owed } = delivery;
  enqueue(work, lane, { ...owed, state: 'queued', place: lane.nextPlace++ });
}
