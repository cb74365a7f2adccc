import { type Disorder, noDisorder } from '../../src/core/disorder.ts';
import { step } from '../../src/core/engine.ts';
import { sealEvent } from '../../src/core/envelope.ts';
import { type Policy, type ProfileName, resolvePolicy } from '../../src/core/profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { initialState, type State } from '../../src/core/state.ts';
import type {
  CloudEvent,
  Effect,
  InFlightDelivery,
  Input,
  JournalFact,
  Outcome,
  Rejection,
  Subscription,
} from '../../src/core/types.ts';
import type { EngineRules } from '../../src/core/work.ts';

export const productUpdated = 'com.akeneo.pim.v1.product.updated';

export const cloudEvent = (id: string, type = productUpdated): CloudEvent => ({
  specversion: '1.0',
  id,
  source: 'pim',
  type,
  time: '2026-01-05T08:00:00Z',
  data: { product: { uuid: id } },
});

export const subscriber = (id: string) =>
  ({
    id,
    name: id,
    pimUrl: 'http://pim.localhost',
    clientId: 'client',
    status: 'active',
    contact: { technicalEmail: 'dev@example.com' },
    createdAt: 0,
    updatedAt: 0,
  }) as const;

export const subscription = (id: string, changes: Partial<Subscription> = {}): Subscription => ({
  id,
  subscriberId: 'subscriber',
  pimUrl: 'http://pim.localhost',
  clientId: 'client',
  source: 'pim',
  events: [productUpdated],
  status: 'active',
  config: { type: 'https', url: `https://localhost/${id}`, secret: { primary: 'a-secret-of-16-characters' } },
  sendProductIdentifier: false,
  activeFrom: 0,
  createdAt: 0,
  updatedAt: 0,
  ...changes,
});

export const answered = (status: number): Outcome => ({ kind: 'answered', status, durationMs: 1 });

/** The engine with nothing around it: inputs go in by hand, attempts stay in flight until they are answered by hand. */
export class World {
  readonly state: State = initialState();
  readonly policy: Policy;
  readonly rules: EngineRules;
  readonly facts: JournalFact[] = [];
  /** Attempts that have not been answered, oldest first. */
  inFlight: InFlightDelivery[] = [];
  now = 0;

  /** Without a rate, unless the test is about it: then sending takes no time. */
  constructor(overrides: Partial<Policy> = {}, profile: ProfileName = '2024-09', disorder: Partial<Disorder> = {}) {
    this.policy = resolvePolicy(profile, { rateMax: null, ...overrides });
    this.rules = { policy: this.policy, disorder: { ...noDisorder, ...disorder }, rng: createRng(1) };
    this.give({ type: 'createSubscriber', subscriber: subscriber('subscriber') });
  }

  give(input: Input): Rejection | undefined {
    const { effects, rejection } = step(this.state, input, this.now, this.rules);
    for (const effect of effects) this.#perform(effect);
    return rejection;
  }

  #perform(effect: Effect): void {
    if (effect.type === 'attempt') this.inFlight.push(effect.delivery);
    else this.facts.push(effect);
  }

  subscribe(id: string, changes: Partial<Subscription> = {}): void {
    this.give({ type: 'createSubscription', subscription: subscription(id, changes) });
  }

  publish(id: string, type?: string): void {
    const event = cloudEvent(id, type);
    this.give({ type: 'publish', event: sealEvent(event, this.now, 'correlation'), data: event.data });
  }

  /** Answers an attempt in flight: the oldest one, or the one of that delivery. */
  answer(outcome: Outcome, deliveryId = this.inFlight[0]?.id): void {
    const delivery = this.inFlight.find(({ id }) => id === deliveryId);
    if (!delivery) throw new Error(`${deliveryId} is not in flight`);
    this.inFlight = this.inFlight.filter((other) => other !== delivery);
    const { subscriptionId, attempt } = delivery;
    this.give({ type: 'attemptFinished', subscriptionId, deliveryId: delivery.id, attempt, outcome });
  }

  advance(ms: number): void {
    this.now += ms;
    this.give({ type: 'tick' });
  }

  of<T extends JournalFact['type']>(type: T): Extract<JournalFact, { type: T }>[] {
    return this.facts.filter((fact): fact is Extract<JournalFact, { type: T }> => fact.type === type);
  }
}
