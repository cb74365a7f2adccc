import { sealEvent, sourceOf } from '../core/envelope.ts';
import type { EventSource, SealedEvent } from '../core/types.ts';

/** What the events that are published at one moment have in common: one object for all of them, because very many may be kept. */
export interface Publication {
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
  readonly #json: string;
  readonly #publication: Publication;
  #sealed: SealedEvent | undefined;

  /** `json`: the event as a recording has it; its id may be another one. */
  constructor(json: string, id: string, type: string, publication: Publication) {
    this.id = id;
    this.type = type;
    this.#json = json;
    this.#publication = publication;
  }

  get publishedAt(): number {
    return this.#publication.publishedAt;
  }

  get source(): EventSource {
    return sourceOf(this.type);
  }

  get correlationId(): string {
    return this.#publication.correlationOf(this.id);
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
