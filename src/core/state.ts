import type { FaultRule } from './fault.ts';
import type { FilterExpression } from './filter.ts';
import type {
  Connection,
  Delivery,
  EventSource,
  KafkaConfig,
  PubSubConfig,
  QueuedDelivery,
  Subscriber,
  Subscription,
  Token,
} from './types.ts';

/** A first-in first-out queue as plain data: `items` from `head` on. Taking is O(1); the space before `head` is given back in bulk. */
export interface Fifo<T> {
  items: T[];
  head: number;
}

/** What one subscription is owed. It exists while the subscription does and is empty unless it is active. */
export interface Lane {
  queue: Fifo<QueuedDelivery>;
  /** Which active life of the subscription this is: what an earlier one sent can still be acknowledged, and nothing else. */
  epoch: number;
  /** In flight and scheduled deliveries, by id. */
  live: Map<string, Delivery>;
  inFlight: number;
  /** Held: the relay has nobody at its other end, so nothing is sent until the gate opens. */
  gate: 'open' | 'held';
  window: Window;
  rate: Rate;
  /** When the lane's own timer comes due: it waits for its rate, or for deliveries that may overtake the first. */
  wakeAt: number | null;
  /** The place of the next delivery in the queue, before anything shuffles it. */
  nextPlace: number;
}

/** How requests went, by class. */
export interface Tally {
  ok: number;
  '5xx': number;
  '429': number;
  timeout: number;
  /** Failures of no class of their own: other 4xx, and 2xx that do not acknowledge. */
  other: number;
}

/** What happened in one slot of the rolling window. */
export interface WindowSlot extends Tally {
  /** When the slot begins. */
  from: number;
}

/** The rolling window: sixty slots at most, oldest first, and the 429s that do not count yet, by delivery id. */
export interface Window {
  slots: WindowSlot[];
  /** The slots added up, kept as they come and go: it is looked at after every request. */
  sum: Tally;
  throttled: Map<string, { countsAt: number; times: number }>;
}

/** How fast a lane may send. */
export interface Rate {
  perSecond: number;
  /** Nothing is sent before. */
  nextSendAt: number;
  /** Acknowledged deliveries since the last step up. */
  acknowledged: number;
  /** When it last became slower. */
  slowedAt: number | null;
}

/** Something that comes due: a retry or a delayed duplicate, the next send of a throttled lane, a 429 that begins to count. */
export interface DueTimer {
  at: number;
  seq: number;
  kind: 'delivery' | 'lane' | 'throttled';
  subscriptionId: string;
  /** Empty for `lane`. Timers of deliveries that ended meanwhile are passed over when they come up. */
  deliveryId: string;
}

/** A fault rule in force. */
export interface ActiveFault {
  rule: FaultRule;
  matched: number;
  fired: number;
}

export interface Counters {
  published: number;
  attempts: number;
  delivered: number;
  dropped: number;
  discarded: number;
  /** Deliveries that injected duplicates added to what was owed. */
  duplicates: number;
}

/** Everything the mock knows, as plain data: `structuredClone(state)` is a snapshot. Holds what is live, never a history. */
export interface State {
  /** Number of the next delivery; ids are `d1`, `d2`… in the order in which deliveries came to be. */
  nextDelivery: number;
  nextTimer: number;
  connections: Map<string, Connection>;
  tokens: Map<string, Token>;
  subscribers: Map<string, Subscriber>;
  subscriptions: Map<string, Subscription>;
  /** Whose the latest deleted subscriptions were: subscriber ids by subscription id, oldest first. */
  deletedSubscriptions: Map<string, string>;
  lanes: Map<string, Lane>;
  /** Nothing new is started: the mock closes, or a snapshot waits for what is in flight. */
  draining: boolean;
  /** A binary min-heap by `at`, then `seq`. */
  timers: DueTimer[];
  /** Active subscriptions by event type; emptied by every change of a subscription and refilled when asked. */
  routes: Map<string, string[]>;
  /** Parsed filters by their text; refilled when asked, like the routes. */
  filters: Map<string, FilterExpression>;
  /** The fault rules in force, in the order in which they are asked, each with how often it matched and fired. */
  faults: ActiveFault[];
  /** Pub/Sub topics whose owner has not granted the platform the right to publish; every other topic has it granted. */
  revokedTopics: string[];
  counters: Counters;
}

export function initialState(connections: readonly Connection[] = []): State {
  return {
    nextDelivery: 1,
    nextTimer: 1,
    connections: new Map(connections.map((connection) => [connection.clientId, { ...connection }])),
    tokens: new Map(),
    subscribers: new Map(),
    subscriptions: new Map(),
    deletedSubscriptions: new Map(),
    lanes: new Map(),
    draining: false,
    timers: [],
    routes: new Map(),
    filters: new Map(),
    faults: [],
    revokedTopics: [],
    counters: { published: 0, attempts: 0, delivered: 0, dropped: 0, discarded: 0, duplicates: 0 },
  };
}

/** Who asks: every read of the management API is scoped by both. */
export interface Scope {
  pimUrl: string;
  clientId: string;
}

const inScope = (item: Scope, scope: Scope): boolean =>
  item.clientId === scope.clientId && item.pimUrl === scope.pimUrl;

/** A subscriber that `scope` may see: its own, not deleted. */
export function findSubscriber(state: State, scope: Scope, id: string): Subscriber | undefined {
  const subscriber = state.subscribers.get(id);
  return subscriber && subscriber.status !== 'deleted' && inScope(subscriber, scope) ? subscriber : undefined;
}

/** The active subscribers that `scope` may see, oldest first. */
export function listSubscribers(state: State, scope: Scope): Subscriber[] {
  return [...state.subscribers.values()].filter((s) => s.status === 'active' && inScope(s, scope));
}

/** A subscription of that subscriber, in whatever status but deleted. */
export function findSubscription(state: State, subscriberId: string, id: string): Subscription | undefined {
  const subscription = state.subscriptions.get(id);
  return subscription?.subscriberId === subscriberId && subscription.status !== 'deleted' ? subscription : undefined;
}

/** Most deleted subscriptions that are remembered; the oldest make room. */
export const rememberedDeletions = 1_000;

/** Whether the id was that of a subscription of that subscriber, as far as deletions are remembered. */
export const wasDeleted = (state: State, subscriberId: string, id: string): boolean =>
  state.deletedSubscriptions.get(id) === subscriberId;

/** The active, suspended and revoked subscriptions of a subscriber, oldest first. */
export function listSubscriptions(state: State, subscriberId: string): Subscription[] {
  return [...state.subscriptions.values()].filter((s) => s.subscriberId === subscriberId && s.status !== 'deleted');
}

/** Those that count for a limit: what has not ended. */
export function countSubscribersOfPim(state: State, pimUrl: string): number {
  let n = 0;
  for (const subscriber of state.subscribers.values())
    if (subscriber.status === 'active' && subscriber.pimUrl === pimUrl) n++;
  return n;
}

export function countSubscriptionsOf(state: State, subscriberId: string): number {
  let n = 0;
  for (const subscription of state.subscriptions.values()) {
    if (
      subscription.subscriberId === subscriberId &&
      (subscription.status === 'active' || subscription.status === 'suspended')
    )
      n++;
  }
  return n;
}

/** The active subscriptions that take a type of event, in the order in which they were made. */
export function routeOf(state: State, eventType: string, source: EventSource): readonly string[] {
  const known = state.routes.get(eventType);
  if (known) return known;
  const route: string[] = [];
  for (const s of state.subscriptions.values()) {
    if (s.status === 'active' && s.source === source && s.events.includes(eventType)) route.push(s.id);
  }
  state.routes.set(eventType, route);
  return route;
}

/** To be called when a subscription has come, changed or gone: what was worked out for publishing is out of date. */
export function forgetRoutes(state: State): void {
  state.routes.clear();
  state.filters.clear();
}

/** Names of topics by their configs, which are never changed but replaced: every attempt has one, and its journal entries keep it. */
const topicNames = new WeakMap<PubSubConfig | KafkaConfig, string>();

function remembered<Config extends PubSubConfig | KafkaConfig>(
  config: Config,
  nameOf: (config: Config) => string,
): string {
  const known = topicNames.get(config);
  if (known !== undefined) return known;
  const name = nameOf(config);
  topicNames.set(config, name);
  return name;
}

const pubsubName = ({ projectId, topicId }: PubSubConfig): string => `projects/${projectId}/topics/${topicId}`;
const kafkaName = ({ broker, topic }: KafkaConfig): string => `${broker}/${topic}`;

/** The topic as Google names it. */
export const topicName = (config: PubSubConfig): string => remembered(config, pubsubName);

/** The destination as a person names it: a URL, or a topic. */
export function destinationName(subscription: Subscription): string {
  const { config } = subscription;
  if (config.type === 'https') return config.url;
  if (config.type === 'pubsub') return topicName(config);
  return remembered(config, kafkaName);
}
