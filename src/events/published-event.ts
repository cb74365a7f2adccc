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

/**
 * An event that was published: its envelope without `subject`, which is each subscription's own, and how many subscriptions take it.
 * Extension attributes are there too; they are typed in `DeliveryRecord.event`.
 */
export type Published<Type extends string = string, Data = unknown> = {
  specversion: '1.0';
  id: string;
  source: string;
  type: Type;
  datacontenttype: string;
  dataschema: string;
  /** RFC 3339. */
  time: string;
  data: Data;
  /**
   * How many subscriptions take it; injected duplicates are not counted. Not part of the event and so not enumerable: a copy of the
   * event, and its JSON, are without it. An extension attribute of this name is delivered, and hidden here.
   */
  readonly deliveries: number;
};

/** The event as `publish` answers it. What it has was filled in before. */
export function publishedWith({ event, deliveries }: PublishedEvent): Published {
  return Object.defineProperty({ ...event }, 'deliveries', { value: deliveries, enumerable: false }) as Published;
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
