import type { Author } from './author.ts';
import type { EventType } from './catalog.ts';
import type { EventDataOf } from './event-data.ts';

/** The data of an event before its author is known. */
export type WithoutAuthor<Data> = Data extends unknown ? Omit<Data, 'author'> : never;

/** Something that happened in the PIM: an event without its author and its envelope. */
export interface Fact {
  type: EventType;
  data: object;
  /** Who did it, where that is not the author of the request: a job goes on long after it was launched. */
  author?: Author;
}

/** Makes a fact whose data is checked against its type. */
export function fact<Type extends EventType>(type: Type, data: WithoutAuthor<EventDataOf<Type>>): Fact {
  return { type, data };
}

/** The time of a save as deltas carry it. */
export const savedAt = (now: number): { date: string; timezone: string } => ({
  date: `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}.000000`,
  timezone: 'UTC',
});

/** A product as its own events name it. Sealing hides the identifier from subscriptions that did not ask for it. */
export const productReference = ({ uuid, identifier }: { uuid: string; identifier: string }) => ({ uuid, identifier });
