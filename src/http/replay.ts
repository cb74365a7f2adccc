/** The mock's end of `aep-mock replay`: a recording comes in batch by batch, and the answer to each says that the next may come. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { mostPerRequest } from '../events/publisher.ts';
import type { ReplayBatch, ReplayFeed, ReplayItem } from '../events/replay-feed.ts';
import { checked, readJson } from './body.ts';
import { controlRoute, idInPath } from './control-route.ts';
import { total } from './delivery-api.ts';
import { serve } from './openapi.ts';

export const replayPath = '/_mock/replays/';

/** The largest batch: one delivery of the largest size as JSON inside JSON, and more. */
const batchLimitBytes = 32 * 1024 * 1024;

const delivery = z.strictObject({
  headers: z.record(z.string(), z.string()),
  body: z.string().openapi({ description: 'The exact text' }),
});

const batchBody = z
  .strictObject({
    events: z.array(z.unknown()).max(mostPerRequest).optional().openapi({ description: 'To be signed anew' }),
    deliveries: z
      .array(delivery)
      .max(mostPerRequest)
      .optional()
      .openapi({ description: 'Recorded deliveries whose very bytes and headers go out again' }),
    after_ms: z
      .array(z.number().min(0))
      .optional()
      .openapi({ description: 'For each when to publish it, on the mock’s clock from the beginning of the replay' }),
    keep_ids: z.boolean().default(false),
    last: z.boolean().default(false).openapi({ description: 'Nothing comes behind it' }),
  })
  .refine(({ events, deliveries }) => (events === undefined) !== (deliveries === undefined), {
    message: 'needs either events or deliveries',
  })
  .refine(({ events, deliveries, after_ms }) => !after_ms || after_ms.length === (events ?? deliveries)?.length, {
    message: 'needs as many after_ms as events or deliveries',
  });

const batchAnswer = z
  .object({
    published: total.openapi({ description: 'From the beginning of the batch: all of it, unless it was stopped' }),
    deliveries: total,
    untaken: z.record(z.string(), total).openapi({ description: 'By type, how many events no subscription took' }),
    stopped: z.boolean(),
  })
  .openapi('ReplayedBatch');

export type ReplayBatchBody = z.input<typeof batchBody>;
export type ReplayAnswer = z.output<typeof batchAnswer>;

const routes = {
  publish: controlRoute({
    method: 'post',
    path: `${replayPath}{replay}`,
    name: 'replayBatch',
    summary: 'Publish a batch of a recording, each event at its time; answers when the next batch may come',
    parameters: [idInPath('replay')],
    body: { schema: batchBody, required: true },
    answer: batchAnswer,
    errors: [413],
  }),
  stop: controlRoute({
    method: 'delete',
    path: `${replayPath}{replay}`,
    name: 'stopReplay',
    summary: 'End a replay: its batch is answered with what was published of it',
    parameters: [idInPath('replay')],
    answer: z.object({}),
  }),
};

/** Mounts what `aep-mock replay` talks to. */
export function mountReplay(app: OpenAPIHono, feed: ReplayFeed): void {
  serve(app, routes.publish, async (c) => {
    const name = c.req.param('replay');
    const batch = batchOf(checked(batchBody, await readJson(c, batchLimitBytes)));
    const stop = (): void => feed.stop(name);
    // Whoever asked is gone: nobody would know how far it got.
    c.req.raw.signal.addEventListener('abort', stop);
    try {
      const { untaken, ...done } = await feed.publish(name, batch);
      return c.json({ ...done, untaken: Object.fromEntries(untaken) });
    } finally {
      c.req.raw.signal.removeEventListener('abort', stop);
    }
  });
  serve(app, routes.stop, (c) => {
    feed.stop(c.req.param('replay'));
    return c.json({});
  });
}

function batchOf({ events, deliveries = [], after_ms: afterMs, ...rest }: z.output<typeof batchBody>): ReplayBatch {
  const inputs: ReplayItem[] = events
    ? events.map((event) => ({ event }))
    : deliveries.map((each) => ({ event: parseBody(each.body), delivery: each }));
  return {
    items: afterMs ? inputs.map((input, n) => ({ ...input, afterMs: afterMs[n] })) : inputs,
    keepIds: rest.keep_ids,
    isLast: rest.last,
  };
}

/** A body that is no JSON is no event, which whoever publishes it says. */
function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
