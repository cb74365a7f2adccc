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
