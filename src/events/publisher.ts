import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Capturable } from '../core/capturable.ts';
import { dateTimeMs } from '../core/date-time.ts';
import { openEvent, type RecordedDelivery, sealDelivery, sealEvent } from '../core/envelope.ts';
import { keyedUuidv4, uuidv4, uuidv7 } from '../core/ids.ts';
import type { ResendMode } from '../core/resend.ts';
import { createRng, type Rng, type RngPosition } from '../core/rng.ts';
import type { CloudEvent, SealedEvent } from '../core/types.ts';
import { fail } from '../errors.ts';
import { applySet } from './apply-set.ts';
import { type Author, type AuthorName, parseAuthor } from './author.ts';
import { Benchmark, type BenchmarkRequest } from './benchmark.ts';
import { type EventType, resolveTypes, sharedType, typeNamed } from './catalog.ts';
import { checkCloudEvent, checkNesting, unserialisable } from './check-event.ts';
import type { GenerateRequest, OwnEvents } from './generate-request.ts';
import type { GeneratedEvent, Generator, GeneratorState } from './generator.ts';
import { completeEvent, type EventInput } from './given-event.ts';
import { checkOverrides, type PublishOverrides, withOverrides } from './publish-overrides.ts';
import { AcceptedEvent, type Published, type PublishedEvent, publishedWith } from './published-event.ts';
import { type Publication, UnsealedEvent } from './unsealed-event.ts';

export interface PublisherOptions {
  seed: number;
  /** The envelope's `source` attribute. */
  source: string;
  now(): number;
  /** True where time stands still until it is moved: then what one request publishes is published in one go, so that no answer can come between. */
  isManual?: boolean;
  /** Whether any subscription may take events of a type; taken for granted otherwise. */
  isTaken?(type: string): boolean;
  /** Hands a sealed event to the engine, with its data for the filters, and answers how many subscriptions take it. */
  accept(event: SealedEvent, data: unknown): number;
}

/** Most events that one request makes. */
export const mostPerRequest = 10_000;

/** Events that are made or published at once; then others get their turn. */
const sliceSize = 200;

/** What is published next depends on it. */
export interface PublisherState {
  rng: RngPosition;
  /** The mock's own PIM and what is in it, once it is made. */
  pim: { generator: Generator; state: GeneratorState } | undefined;
}

/** An event of a recording. */
export interface RecordedInput {
  event: unknown;
  /** The delivery that it came in, where its very bytes are to go out. */
  delivery?: RecordedDelivery | undefined;
  /** Its JSON, where that is at hand. */
  text?: string | undefined;
}

/** How the events of a recording are published. */
export interface RecordedOptions {
  /** Under their own ids; under new ones otherwise. */
  keepIds: boolean;
  /** They were found to be CloudEvents. */
  isChecked?: boolean;
}

const correlationIdOf = ({ headers }: RecordedDelivery): string | undefined =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-correlation-id')?.[1];

/** A sealed event with its data for the filters. */
interface ReadyEvent {
  sealed: SealedEvent;
  data: unknown;
}

/** The error for an event whose turn did not come. */
export const publishingEnded = (what: string | EventInput): Error =>
  fail('PUBLISHING_ENDED', { what: typeof what === 'string' ? what : what.type });

type Turn = (isCurrent: () => boolean) => Promise<PublishedEvent[]>;

/** Turns wishes, payloads and recordings into published events. */
export class Publisher implements Capturable<PublisherState> {
  readonly #options: PublisherOptions;
  readonly #rng: Rng;
  readonly #ids: Rng;
  /** The latest of events that nobody took. */
  #publication: Publication;
  readonly #benchmark: Benchmark;
  /** The PIM that the mock's own events come from, made with the first of them. */
  #generator: Generator | undefined;
  /** Requests that were made in an earlier one publish nothing more. */
  #era = 0;
  #underWay = 0;
  /** One request after the other: what they draw must not depend on how they meet. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { seed, source, now } = options;
    this.#rng = createRng(seed);
    this.#ids = this.#rng.fork('publish');
    const correlationOf = (eventId: string): string => keyedUuidv4(this.#ids, 'correlation', eventId);
    this.#publication = { publishedAt: Number.NaN, correlationOf };
    this.#benchmark = new Benchmark({
      ids: this.#rng.fork('benchmark'),
      source,
      now,
      publish: (event, correlationId) => this.#publish({ event, correlationId }),
      pauseAfter: (done) => this.#pauseAfter(done),
    });
  }

  /**
   * Generates events of the given types and publishes them, one type after the other, slice by slice. Nothing is published when one
   * of them cannot be made.
   * @throws UNKNOWN_EVENT_TYPE, TOO_MANY_EVENTS, INVALID_OPTION for the author, a path, or an id for several events, INVALID_EVENT when
   * a value breaks the envelope
   */
  async generate(request: GenerateRequest): Promise<PublishedEvent[]> {
    const types = [...new Set(request.types.flatMap((pattern) => resolveTypes(pattern)))];
    const author: Author | undefined = request.as === undefined ? undefined : parseAuthor(request.as);
    const { count, set = {}, seed, as: _as, types: _types, ...attributes } = request;
    if (types.length * count > mostPerRequest)
      throw fail('TOO_MANY_EVENTS', { types: types.length, count, limit: mostPerRequest });
    checkAttributes(attributes, types.length * count);
    return this.#inTurn(async (isCurrent) => {
      const generator = await (seed === undefined ? this.#shared(isCurrent) : this.#make(seed));
      const made: GeneratedEvent[] = [];
      for (const type of types) {
        for (let n = 0; n < count; n++) {
          await this.#pauseAfter(made.length);
          if (!isCurrent()) return [];
          const next = generator.sample(type, this.#msOf(attributes.time), author && { author });
          const event =
            Object.keys(attributes).length > 0 ? checkCloudEvent(withOverrides(next.event, attributes)) : next.event;
          applySet(event, set);
          made.push({ ...next, event });
        }
      }
      return this.#publishAll(made, isCurrent);
    });
  }

  /** Publishes what the next request to the PIM causes: a plausible mixture of traffic. */
  next(): Promise<PublishedEvent[]> {
    return this.#inTurn(async (isCurrent) => {
      const generator = await this.#shared(isCurrent);
      if (!isCurrent()) return [];
      return generator.next(this.#options.now()).map((made) => this.#publish(made));
    });
  }

  /**
   * Generates an event of a type, or fills in what a given one lacks, and publishes it with the overrides.
   * @throws UNKNOWN_EVENT_TYPE, INVALID_EVENT, INVALID_OPTION, PUBLISHING_ENDED
   */
  async publish(what: string | EventInput, overrides: PublishOverrides = {}): Promise<Published> {
    checkOverrides(overrides, typeof what === 'string');
    const [published] = await this.#inTurn(async (isCurrent) => {
      const made =
        typeof what === 'string'
          ? await this.#sample(typeNamed(what), overrides, isCurrent)
          : this.#completed(what, overrides);
      const event = made && checkCloudEvent(withOverrides(made.event, overrides));
      return event ? [this.#publish({ ...made, event })] : [];
    });
    if (!published) throw publishingEnded(what);
    return publishedWith(published);
  }

  /**
   * Publishes events of one's own, what they lack filled in. All or none.
   * @throws UNKNOWN_EVENT_TYPE, INVALID_EVENT, INVALID_OPTION for the author or a path
   */
  async publishOwn({ events, keepIds, set = {}, as }: OwnEvents): Promise<PublishedEvent[]> {
    const overrides: PublishOverrides = as === undefined ? {} : { as: as as AuthorName };
    checkOverrides(overrides, false);
    return this.#inTurn(async (isCurrent) => {
      const made: GeneratedEvent[] = [];
      for (const [n, given] of events.entries()) {
        await this.#pauseAfter(n);
        if (!isCurrent()) return [];
        const at = events.length > 1 ? `events[${n}]` : undefined;
        checkNesting(given, at);
        const { id: _id, ...nameless } = given;
        const { event: complete, correlationId } = this.#completed(keepIds ? given : nameless, {}, at);
        const event = checkCloudEvent(withOverrides(complete, overrides), at);
        applySet(event, set, at);
        made.push({ event, correlationId });
      }
      return this.#publishAll(made, isCurrent);
    });
  }

  /**
   * Publishes recorded events, under their own ids or under new ones whose time is that of the recorded event. All or none.
   * @throws INVALID_EVENT
   */
  replay(events: readonly CloudEvent[], { keepIds }: { keepIds: boolean }): PublishedEvent[] {
    const ready = events.map((event) => this.#seal(this.#addressed(event, keepIds)));
    return ready.map((each) => this.#accept(each));
  }

  /** The same slice by slice, for many at once. */
  replayInSlices(events: readonly unknown[], { keepIds }: { keepIds: boolean }): Promise<PublishedEvent[]> {
    const made = events.map((event) => this.#addressed(event, keepIds));
    return this.#inTurn((isCurrent) => this.#publishAll(made, isCurrent));
  }

  /**
   * Publishes one event of a recording: signed anew for each subscription, or with `delivery` as the delivery that it was.
   * @throws INVALID_EVENT
   */
  publishRecorded(
    { event, delivery, text }: RecordedInput,
    { keepIds, isChecked = false }: RecordedOptions,
  ): PublishedEvent {
    const checked = isChecked ? (event as CloudEvent) : checkCloudEvent(event);
    if (!delivery) {
      // The event is our own: a copy, or one that was just read.
      checked.type = sharedType(checked.type);
      return text === undefined || this.#options.isTaken?.(checked.type) !== false
        ? this.#publish(this.#withId(checked, keepIds))
        : this.#pass(checked, keepIds, text);
    }
    const correlationId = correlationIdOf(delivery) ?? uuidv4(this.#ids);
    const sealed = sealDelivery(checked, delivery, this.#options.now(), correlationId);
    return new AcceptedEvent(sealed, this.#options.accept(sealed, checked.data));
  }

  /** A published event that is to be delivered again: itself, or its content under a new id, with its source and time as in a replay. */
  again(event: SealedEvent, as: ResendMode): SealedEvent {
    if (as === 'new_event') return this.#seal(this.#withId(openEvent(event), false)).sealed;
    return event instanceof UnsealedEvent ? event.sealed() : event;
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

  /** Whether everything that was asked for is published. */
  get isIdle(): boolean {
    return this.#underWay === 0 && this.#benchmark.isIdle;
  }

  /** What is still to be published never is. */
  stop(): void {
    this.#era++;
    this.#benchmark.stop();
  }

  /** To be called when it is idle: what is being made belongs to no moment. */
  capture(): PublisherState {
    const generator = this.#generator;
    return { rng: this.#rng.capture(), pim: generator && { generator, state: generator.capture() } };
  }

  /** Also ends what is still to be published. */
  restore({ rng, pim }: PublisherState): void {
    this.stop();
    this.#rng.restore(rng);
    this.#generator = pim?.generator;
    pim?.generator.restore(pim.state);
  }

  #publish(made: GeneratedEvent): PublishedEvent {
    return this.#accept(this.#seal(made));
  }

  /** @throws INVALID_EVENT for what JSON cannot hold, which a program can give */
  #seal({ event, correlationId }: GeneratedEvent): ReadyEvent {
    const now = this.#options.now();
    try {
      return { sealed: sealEvent(event, now, correlationId), data: event.data };
    } catch {
      throw unserialisable(event);
    }
  }

  #accept({ sealed, data }: ReadyEvent): PublishedEvent {
    return new AcceptedEvent(sealed, this.#options.accept(sealed, data));
  }

  /** Publishes an event that nobody takes. */
  #pass(event: CloudEvent, keepIds: boolean, text: string): PublishedEvent {
    const publishedAt = this.#options.now();
    if (publishedAt !== this.#publication.publishedAt) this.#publication = { ...this.#publication, publishedAt };
    const unsealed = new UnsealedEvent(text, this.#idOf(event, keepIds), event.type, this.#publication);
    return new AcceptedEvent(unsealed, this.#options.accept(unsealed, event.data));
  }

  /** Publishes them until somebody starts over. */
  async #publishAll(made: readonly GeneratedEvent[], isCurrent: () => boolean): Promise<PublishedEvent[]> {
    const published: PublishedEvent[] = [];
    for (const each of made) {
      await this.#pauseAfter(published.length);
      if (!isCurrent()) break;
      published.push(this.#publish(each));
    }
    return published;
  }

  /** A pause after every slice that lets others have their turn: deadlines run, and answers wait to be read. */
  #pauseAfter(done: number): Promise<void> | undefined {
    return done > 0 && done % sliceSize === 0 && !this.#options.isManual ? nextTurn() : undefined;
  }

  #inTurn(run: Turn): Promise<PublishedEvent[]> {
    const era = this.#era;
    const isCurrent = (): boolean => era === this.#era;
    this.#underWay++;
    const done = this.#turn.then(async () => {
      try {
        return isCurrent() ? await run(isCurrent) : [];
      } finally {
        this.#underWay--;
      }
    });
    this.#turn = done.catch(() => {});
    return done;
  }

  /** An event of the mock's PIM or, with a seed, of one of its own, made at the time that it is to carry. */
  async #sample(
    type: EventType,
    { seed, time }: PublishOverrides,
    isCurrent: () => boolean,
  ): Promise<GeneratedEvent | undefined> {
    const generator = await (seed === undefined ? this.#shared(isCurrent) : this.#make(seed));
    return isCurrent() ? generator.sample(type, this.#msOf(time)) : undefined;
  }

  #completed(given: EventInput, overrides: PublishOverrides, at?: string): GeneratedEvent {
    const { source, now } = this.#options;
    const id = (time: string): string => uuidv7(this.#ids, this.#msOf(overrides.time ?? time));
    return { event: completeEvent(given, { source, now: now(), id }, at), correlationId: uuidv4(this.#ids) };
  }

  #addressed(given: unknown, keepIds: boolean): GeneratedEvent {
    return this.#withId(checkCloudEvent(given), keepIds);
  }

  /** The event is our own: a copy, or one that was just read. */
  #withId(event: CloudEvent, keepIds: boolean): GeneratedEvent {
    event.id = this.#idOf(event, keepIds);
    return { event, correlationId: uuidv4(this.#ids) };
  }

  #idOf({ id, time }: CloudEvent, keepIds: boolean): string {
    return keepIds ? id : uuidv7(this.#ids, this.#msOf(time));
  }

  /** A time that cannot be read, or that no UUIDv7 can carry, is now. */
  #msOf(time: string | undefined): number {
    const ms = time === undefined ? Number.NaN : dateTimeMs(time);
    return Number.isFinite(ms) && ms >= 0 ? ms : this.#options.now();
  }

  async #shared(isCurrent: () => boolean): Promise<Generator> {
    if (this.#generator) return this.#generator;
    const made = await this.#make(this.#options.seed);
    if (isCurrent()) this.#generator = made;
    return made;
  }

  async #make(seed: number): Promise<Generator> {
    const { createGenerator } = await import('./generator.ts');
    return createGenerator({ rng: createRng(seed).fork('events'), source: this.#options.source });
  }
}

/** What only one event can have. */
function checkAttributes({ id, time }: Pick<GenerateRequest, 'id' | 'time'>, events: number): void {
  if (events === 1) return;
  for (const [option, value] of Object.entries({ id, time }))
    if (value !== undefined)
      throw fail('INVALID_OPTION', { option, value, expected: `possible for ${events} events: ask for one` });
}
