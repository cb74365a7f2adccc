import { bodyFor } from '../core/envelope.ts';
import { isSecretName, redacted } from '../core/redacted.ts';
import type { InFlightDelivery, Outcome } from '../core/types.ts';
import { monotonicNow, realNow } from './clock.ts';
import type { AnswerHeaders, DeliveryRequest, ReceivedAnswer } from './destinations/port.ts';

/** How much is kept: enough for whoever looks closely at what has just happened, and a bound for a day under load. */
const defaultLimits = { attempts: 1_000, characters: 16 * 1024 * 1024 };

/** An answer as a developer is shown it. */
export interface ShownAnswer {
  status: number;
  headers: Record<string, string>;
  /** The beginning of it, decoded as UTF-8. */
  body: string;
  /** There was more. */
  isCut: boolean;
}

/** One attempt as it went out, and what came back. Holds what exists anyway; what is shown is made when somebody asks. */
export class WireExchange {
  /** When it was sent, in milliseconds since the epoch on the machine's own clock. */
  readonly sentAt: number = realNow();
  /** The characters of its body. */
  readonly size: number;
  readonly #delivery: InFlightDelivery;
  readonly #headers: Record<string, string>;
  readonly #isHttp: boolean;
  /** Only where a fault may have made it another one than the event has. */
  readonly #alteredBody: string | undefined;
  /** Looked at when an answer begins; 0 for a broker, which only acknowledges. */
  readonly #startedAt: number;
  #tookMs: number | undefined;
  #answer: ReceivedAnswer | undefined;
  #wasSent = true;

  constructor(delivery: InFlightDelivery, { headers, body, subscription }: DeliveryRequest, isAltered: boolean) {
    this.#delivery = delivery;
    this.#headers = headers;
    this.#isHttp = subscription.config.type === 'https';
    this.#startedAt = this.#isHttp ? monotonicNow() : 0;
    this.#alteredBody = isAltered ? body : undefined;
    this.size = body.length;
  }

  /** To be called when the answer has come, in time or late. */
  answered(answer: ReceivedAnswer): void {
    this.#answer = answer;
    this.#tookMs = answer.durationMs ?? Math.round((monotonicNow() - this.#startedAt) * 10) / 10;
  }

  /** To be called with what the attempt came to. */
  finished(outcome: Outcome): void {
    if (outcome.kind === 'held' || outcome.kind === 'refused') this.#wasSent = false;
    // A broker's acknowledgement is all that it answers.
    else if (!this.#isHttp) this.#tookMs = outcome.durationMs;
  }

  get deliveryId(): string {
    return this.#delivery.id;
  }

  get attempt(): number {
    return this.#delivery.attempt;
  }

  /** False once it turned out that there was nobody to send it to, or that the mock must not. */
  get wasSent(): boolean {
    return this.#wasSent;
  }

  /** The URL or topic. */
  get destination(): string {
    return this.#delivery.destination;
  }

  /** Over HTTP; false for a broker, whose attributes stand for headers. */
  get isHttp(): boolean {
    return this.#isHttp;
  }

  /** Real milliseconds until the answer; undefined when there is none. */
  get tookMs(): number | undefined {
    return this.#tookMs;
  }

  /** The exact text that went out. */
  get body(): string {
    const { event, subscriptionId, identified } = this.#delivery;
    return this.#alteredBody ?? bodyFor(event, subscriptionId, identified);
  }

  /** The platform's own as they were. Custom ones may be anything, so that only their names are shown, as in reads of a subscription. */
  get headers(): Record<string, string> {
    return shown(this.#headers, (name) => !platformHeader.test(name));
  }

  get answer(): ShownAnswer | undefined {
    if (!this.#answer) return undefined;
    const { status, headers, body } = this.#answer;
    return { status, headers: shown(headers, isSecretName), body: body?.text ?? '', isCut: body?.isCut ?? false };
  }
}

/** The latest attempts as they went over the wire: a ring, so that a delivery pays for one small object and no more. */
export class WireLog {
  readonly #limits: typeof defaultLimits;
  /** The n-th exchange since the last clear sits at n % attempts. */
  readonly #exchanges: (WireExchange | undefined)[] = [];
  #first = 0;
  #next = 0;
  #characters = 0;

  constructor(limits = defaultLimits) {
    this.#limits = limits;
  }

  /** Notes a request that goes out. `isAltered`: a fault has changed it, so that its body may not be the event's. */
  sent(delivery: InFlightDelivery, request: DeliveryRequest, isAltered: boolean): WireExchange {
    const exchange = new WireExchange(delivery, request, isAltered);
    if (this.#next - this.#first === this.#limits.attempts) this.#forgetFirst();
    this.#exchanges[this.#next++ % this.#limits.attempts] = exchange;
    this.#characters += exchange.size;
    while (this.#characters > this.#limits.characters && this.#next - this.#first > 1) this.#forgetFirst();
    return exchange;
  }

  /** The attempts at a delivery that were sent and are still kept, oldest first. */
  of(deliveryId: string): WireExchange[] {
    const found: WireExchange[] = [];
    for (let n = this.#first; n < this.#next; n++) {
      const exchange = this.#exchanges[n % this.#limits.attempts];
      if (exchange?.deliveryId === deliveryId && exchange.wasSent) found.push(exchange);
    }
    return found;
  }

  clear(): void {
    this.#exchanges.length = 0;
    this.#first = 0;
    this.#next = 0;
    this.#characters = 0;
  }

  #forgetFirst(): void {
    const at = this.#first++ % this.#limits.attempts;
    this.#characters -= this.#exchanges[at]?.size ?? 0;
    this.#exchanges[at] = undefined;
  }
}

/** The headers that the platform sends of its own (contract, delivery: the request). Signatures are no secrets. */
const platformHeader = /^(content-type|user-agent|x-correlation-id|x-akeneo-signature-[a-z]+)$/i;

function shown(headers: AnswerHeaders, isSecret: (name: string) => boolean): Record<string, string> {
  const entries = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, value = '']) => [
      name,
      isSecret(name) ? redacted : Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
