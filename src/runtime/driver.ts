import type { Capturable } from '../core/capturable.ts';
import { step } from '../core/engine.ts';
import { bodyFor } from '../core/envelope.ts';
import { refOf, sizeOf } from '../core/queue.ts';
import type { State } from '../core/state.ts';
import { nextDueAt } from '../core/timers.ts';
import type {
  InFlightDelivery,
  Input,
  JournalFact,
  Outcome,
  Rejection,
  SealedEvent,
  Step,
  Subscription,
} from '../core/types.ts';
import type { EngineRules } from '../core/work.ts';
import type { Clock } from './clock.ts';
import type { DeliveryRequest, LateAnswer } from './destinations/port.ts';
import type { DestinationRegistry } from './destinations/registry.ts';
import { sendWithFault } from './fault-injection.ts';
import type { Journal } from './journal.ts';
import { messageAttributes } from './message-attributes.ts';
import { deliveryHeaders } from './signature.ts';
import { TextPacker } from './text-packer.ts';
import type { WireExchange, WireLog } from './wire-log.ts';

export interface DriverOptions {
  state: State;
  rules: EngineRules;
  clock: Clock;
  journal: Journal;
  destinations: DestinationRegistry;
  wire: WireLog;
}

/** An attempt that is under way; `outcome` is there once it has come to one. */
interface Pending {
  delivery: InFlightDelivery;
  subscription: Subscription;
  state: State;
  /** Undefined while nothing has gone out. */
  exchange: WireExchange | undefined;
  outcome: Outcome | undefined;
}

/** From how many deliveries on their events' texts are kept aside: some MB, and seconds until the last of them goes out. */
const manyOwed = 10_000;

type Remark = Extract<JournalFact, { type: 'mock.warning' }>;

/** What the engine knows, and the latest time that it was told. */
export interface DriverState {
  state: State;
  now: number;
}

/** Runs the engine: feeds it inputs, performs its effects, and wakes it when something comes due. */
export class Driver implements Capturable<DriverState> {
  readonly #rules: EngineRules;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #destinations: DestinationRegistry;
  readonly #wire: WireLog;
  #state: State;
  /** In the order in which they were started. */
  readonly #pending = new Set<Pending>();
  readonly #measured = new WeakMap<Outcome, number>();
  /** The latest time that the engine was told. */
  #now = Number.NEGATIVE_INFINITY;
  #armedAt: number | undefined;
  #disarm: () => void = () => {};
  #waiting: (() => void)[] = [];
  readonly #texts = new TextPacker(() => this.mostOwed > manyOwed);
  #remarks: Remark[] = [];
  /** How many wait for what is in flight and want nothing new. */
  #holds = 0;
  #closed = false;

  constructor(options: DriverOptions) {
    this.#state = options.state;
    this.#rules = options.rules;
    this.#clock = options.clock;
    this.#journal = options.journal;
    this.#destinations = options.destinations;
    this.#wire = options.wire;
  }

  get state(): State {
    return this.#state;
  }

  /** Gives the engine an input and performs what it asks for. Answers why the input was not taken, if so. */
  dispatch(input: Input): Rejection | undefined {
    return this.#step(input).rejection;
  }

  /** Publishes an event and answers how many deliveries it made. `data` is what filters look at. */
  publish(event: SealedEvent, data: unknown): number {
    const deliveries = this.#step({ type: 'publish', event, data }).deliveries ?? 0;
    if (deliveries > 0) this.#texts.add(event);
    return deliveries;
  }

  /** Sends a past delivery again and answers the id of the one that it made, or why there is none. */
  resend(what: Omit<Extract<Input, { type: 'resend' }>, 'type'>): Pick<Step, 'deliveryId' | 'rejection'> {
    return this.#step({ type: 'resend', ...what });
  }

  /** Records what a destination says of its own accord. Where time stands still it has no place among the answers: it comes behind them. */
  remark(fact: Remark): void {
    if (this.#clock.isManual && this.#pending.size > 0) this.#remarks.push(fact);
    else this.#journal.append(fact);
  }

  /** Resolves when no attempt is in flight. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Whether no attempt is in flight. */
  get isIdle(): boolean {
    return this.#pending.size === 0;
  }

  /** Whether something is in flight or waits for its turn to be sent; what is held, scheduled or suspended does not. */
  get isBusy(): boolean {
    if (this.#pending.size > 0) return true;
    if (this.#closed) return false;
    for (const [id, lane] of this.#state.lanes) {
      const isOpen = lane.gate === 'open' && this.#state.subscriptions.get(id)?.status === 'active';
      if (isOpen && sizeOf(lane.queue) > 0) return true;
    }
    return false;
  }

  /** How many deliveries the subscription is owed that is owed most, in whatever state. */
  get mostOwed(): number {
    let most = 0;
    for (const { queue, live } of this.#state.lanes.values()) most = Math.max(most, sizeOf(queue) + live.size);
    return most;
  }

  /** Resolves when everything that can be sent now has been sent and answered. Needs a clock that goes by itself. */
  async drained(): Promise<void> {
    while (this.isBusy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** To be called when it is idle: what is in flight can be put back nowhere. */
  capture(): DriverState {
    return structuredClone({ state: this.#state, now: this.#now });
  }

  /** Starts nothing new until `work` is done; what is in flight goes on, and what comes meanwhile is queued. */
  async holding<T>(work: () => Promise<T>): Promise<T> {
    this.#holds++;
    this.dispatch({ type: 'setDraining', draining: true });
    try {
      return await work();
    } finally {
      this.#holds--;
      this.goOn();
    }
  }

  /** Starts what was held, unless somebody still wants nothing new. A state that was captured meanwhile is one that holds. */
  goOn(): void {
    if (this.#state.draining && this.#holds === 0 && !this.#closed)
      this.dispatch({ type: 'setDraining', draining: false });
  }

  /** Starts over with another state. Answers to what is in flight from before are of no interest any more. */
  restore(captured: DriverState): void {
    const { state, now } = structuredClone(captured);
    this.#state = state;
    this.#now = now;
    this.#pending.clear();
    this.#remarks = [];
    this.#arm();
    this.#wakeWaiting();
  }

  /** Starts nothing new; what is in flight goes on. */
  stop(): void {
    this.#closed = true;
    this.dispatch({ type: 'setDraining', draining: true });
    this.#disarm();
  }

  /** How long an outcome took in real time; where time is moved by hand the outcome itself does not say. */
  measuredMs(outcome: Outcome): number | undefined {
    return this.#measured.get(outcome);
  }

  #step(input: Input): Step {
    // The machine's clock can be set back; to the engine time only goes on.
    this.#now = Math.max(this.#now, this.#clock.now());
    const done = step(this.#state, input, this.#now, this.#rules);
    for (const effect of done.effects) {
      if (effect.type === 'attempt') this.#attempt(effect.delivery, effect.subscription);
      else this.#journal.append(effect, this.#now);
    }
    this.#arm();
    if (this.#pending.size === 0) this.#wakeWaiting();
    return done;
  }

  #attempt(delivery: InFlightDelivery, subscription: Subscription): void {
    const pending: Pending = { delivery, subscription, state: this.#state, exchange: undefined, outcome: undefined };
    this.#pending.add(pending);
    const settle = (outcome: Outcome): void => {
      pending.exchange?.finished(outcome);
      if (!this.#clock.isManual) {
        this.#finish(pending, outcome);
        return;
      }
      pending.outcome = this.#withoutRealTime(outcome);
      this.#finishInOrder();
    };
    this.#send(pending).then(settle, (error) => settle(unexpected(error)));
  }

  #send(pending: Pending): Promise<Outcome> {
    const { delivery, subscription } = pending;
    const { id: deliveryId, attempt, event, identified, fault } = delivery;
    const body = bodyFor(event, subscription.id, identified);
    const { config } = subscription;
    // Brokers answer nothing but that they have it.
    const isHttp = config.type === 'https';
    const request: DeliveryRequest = {
      deliveryId,
      attempt,
      subscription,
      eventId: event.id,
      eventType: event.type,
      body,
      key: event.entityKey,
      headers:
        event.exactHeaders ??
        (isHttp ? deliveryHeaders(config, body, event.correlationId) : messageAttributes(config, event.correlationId)),
      ackDeadlineMs: this.#rules.policy.ackDeadlineMs,
      onLate: isHttp ? (answer) => this.#noteLate(pending, answer) : undefined,
      onAnswer: isHttp ? (answer) => pending.exchange?.answered(answer) : undefined,
    };
    if (!fault) return this.#sendPrepared(pending, request, false);
    return sendWithFault(fault, request, (prepared) => this.#sendPrepared(pending, prepared, prepared !== request));
  }

  #sendPrepared(pending: Pending, request: DeliveryRequest, isAltered: boolean): Promise<Outcome> {
    pending.exchange = this.#wire.sent(pending.delivery, request, isAltered);
    return this.#destinations.send(request);
  }

  #noteLate({ delivery, state }: Pending, { status, durationMs }: LateAnswer): void {
    if (state !== this.#state) return;
    const { attempt, destination } = delivery;
    this.#journal.append({ type: 'attempt.late', ...refOf(delivery), attempt, destination, status, durationMs });
  }

  /**
   * On a clock that stands still while requests are in flight, which of them is answered first means nothing. They are taken in the
   * order in which they were started, so that the same run has the same journal.
   */
  #finishInOrder(): void {
    for (const pending of this.#pending) {
      if (!pending.outcome) return;
      this.#finish(pending, pending.outcome);
    }
  }

  #finish(pending: Pending, outcome: Outcome): void {
    const { delivery, subscription, state } = pending;
    this.#pending.delete(pending);
    if (state === this.#state) {
      const { id: deliveryId, attempt, subscriptionId } = delivery;
      this.dispatch({ type: 'attemptFinished', subscriptionId, deliveryId, attempt, outcome });
      // Somebody may have come to the relay's other end while this one was on its way back.
      if (outcome.kind === 'held' && this.#destinations.isOnline(subscription))
        this.dispatch({ type: 'openGate', subscriptionId });
    }
    if (this.#pending.size > 0) return;
    const inText = (a: Remark, b: Remark): number => (a.message < b.message ? -1 : Number(a.message > b.message));
    for (const remark of this.#remarks.splice(0).sort(inText)) this.#journal.append(remark);
    this.#wakeWaiting();
  }

  /** What is measured in real time does not belong into a journal that is to be the same in every run. */
  #withoutRealTime(outcome: Outcome): Outcome {
    if (!('durationMs' in outcome)) return outcome;
    const durationMs = outcome.kind === 'timeout' ? this.#rules.policy.ackDeadlineMs : 0;
    const timeless = { ...outcome, durationMs };
    this.#measured.set(timeless, outcome.durationMs);
    return timeless;
  }

  /** Those who wait look again. */
  #wakeWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
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
