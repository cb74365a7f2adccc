import { sealEvent, sourceOf } from '../core/envelope.ts';
import type { EventSource, SealedEvent } from '../core/types.ts';

/** What an event is made from, once somebody asks. */
export interface UnsealedParts {
  /** Its JSON as a recording has it; the id may be another one. */
  text: string;
  id: string;
  type: string;
  publishedAt: number;
  /** The id of the PIM request that caused an event. */
  correlationOf: (eventId: string) => string;
}

/**
 * An event that nobody takes. It is serialised when it is looked at, which hardly ever happens, so that a recording that runs past
 * costs its reading and little more. It is never part of the state: what is owed has to be plain data.
 */
export class UnsealedEvent implements SealedEvent {
  readonly id: string;
  readonly type: string;
  readonly publishedAt: number;
  readonly #json: string;
  readonly #correlationOf: (eventId: string) => string;
  #sealed: SealedEvent | undefined;

  constructor({ text, id, type, publishedAt, correlationOf }: UnsealedParts) {
    this.id = id;
    this.type = type;
    this.publishedAt = publishedAt;
    this.#json = text;
    this.#correlationOf = correlationOf;
  }

  get source(): EventSource {
    return sourceOf(this.type);
  }

  get correlationId(): string {
    return this.#correlationOf(this.id);
  }

  get size(): number {
    return this.#json.length;
  }

  get text(): string {
    return this.sealed().text;
  }

  get subjectAt(): number {
    return this.sealed().subjectAt;
  }

  get identifiedText(): string {
    const { identifiedText, text } = this.sealed();
    return identifiedText ?? text;
  }

  /** As plain data, for whoever comes to be owed it after all. */
  sealed(): SealedEvent {
    this.#sealed ??= sealEvent({ ...JSON.parse(this.#json), id: this.id }, this.publishedAt, this.correlationId);
    return this.#sealed;
  }
}
