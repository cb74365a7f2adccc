/** The journal for other languages: a page of it, or a bounded wait for what comes next. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { show } from '../errors.ts';
import { realDeadline } from '../runtime/clock.ts';
import type { Journal, JournalEntry } from '../runtime/journal.ts';
import { checkedQuery } from './body.ts';
import { controlRoute } from './control-route.ts';
import { InvalidRequest } from './errors.ts';
import { entryTypes, type JournalBody, journalAnswer } from './journal-api.ts';
import { journalView } from './journal-view.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';
import { wholeNumber } from './whole-number.ts';

/** Long enough to poll seldom, and shorter than the patience of HTTP clients and proxies. */
export const longestWaitMs = 30_000;

const typeList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(entryTypes)))
  .optional()
  .openapi({
    type: 'string',
    example: 'attempt.finished,delivery.dropped',
    description: 'Only entries of these types',
  });

const query = z.strictObject({
  after: wholeNumber(0, 999_999_999, 0).openapi({ description: 'Only entries with a higher number' }),
  types: typeList,
  limit: wholeNumber(1, 1_000, 1_000),
  wait_ms: wholeNumber(0, longestWaitMs, 0).openapi({
    description: 'How long to wait for an entry, in real time, when there is none',
  }),
});

const route = controlRoute({
  method: 'get',
  path: '/_mock/journal',
  name: 'readJournal',
  summary: 'What happened after an entry, oldest first; when there is nothing, a wait for what comes next',
  query,
  answer: journalAnswer,
});

/** Mounts the journal of the control API. */
export function mountJournal(app: OpenAPIHono, { journal, closing }: HttpContext): void {
  serve(app, route, async (c) => {
    const { types, ...given } = checkedQuery(c, query);
    const page = { after: Number(given.after), types, limit: Number(given.limit) };
    const { lastSeq } = journal;
    if (page.after > lastSeq) {
      const problem = `after: ${show(page.after)} is ahead of the latest entry, ${lastSeq}: the mock was restarted; begin again with 0`;
      throw new InvalidRequest([problem], 400);
    }
    let answer = readPage(journal, page);
    if (answer.items.length === 0) {
      await nextEntry(journal, page.types, Number(given.wait_ms), AbortSignal.any([c.req.raw.signal, closing]));
      answer = readPage(journal, page);
    }
    // A connection that is kept for a next request would hold the end of the mock up.
    if (closing.aborted) c.header('Connection', 'close');
    return c.json(answer);
  });
}

interface Page {
  after: number;
  types: readonly JournalEntry['type'][] | undefined;
  limit: number;
}

function readPage(journal: Journal, { after, types, limit }: Page): JournalBody {
  const items: JournalBody['items'] = [];
  let isFull = false;
  let nextAfter = after;
  for (const entry of journal.entries(after)) {
    if (isFull) break;
    nextAfter = entry.seq;
    if (isWanted(entry, types)) items.push(journalView(entry));
    isFull = items.length >= limit;
  }
  const { firstSeq, lastSeq } = journal;
  const missed = Math.max(0, firstSeq - 1 - after);
  return { items, first_seq: firstSeq, last_seq: lastSeq, missed, next_after: isFull ? nextAfter : lastSeq };
}

const isWanted = ({ type }: JournalEntry, types: Page['types']): boolean => types === undefined || types.includes(type);

/** Resolves with the next entry of these types, after `ms` of real time, or when nobody wants to know any more. */
function nextEntry(journal: Journal, types: Page['types'], ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0 || over.aborted) return resolve();
    const finish = (): void => {
      cancel();
      unsubscribe();
      over.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = realDeadline(ms, finish);
    const unsubscribe = journal.subscribe((entry) => {
      if (isWanted(entry, types)) finish();
    });
    over.addEventListener('abort', finish);
  });
}
