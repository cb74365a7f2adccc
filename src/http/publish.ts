import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { isObject } from '../core/is-object.ts';
import type { GenerateRequest } from '../events/generate-request.ts';
import type { EventInput } from '../events/given-event.ts';
import type { PublishedEvent } from '../events/published-event.ts';
import { checked, readJson } from './body.ts';
import { generateBody, ownBody, type PublishAnswer, publishAnswer, recordedBody } from './control-api.ts';
import { controlRoute } from './control-route.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

/** The largest batch of events that one request publishes. */
const publishLimitBytes = 8 * 1024 * 1024;

const route = controlRoute({
  method: 'post',
  path: '/_mock/publish',
  name: 'publish',
  summary:
    'Generate events, publish some of your own, or recorded ones: all or none; answers how many subscriptions take each',
  body: { schema: z.union([generateBody, ownBody, recordedBody]), required: true },
  status: 202,
  answer: publishAnswer,
  errors: [413],
});

/** Mounts the publication of events. */
export function mountPublish(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, route, async (c) => c.json({ published: await publish(ctx, await readJson(c, publishLimitBytes)) }, 202));
}

async function publish(ctx: HttpContext, wish: unknown): Promise<PublishAnswer['published']> {
  if (isObject(wish) && 'events' in wish) return wish.recorded === true ? replay(ctx, wish) : publishOwn(ctx, wish);
  const { return_events: withEvents, ...request } = checked(generateBody, wish);
  return (await ctx.generate(given(request) as GenerateRequest)).map((each) => itemOf(each, withEvents));
}

async function publishOwn(ctx: HttpContext, wish: unknown): Promise<PublishAnswer['published']> {
  const { return_events: withEvents, keep_ids: keepIds, recorded: _recorded, events, ...rest } = checked(ownBody, wish);
  // Their types are looked at one by one.
  const request = { events: events as EventInput[], keepIds, ...given(rest) };
  return (await ctx.publish(request)).map((each) => itemOf(each, withEvents));
}

async function replay(ctx: HttpContext, wish: unknown): Promise<PublishAnswer['published']> {
  const { return_events: withEvents, keep_ids: keepIds, events } = checked(recordedBody, wish);
  return (await ctx.replay(events, { keepIds })).map((each) => itemOf(each, withEvents));
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without what is not given. */
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;

const itemOf = (published: PublishedEvent, withEvent: boolean): PublishAnswer['published'][number] => {
  const { id, type, deliveries } = published;
  return { id, type, deliveries, ...(withEvent && { event: published.event }) };
};
