import { step } from '../core/engine.ts';
import { bodyFor } from '../core/envelope.ts';
import type { Policy } from '../core/profile.ts';
import { nextDueAt, type State } from '../core/state.ts';
import type { InFlightDelivery, Input, Outcome, Rejection, Subscription } from '../core/types.ts';
import type { Clock } from './clock.ts';
import type { DestinationRegistry } from './destinations/registry.ts';
import type { Journal } from './journal.ts';
import { deliveryHeaders } from './signature.ts';

export interface DriverOptions {
  state: State;
  policy: Policy;
  clock: Clock;
  journal: Journal;
  destinations: DestinationRegistry;
}

/** Runs the engine: feeds it inputs, performs its effects, and wakes it when something comes due. */
export class Driver {
  readonly #policy: Policy;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #destinations: DestinationRegistry;
  #state: State;
  #inFlight = 0;
  #armedAt: number | undefined;
  #disarm: () => void = () => {};
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(options: DriverOptions) {
    this.#state = options.state;
    this.#policy = options.policy;
    this.#clock = options.clock;
    this.#journal = options.journal;
    this.#destinations = options.destinations;
  }

  get state(): State {
    return this.#state;
  }

  /** Gives the engine an input and performs what it asks for. Answers why the input was not taken, if so. */
  dispatch(input: Input): Rejection | undefined {
    const { effects, rejection } = step(this.#state, input, this.#clock.now(), this.#policy);
    for (const effect of effects) {
      if (effect.type === 'record') this.#journal.append(effect.entry);
      else this.#attempt(effect.delivery, effect.subscription);
    }
    this.#arm();
    return rejection;
  }

  /** Resolves when no attempt is in flight. */
  async idle(): Promise<void> {
    while (this.#inFlight > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Starts over with another state. Answers to what is in flight from before are of no interest any more. */
  replaceState(state: State): void {
    this.#state = state;
    this.#arm();
  }

  /** Starts nothing new, and waits for what is in flight: at most an ack deadline. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#disarm();
    await this.idle();
  }

  #attempt(delivery: InFlightDelivery, subscription: Subscription): void {
    if (this.#closed) return;
    const state = this.#state;
    this.#inFlight++;
    this.#send(delivery, subscription)
      .catch(unexpected)
      .then((outcome) => {
        if (state === this.#state) this.#finish(delivery, subscription, outcome);
        this.#inFlight--;
        if (this.#inFlight === 0) for (const resolve of this.#waiting.splice(0)) resolve();
      });
  }

  #send(delivery: InFlightDelivery, subscription: Subscription): Promise<Outcome> {
    const { id: deliveryId, attempt, event } = delivery;
    const body = bodyFor(event, subscription.id);
    const headers =
      subscription.config.type === 'https' ? deliveryHeaders(subscription.config, body, event.correlationId) : {};
    return this.#destinations.send({
      deliveryId,
      attempt,
      subscription,
      eventId: event.id,
      eventType: event.type,
      body,
      headers,
      ackDeadlineMs: this.#policy.ackDeadlineMs,
    });
  }

  #finish(delivery: InFlightDelivery, subscription: Subscription, outcome: Outcome): void {
    const { id: deliveryId, attempt, subscriptionId } = delivery;
    this.dispatch({ type: 'attemptFinished', subscriptionId, deliveryId, attempt, outcome });
    // Somebody may have come to the relay's other end while this one was on its way back.
    if (outcome.kind === 'held' && this.#destinations.isOnline(subscription))
      this.dispatch({ type: 'openGate', subscriptionId });
  }

  /** One timer for the engine, set to the first due time. */
  #arm(): void {
    const at = nextDueAt(this.#state);
    if (at === this.#armedAt) return;
    this.#disarm();
    this.#armedAt = at;
    if (at === undefined || this.#closed) return;
    this.#disarm = this.#clock.wakeAt(at, () => {
      this.#armedAt = undefined;
      this.dispatch({ type: 'tick' });
    });
  }
}

/** Destinations answer with outcomes; should one throw all the same, the delivery fails like any other and nothing hangs. */
const unexpected = (error: unknown): Outcome => ({
  kind: 'transportError',
  reason: 'destination_failure',
  message: error instanceof Error ? error.message : String(error),
  durationMs: 0,
});
