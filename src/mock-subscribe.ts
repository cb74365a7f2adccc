/** `Mock.subscribe`: the options of a test as a wish to the management API, and the subscription as a test has it. */
import { rejectValue } from './config/option-kind.ts';
import { checkKeys } from './core/check-keys.ts';
import type { State } from './core/state.ts';
import type { Input, Rejection } from './core/types.ts';
import { fail } from './errors.ts';
import { rejected } from './http/errors.ts';
import type { Subscribe, SubscribeAnswer, SubscribeWish } from './http/subscribe.ts';
import type { MockSubscription, SubscribeOptions } from './mock-handle.ts';
import type { DeliveryRecord } from './runtime/delivery-records.ts';
import type { InProcessDestination } from './runtime/destinations/in-process.ts';
import { type DeliveryMatcher, deliveryTest } from './testing/delivery-matcher.ts';

export interface SubscribeParts {
  subscribe: Subscribe;
  inProcess: InProcessDestination;
  state(): State;
  dispatch(input: Input): Rejection | undefined;
  deliveries(): DeliveryRecord[];
}

const targets = ['url', 'handler', 'pubsub', 'kafka'] as const;
const optionNames: Record<keyof SubscribeOptions, true> = {
  url: true,
  handler: true,
  path: true,
  pubsub: true,
  kafka: true,
  events: true,
  filter: true,
  secret: true,
  secondarySecret: true,
  headers: true,
  sendProductIdentifier: true,
  source: true,
};

/** @throws SUBSCRIPTION_REFUSED, HANDLER_STYLE, VALIDATION, UNKNOWN_EVENT_TYPE, INVALID_OPTION, MISSING_OPTION, CONFLICTING_OPTIONS */
export async function subscribe(parts: SubscribeParts, options: SubscribeOptions): Promise<MockSubscription> {
  checkOptions(options);
  const { inProcess } = parts;
  const { handler, path, url = handler && handlerUrl(inProcess, handler, path) } = options;
  const problem = () => (url === undefined ? undefined : inProcess.problemOf(url));
  const earlier = problem();
  try {
    return new Subscribed(parts, await parts.subscribe(wishOf(options, url)));
  } catch (error) {
    // The platform can only say that its probe failed.
    const found = problem();
    throw found !== earlier && found ? found : error;
  }
}

function checkOptions(options: SubscribeOptions): void {
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  checkKeys('subscribe', options, Object.keys(optionNames));
  const named = targets.filter((name) => given.includes(name));
  if (named.length === 0) {
    const option = `one of ${targets.join(', ')}`;
    throw fail('MISSING_OPTION', { command: 'subscribe', option, example: 'subscribe({ handler: app.fetch })' });
  }
  if (named.length > 1) throw fail('CONFLICTING_OPTIONS', { options: named });
  if (options.path !== undefined && options.handler === undefined)
    throw fail('CONFLICTING_OPTIONS', { options: ['path', ...named] });
}

function handlerUrl(
  inProcess: InProcessDestination,
  handler: NonNullable<SubscribeOptions['handler']>,
  path = '/',
): string {
  if (!path.startsWith('/'))
    throw rejectValue('path', path, 'a path that begins with /', 'for example /webhooks/akeneo');
  return `${inProcess.register(handler)}${path.slice(1)}`;
}

/** The wish has the names of the API. What is not given is not there. */
function wishOf(options: SubscribeOptions, url: string | undefined): SubscribeWish {
  const { pubsub, kafka, events, filter, secret, secondarySecret, headers, sendProductIdentifier, source } = options;
  const wish = {
    url,
    pubsub: snakeCased(pubsub),
    kafka: snakeCased(kafka),
    events,
    filter,
    secret,
    secondary_secret: secondarySecret,
    headers,
    send_product_identifier: sendProductIdentifier,
    source,
  };
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}

function snakeCased(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCased(inner),
    ]),
  );
}

class Subscribed implements MockSubscription {
  readonly id: string;
  readonly subscriberId: string;
  readonly destination: string;
  readonly secret: string;
  readonly #parts: SubscribeParts;

  constructor(parts: SubscribeParts, { id, subscriber_id: subscriberId, destination, secret = '' }: SubscribeAnswer) {
    this.#parts = parts;
    this.id = id;
    this.subscriberId = subscriberId;
    this.destination = destination;
    this.secret = secret;
  }

  get status(): MockSubscription['status'] {
    return this.#parts.state().subscriptions.get(this.id)?.status ?? 'deleted';
  }

  deliveries(matcher?: DeliveryMatcher): DeliveryRecord[] {
    const isMeant = deliveryTest(matcher);
    return this.#parts.deliveries().filter((delivery) => delivery.subscriptionId === this.id && isMeant(delivery));
  }

  suspend(): void {
    this.#dispatch({ type: 'suspend', subscriptionId: this.id, by: 'user', reason: 'requested' });
  }

  resume(): void {
    this.#dispatch({ type: 'resume', subscriptionId: this.id, by: 'user' });
  }

  revoke(): void {
    this.#dispatch({ type: 'revoke', subscriptionId: this.id, by: 'system', reason: 'requested' });
  }

  delete(): void {
    this.#dispatch({ type: 'deleteSubscription', subscriptionId: this.id, by: 'user' });
  }

  #dispatch(input: Input): void {
    const rejection = this.#parts.dispatch(input);
    if (rejection) throw rejected(rejection);
  }
}
