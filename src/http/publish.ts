import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { isObject } from '../core/is-object.ts';
import type { GenerateRequest } from '../events/generate-request.ts';
import type { PublishedEvent } from '../events/published-event.ts';
import { checked, readJson } from './body.ts';
import { eventsBody, generateBody, type PublishAnswer, publishAnswer } from './control-api.ts';
import { controlRoute } from './control-route.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

/** The largest batch of events that one request publishes. */
const publishLimitBytes = 8 * 1024 * 1024;

const route = controlRoute({
  method: 'post',
  path: '/_mock/publish',
  name: 'publish',
  summary: 'Generate events or publish given ones, all or none; answers how many subscriptions take each',
  body: { schema: z.union([eventsBody, generateBody]), required: true },
  status: 202,
  answer: publishAnswer,
  errors: [413],
});

/** Mounts the publication of events. */
export function mountPublish(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, route, async (c) => c.json({ published: await publish(ctx, await readJson(c, publishLimitBytes)) }, 202));
}

async function publish(ctx: HttpContext, wish: unknown): Promise<PublishAnswer['published']> {
  if (isObject(wish) && 'events' in wish) {
    const { events, keep_ids: keepIds, return_events: withEvents } = checked(eventsBody, wish);
    return (await ctx.publish(events, { keepIds })).map((each) => itemOf(each, withEvents));
  }
  const { set, as, seed, return_events: withEvents, ...rest } = checked(generateBody, wish);
  const request = { ...rest, ...(set && { set }), ...(as && { as }), ...(seed !== undefined && { seed }) };
  // The publisher checks the names of the types and the author.
  return (await ctx.generate(request as GenerateRequest)).map((each) => itemOf(each, withEvents));
}

const itemOf = (published: PublishedEvent, withEvent: boolean): PublishAnswer['published'][number] => {
  const { id, type, deliveries } = published;
  return { id, type, deliveries, ...(withEvent && { event: published.event }) };
};
