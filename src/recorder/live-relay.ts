import { uuidv7 } from '../core/ids.ts';
import type { Rng } from '../core/rng.ts';
import { destinationName } from '../core/state.ts';
import type { JournalFact, Outcome, Subscription, Verdict } from '../core/types.ts';
import { isEventType, pimEventTypes, resolveTypes } from '../events/catalog.ts';
import { RelayHub } from '../relay/hub.ts';
import type { ReceivedDelivery } from './received-delivery.ts';

export interface LiveRelayOptions {
  now(): number;
  /** How long a handler has to answer. */
  ackDeadlineMs: number;
  rng: Rng;
  record(fact: JournalFact): void;
  /** Told what a handler answered, and where it is. */
  answered(delivery: LiveDelivery, outcome: Outcome, verdict: Verdict): void;
}

/** A delivery on its way to a handler. */
export interface LiveDelivery {
  deliveryId: string;
  eventId: string;
  eventType: string;
  subscriptionId: string;
  destination: string;
  attempt: 1;
}

/** What a subscription is asked for with that a listener gets. */
interface Wish {
  events: string[] | null;
}

/** Passed on and not answered yet. A handler that is slower than the platform misses the rest: it is in the file. */
const mostInFlight = 1_000;

/** Subscriptions that exist in the recorder only. Reserved by RFC 6761: nothing is ever delivered to it directly. */
const recorderOrigin = 'https://recorder.invalid';
const nobody = { pimUrl: recorderOrigin, clientId: 'aep-mock', subscriberId: 'recorder' };

/** A destination with this path and query: a handler that is named without one gets what the platform asked for. */
const destinationAt = (path: string): Subscription['config'] => ({
  type: 'https',
  url: recorderOrigin + path,
  secret: { primary: '' },
});

/**
 * Passes what is recorded on to whoever listens. Nobody waits for it: what it comes to changes neither the answer to the platform nor
 * what is written.
 */
export class LiveRelay {
  readonly hub: RelayHub;
  readonly #options: LiveRelayOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  /** Types that are not in the catalogue, and that somebody who listens has missed. */
  readonly #missedTypes = new Set<string>();
  #last = 0;
  #inFlight = 0;

  constructor(options: LiveRelayOptions) {
    this.#options = options;
    const { now, ackDeadlineMs, record } = options;
    this.hub = new RelayHub({
      now,
      ackDeadlineMs,
      record,
      whileOffline: 'fail',
      subscriptions: () => this.#subscriptions.values(),
      ensureSubscription: async (wish) => ({ id: this.#subscribe(wish), secret: '' }),
      resumeSubscription: () => {},
      // Deliveries have the signatures of the platform.
      changeSecret: () => {},
      dropSubscription: (id) => void this.#subscriptions.delete(id),
    });
    // Whoever listens without a wish of their own finds this one.
    this.#subscribe({ events: null });
  }

  /** Passes a delivery on. Answers to how many listeners; undefined when they are too slow for more. */
  pass({ event, text, headers, url }: ReceivedDelivery): number | undefined {
    if (!event || text === undefined) return 0;
    let passed = 0;
    const config = destinationAt(url);
    for (const subscribed of this.#subscriptions.values()) {
      const subscription = { ...subscribed, config };
      if (this.hub.resolve(subscription) !== 'online') continue;
      if (!takes(subscription, event.type)) {
        this.#missed(event.type);
        continue;
      }
      if (this.#inFlight >= mostInFlight) return undefined;
      passed++;
      void this.#send(subscription, { id: event.id, type: event.type, body: text, headers });
    }
    return passed;
  }

  close(): Promise<void> {
    return this.hub.close();
  }

  /** Whoever names types cannot name one that the platform has added since. */
  #missed(type: string): void {
    if (isEventType(type) || this.#missedTypes.has(type)) return;
    this.#missedTypes.add(type);
    const message = `${type} is not in the catalogue: it is recorded, and passed on to those only who listen to all events`;
    this.#options.record({ type: 'mock.warning', message });
  }

  async #send(
    subscription: Subscription,
    {
      id: eventId,
      type: eventType,
      body,
      headers,
    }: { id: string; type: string; body: string; headers: Record<string, string> },
  ): Promise<void> {
    const { ackDeadlineMs, answered } = this.#options;
    const deliveryId = `d${++this.#last}`;
    this.#inFlight++;
    const outcome = await this.hub.send({
      deliveryId,
      attempt: 1,
      subscription,
      eventId,
      eventType,
      body,
      headers,
      ackDeadlineMs,
    });
    this.#inFlight--;
    const delivery: LiveDelivery = {
      ...{ deliveryId, eventId, eventType, subscriptionId: subscription.id },
      destination: destinationName(subscription),
      attempt: 1,
    };
    const verdict = verdictOn(outcome);
    this.hub.verdict({ type: 'attempt.finished', ...delivery, outcome, verdict });
    answered(delivery, outcome, verdict);
  }

  #subscribe({ events }: Wish): string {
    const types = events ? [...new Set(events.flatMap((pattern) => resolveTypes(pattern)))] : [...pimEventTypes];
    for (const left of this.#subscriptions.values())
      if (left.events.join() === types.join() && this.hub.resolve(left) !== 'online') return left.id;
    const now = this.#options.now();
    const id = uuidv7(this.#options.rng, now);
    this.#subscriptions.set(id, {
      ...nobody,
      id,
      source: 'pim',
      events: types,
      status: 'active',
      config: destinationAt('/'),
      sendProductIdentifier: false,
      activeFrom: now,
      createdAt: now,
      updatedAt: now,
    });
    return id;
  }
}

/** Whoever wants every type that there is wants those too that the platform has added since. */
const takes = ({ events }: Subscription, type: string): boolean =>
  events.includes(type) || pimEventTypes.every((known) => events.includes(known));

/** The platform has its answer, so that a failure is nothing that it would mend. */
const verdictOn = (outcome: Outcome): Verdict =>
  outcome.kind === 'answered' && outcome.status === 200
    ? { do: 'deliver' }
    : { do: 'drop', reason: 'not_retryable', message: notRepeated };

const notRepeated = 'recorded and acknowledged, so that it does not come again';
