import type { AuthorName } from './author.ts';
import type { EventPattern } from './catalog.ts';

/** Which events to make. */
export interface GenerateRequest {
  /** Event types, short names or wildcards; each is published `count` times. */
  types: readonly EventPattern[];
  count: number;
  /** Values to put into each event, by dotted path: `{ "data.product.uuid": "…" }`. */
  set?: Record<string, unknown>;
  /** The author, as `user:julia`. */
  as?: AuthorName;
  /** Makes these events from a PIM of their own; without it they continue the mock's. */
  seed?: number;
}
