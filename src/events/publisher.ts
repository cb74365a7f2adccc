import { setImmediate as nextTurn } from 'node:timers/promises';
import { sealEvent } from '../core/envelope.ts';
import { uuidv4, uuidv7 } from '../core/ids.ts';
import { createRng, type Rng } from '../core/rng.ts';
import type { CloudEvent, SealedEvent } from '../core/types.ts';
import { fail } from '../errors.ts';
import { applySet } from './apply-set.ts';
import { type Author, parseAuthor } from './author.ts';
import { Benchmark, type BenchmarkRequest } from './benchmark.ts';
import { resolveTypes } from './catalog.ts';
import { checkCloudEvent } from './check-event.ts';
import type { GeneratedEvent, Generator } from './generator.ts';

/** Which events to make. */
export interface GenerateRequest {
  /** Event types, short names or wildcards; each is published `count` times. */
  types: readonly string[];
  count: number;
  /** Values to put into each event, by dotted path: `{ "data.product.uuid": "…" }`. */
  set?: Record<string, unknown>;
  /** The author, as `user:julia`. */
  as?: string;
  /** Makes these events from a PIM of their own; without it they continue the mock's. */
  seed?: number;
}

/** What became of a published event at once: how many subscriptions take it. */
export interface PublishedEvent {
  id: string;
  type: string;
  deliveries: number;
}

export interface PublisherOptions {
  seed: number;
  /** The envelope's `source` attribute. */
  source: string;
  now(): number;
  /** True where time stands still until it is moved: then what one request publishes is published in one go, so that no answer can come between. */
  isManual?: boolean;
  /** Hands a sealed event to the engine, with its data for the filters, and answers how many subscriptions take it. */
  accept(event: SealedEvent, data: unknown): number;
}

/** Most events that one request makes. */
export const mostPerRequest = 10_000;

/** Events that are made or published at once; then others get their turn. */
const sliceSize = 200;

/** Turns wishes, payloads and recordings into published events. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #benchmark: Benchmark;
  #ids: Rng;
  #generator: Promise<Generator> | undefined;
  /** One request after the other: what they draw must not depend on how they meet. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#ids = createRng(options.seed).fork('publish');
    const { seed, source, now } = options;
    this.#benchmark = new Benchmark({
      seed,
      source,
      now,
      publish: (event, correlationId) => this.#publish({ event, correlationId }),
      pauseAfter: (done) => this.#pauseAfter(done),
    });
  }

  /**
   * Generates events of the given types and publishes them, one type after the other, slice by slice. Nothing is published when one
   * of them cannot be made.
   * @throws UNKNOWN_EVENT_TYPE, TOO_MANY_EVENTS, INVALID_OPTION for the author or a path, INVALID_EVENT when a set value breaks the envelope
   */
  async generate(request: GenerateRequest): Promise<PublishedEvent[]> {
    const types = [...new Set(request.types.flatMap((pattern) => resolveTypes(pattern)))];
    const author: Author | undefined = request.as === undefined ? undefined : parseAuthor(request.as);
    const { count, set = {}, seed } = request;
    if (types.length * count > mostPerRequest)
      throw fail('TOO_MANY_EVENTS', { types: types.length, count, limit: mostPerRequest });
    const ids = this.#ids;
    return this.#inTurn(async () => {
      const generator = await (seed === undefined ? this.#shared() : this.#make(seed));
      const made: GeneratedEvent[] = [];
      for (const type of types) {
        for (let n = 0; n < count; n++) {
          await this.#pauseAfter(made.length);
          const next = generator.sample(type, this.#options.now(), author && { author });
          applySet(next.event, set);
          made.push(next);
        }
      }
      return this.#publishAll(made, ids);
    });
  }

  /** Publishes what the next request to the PIM causes: a plausible mixture of traffic. */
  next(): Promise<PublishedEvent[]> {
    return this.#inTurn(async () => {
      const generator = await this.#shared();
      return generator.next(this.#options.now()).map((made) => this.#publish(made));
    });
  }

  /**
   * Publishes events as they are, under their own ids or under new ones whose time is that of the recorded event. All or none.
   * @throws INVALID_EVENT
   */
  publish(events: readonly CloudEvent[], { keepIds }: { keepIds: boolean }): PublishedEvent[] {
    const made = events.map((event) => this.#addressed(event, keepIds));
    return made.map((each) => this.#publish(each));
  }

  /** The same slice by slice, for many at once. */
  publishInSlices(events: readonly unknown[], { keepIds }: { keepIds: boolean }): Promise<PublishedEvent[]> {
    const made = events.map((event) => this.#addressed(event, keepIds));
    const ids = this.#ids;
    return this.#inTurn(() => this.#publishAll(made, ids));
  }

  /** Begins to publish test events for the subscriptions whose source is benchmark. */
  benchmark(request: BenchmarkRequest): void {
    this.#benchmark.start(request);
  }

  /** Resolves when everything that was asked for is published. */
  async settled(): Promise<void> {
    await this.#turn;
    await this.#benchmark.settled();
  }

  /** A fresh PIM and fresh ids, as at the start. What is still to be published never is. */
  reset(): void {
    this.#benchmark.reset();
    this.#ids = createRng(this.#options.seed).fork('publish');
    this.#generator = undefined;
  }

  #publish({ event, correlationId }: GeneratedEvent): PublishedEvent {
    const sealed = sealEvent(event, this.#options.now(), correlationId);
    return { id: event.id, type: event.type, deliveries: this.#options.accept(sealed, event.data) };
  }

  /** Publishes them until somebody starts over; then there are other `ids`. */
  async #publishAll(made: readonly GeneratedEvent[], ids: Rng): Promise<PublishedEvent[]> {
    const published: PublishedEvent[] = [];
    for (const each of made) {
      await this.#pauseAfter(published.length);
      if (ids !== this.#ids) break;
      published.push(this.#publish(each));
    }
    return published;
  }

  /** A pause after every slice that lets others have their turn: deadlines run, and answers wait to be read. */
  #pauseAfter(done: number): Promise<void> | undefined {
    return done > 0 && done % sliceSize === 0 && !this.#options.isManual ? nextTurn() : undefined;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(run);
    this.#turn = done.catch(() => {});
    return done;
  }

  #addressed(given: unknown, keepIds: boolean): GeneratedEvent {
    const event = checkCloudEvent(given);
    const id = keepIds ? event.id : uuidv7(this.#ids, this.#timeOf(event));
    return { event: { ...event, id }, correlationId: uuidv4(this.#ids) };
  }

  #timeOf(event: CloudEvent): number {
    const time = event.time === undefined ? Number.NaN : Date.parse(event.time);
    return Number.isFinite(time) && time >= 0 ? time : this.#options.now();
  }

  /** The PIM that the mock's own events come from, made with the first of them. */
  #shared(): Promise<Generator> {
    this.#generator ??= this.#make(this.#options.seed);
    return this.#generator;
  }

  async #make(seed: number): Promise<Generator> {
    const { createGenerator } = await import('./generator.ts');
    return createGenerator({ rng: createRng(seed).fork('events'), source: this.#options.source });
  }
}
