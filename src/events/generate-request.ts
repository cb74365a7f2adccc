import type { AuthorName } from './author.ts';
import type { EventPattern } from './catalog.ts';
import type { EventInput } from './given-event.ts';

/** Events of one's own to publish, several at once. What the platform's envelope has and they lack is filled in. */
export interface OwnEvents {
  events: readonly EventInput[];
  /** False gives each a new id; otherwise an event keeps the one that it has. */
  keepIds: boolean;
  /** Values to put into each event, by dotted path. */
  set?: Record<string, unknown>;
  /** The author, as `user:julia`. */
  as?: string;
}

/** Which events to make. */
export interface GenerateRequest {
  /** Event types, short names or wildcards; each is published `count` times. */
  types: readonly EventPattern[];
  count: number;
  /** Values to put into each event, by dotted path: `{ "data.product.uuid": "…" }`. */
  set?: Record<string, unknown>;
  /** Merged into the data of each event, object by object; a list replaces a list. */
  data?: unknown;
  /** The id of the event, when there is one. */
  id?: string;
  /** RFC 3339; the time of the event, when there is one. */
  time?: string;
  /** The author, as `user:julia`. */
  as?: AuthorName;
  /** Makes these events from a PIM of their own; without it they continue the mock's. */
  seed?: number;
}
