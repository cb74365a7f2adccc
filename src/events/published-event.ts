import { openEvent } from '../core/envelope.ts';
import type { CloudEvent, SealedEvent } from '../core/types.ts';

/** What became of a published event at once: how many subscriptions take it. */
export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  /** Injected duplicates are not counted. */
  readonly deliveries: number;
  /** As it was published, without a subject. Read when asked for. */
  readonly event: CloudEvent;
}

/** An event that was published: its envelope without `subject`, which is each subscription's own, and how many subscriptions take it. */
export interface Published<Type extends string = string, Data = unknown> extends CloudEvent {
  type: Type;
  data: Data;
  /** How many subscriptions take it; injected duplicates are not counted. Not part of the envelope. */
  deliveries: number;
}

/** A sealed event that the engine has taken. */
export class AcceptedEvent implements PublishedEvent {
  readonly id: string;
  readonly type: string;
  readonly deliveries: number;
  readonly #sealed: SealedEvent;

  constructor(sealed: SealedEvent, deliveries: number) {
    this.id = sealed.id;
    this.type = sealed.type;
    this.deliveries = deliveries;
    this.#sealed = sealed;
  }

  get event(): CloudEvent {
    return openEvent(this.#sealed);
  }
}
