/** What this application needs of an event's envelope. */
export interface PimEvent {
  /** The same for every retry and every duplicate. */
  id: string;
  type: string;
  /** RFC 3339. */
  time: string;
  data: unknown;
}

/** The event in a verified body; undefined when it is none. */
export function readEvent(body: Uint8Array): PimEvent | undefined {
  let event: unknown;
  try {
    event = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
  return isEvent(event) ? event : undefined;
}

function isEvent(value: unknown): value is PimEvent {
  const { id, type, time } = (value ?? {}) as Partial<PimEvent>;
  return typeof id === 'string' && typeof type === 'string' && typeof time === 'string';
}
