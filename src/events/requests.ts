import { eventTime, schemaUrl } from '../core/envelope.ts';
import { uuidv4, uuidv7 } from '../core/ids.ts';
import type { Rng } from '../core/rng.ts';
import type { CloudEvent } from '../core/types.ts';
import { type Author, hasAuthor } from './author.ts';
import type { Fact } from './facts.ts';
import type { Pim } from './pim.ts';

export interface GeneratedEvent {
  event: CloudEvent;
  /** A UUIDv4 that names the request to the PIM; the events of one request share it. */
  correlationId: string;
}

/** Begins a request to the PIM; what it answers turns each fact of that request into an event. Without `author` somebody of the PIM did it. */
export type BeginRequest = (now: number, author?: Author) => (fact: Fact) => GeneratedEvent;

export function createRequests(pim: Pim, rng: Rng, source: string): BeginRequest {
  const ids = rng.fork('ids');
  const correlations = rng.fork('correlations');
  const authors = rng.fork('authors');

  return (now, author) => {
    const correlationId = uuidv4(correlations);
    const drawn = drawAuthor(pim, authors);
    return ({ type, data, author: owner }) => ({
      event: {
        specversion: '1.0',
        id: uuidv7(ids, now),
        source,
        type,
        datacontenttype: 'application/json',
        dataschema: schemaUrl(type),
        time: eventTime(now),
        data: hasAuthor(type) ? { ...data, author: { ...(author ?? owner ?? drawn) } } : data,
      },
      correlationId,
    });
  };
}

/** Mostly a person, often a connection, sometimes the PIM itself. */
export function drawAuthor(pim: Pim, rng: Rng): Author {
  const kind = rng.next();
  const index = rng.next();
  const from = (list: readonly string[]): string => list[Math.floor(index * list.length)] ?? 'system';
  if (kind < 0.7) return { identifier: from(pim.vocabulary.usernames), type: 'user' };
  if (kind < 0.95) return { identifier: from(pim.apiClients), type: 'api' };
  return { identifier: 'system', type: 'system' };
}
