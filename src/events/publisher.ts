import { sealEvent } from '../core/envelope.ts';
import { uuidv4, uuidv7 } from '../core/ids.ts';
import { createRng, type Rng } from '../core/rng.ts';
import type { CloudEvent, SealedEvent } from '../core/types.ts';
import { type Author, parseAuthor } from './author.ts';
import { resolveTypes } from './catalog.ts';
import { checkCloudEvent } from './check-event.ts';
import type { GeneratedEvent, Generator } from './generator.ts';
import { setPath } from './set-path.ts';

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
  /** Hands a sealed event to the engine and answers how many subscriptions take it. */
  accept(event: SealedEvent): number;
}

/** Turns wishes, payloads and recordings into published events. */
export class Publisher {
  readonly #options: PublisherOptions;
  #ids: Rng;
  #generator: Promise<Generator> | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#ids = createRng(options.seed).fork('publish');
  }

  /**
   * Generates events of the given types and publishes them, one type after the other.
   * @throws UNKNOWN_EVENT_TYPE, INVALID_OPTION for the author or a path, INVALID_EVENT when a set value breaks the envelope
   */
  async generate(request: GenerateRequest): Promise<PublishedEvent[]> {
    const types = [...new Set(request.types.flatMap((pattern) => resolveTypes(pattern)))];
    const author: Author | undefined = request.as === undefined ? undefined : parseAuthor(request.as);
    const changes = Object.entries(request.set ?? {});
    const generator = await (request.seed === undefined ? this.#shared() : this.#make(request.seed));
    const published: PublishedEvent[] = [];
    for (const type of types) {
      for (let n = 0; n < request.count; n++) {
        const made = generator.sample(type, this.#options.now(), author && { author });
        for (const [path, value] of changes) setPath(made.event, path, value);
        if (changes.length > 0) checkCloudEvent(made.event);
        published.push(this.#publish(made));
      }
    }
    return published;
  }

  /** Publishes what the next request to the PIM causes: a plausible mixture of traffic. */
  async next(): Promise<PublishedEvent[]> {
    const generator = await this.#shared();
    return generator.next(this.#options.now()).map((made) => this.#publish(made));
  }

  /** Publishes events as they are, under their own ids or under new ones whose time is that of the recorded event. */
  publish(events: readonly CloudEvent[], { keepIds }: { keepIds: boolean }): PublishedEvent[] {
    return events.map((event) => {
      const id = keepIds ? event.id : uuidv7(this.#ids, this.#timeOf(event));
      return this.#publish({ event: { ...event, id }, correlationId: uuidv4(this.#ids) });
    });
  }

  /** A fresh PIM and fresh ids, as at the start. */
  reset(): void {
    this.#ids = createRng(this.#options.seed).fork('publish');
    this.#generator = undefined;
  }

  #publish({ event, correlationId }: GeneratedEvent): PublishedEvent {
    const sealed = sealEvent(event, this.#options.now(), correlationId);
    return { id: event.id, type: event.type, deliveries: this.#options.accept(sealed) };
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
