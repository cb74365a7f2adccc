/** What happens, as it happens, for a page: the journal as server-sent events (html.spec.whatwg.org, 9.2). */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { checkedQuery } from '../http/body.ts';
import { controlRoute } from '../http/control-route.ts';
import type { StreamMessage } from '../http/inspect-api.ts';
import { serve } from '../http/openapi.ts';
import type { HttpContext } from '../http/ports.ts';
import { monotonicNow, nextTurn, realDeadline } from '../runtime/clock.ts';
import { freshSeed } from '../runtime/fresh-seed.ts';
import type { Journal } from '../runtime/journal.ts';
import { JournalFeed } from './journal-feed.ts';

/** What comes within this time makes one message. */
const turnMs = 100;
/** A sign of life after so long without an entry: proxies end what is quiet, and a dead socket is found out by writing to it. */
const quietMs = 15_000;
const signOfLife = ':\n\n';
/** How soon a browser connects again. */
const greeting = 'retry: 1000\n\n';

const query = z.strictObject({
  last_event_id: z
    .string()
    .optional()
    .openapi({ description: 'Where to go on, for clients that cannot send the header Last-Event-ID' }),
});

const route = controlRoute({
  method: 'get',
  path: '/_mock/stream',
  name: 'streamJournal',
  summary:
    'The journal as server-sent events: what is kept, then what comes, a message each 100 ms at most; sampled when it is too much for a page',
  query,
  answer: 'event stream',
});

const headers = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // Said beforehand, so that the adapter does not wait whether the answer is a short one.
  'Transfer-Encoding': 'chunked',
  'X-Accel-Buffering': 'no',
};

/** Mounts the stream. */
export function mountStream(app: OpenAPIHono, ctx: HttpContext): void {
  const run = freshSeed().toString(36);
  serve(app, route, (c) => {
    const { last_event_id: inQuery } = checkedQuery(c, query);
    const { journal, now, measuredMs, closing } = ctx;
    const after = lastTold(c.req.header('Last-Event-ID') ?? inQuery, run, journal);
    const feed = new JournalFeed({ journal, run, now: () => now(), measuredMs, monotonicNow, after });
    return c.body(streamOf(feed, journal, closing), 200, headers);
  });
}

/** The number in the id of the last message, when that was one of this run. */
function lastTold(id: string | undefined, run: string, { lastSeq }: Journal): number | undefined {
  const [ofRun, number = ''] = id?.split(':') ?? [];
  const seq = Number(number);
  return ofRun === run && /^\d+$/.test(number) && seq <= lastSeq ? seq : undefined;
}

/** The feed for as long as somebody reads it and the mock is open. Nothing is made, and nothing waited for, unless it is read. */
function streamOf(feed: JournalFeed, journal: Journal, closing: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const over = new AbortController();
  let hasBegun = false;
  let close = (): void => {};
  const begin = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    hasBegun = true;
    close = () => {
      over.abort();
      controller.close();
    };
    if (closing.aborted) close();
    else {
      closing.addEventListener('abort', close, { once: true });
      controller.enqueue(encoder.encode(greeting));
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!hasBegun) return begin(controller);
        // A long backlog leaves the others their turns.
        await nextTurn();
        if (feed.isTurnOver && (await nextNews(feed, journal, over.signal))) feed.beginTurn();
        if (over.signal.aborted) return;
        controller.enqueue(encoder.encode(feed.isTurnOver ? signOfLife : frame(feed.next())));
      },
      cancel() {
        closing.removeEventListener('abort', close);
        over.abort();
      },
    },
    { highWaterMark: 0 },
  );
}

const frame = (message: StreamMessage): string =>
  `event: entries\nid: ${message.run}:${message.last_seq}\ndata: ${JSON.stringify(message)}\n\n`;

/** Resolves with true a turn after the first new entry; with false when there is none for a while, or it is over. */
async function nextNews(feed: JournalFeed, journal: Journal, over: AbortSignal): Promise<boolean> {
  if (!feed.hasNews) await until(quietMs, over, (finish) => journal.subscribe(finish));
  if (!feed.hasNews) return false;
  await until(turnMs, over);
  return !over.aborted;
}

/** Resolves after `ms` of real time, when it is over, or as soon as what `listen` listens to has come. */
function until(ms: number, over: AbortSignal, listen?: (finish: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    if (over.aborted) return resolve();
    const finish = (): void => {
      cancel();
      unlisten?.();
      over.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = realDeadline(ms, finish);
    const unlisten = listen?.(finish);
    over.addEventListener('abort', finish);
  });
}
