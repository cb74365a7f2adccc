/** What somebody needs who writes an event by hand: the types, one to begin with, and what is wrong with it. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { uuidv7 } from '../core/ids.ts';
import { createRng } from '../core/rng.ts';
import { eventTypes, shortName, typeNamed } from '../events/catalog.ts';
import { checked, readJson } from './body.ts';
import { controlRoute } from './control-route.ts';
import {
  checkAnswer,
  checkBody,
  draftAnswer,
  draftBody,
  type EventTypesBody,
  eventTypesAnswer,
} from './inspect-api.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const routes = {
  types: controlRoute({
    method: 'get',
    path: '/_mock/event-types',
    name: 'listEventTypes',
    summary: 'Every event type that the mock knows, with the path of its JSON Schema',
    answer: eventTypesAnswer,
  }),
  draft: controlRoute({
    method: 'post',
    path: '/_mock/events/draft',
    name: 'draftEvent',
    summary: 'Generate an event without publishing it',
    body: { schema: draftBody, required: true },
    answer: draftAnswer,
  }),
  check: controlRoute({
    method: 'post',
    path: '/_mock/events/check',
    name: 'checkEvent',
    summary: 'What is to be said against an event of your own; what publishing fills in may be missing',
    body: { schema: checkBody, required: true },
    answer: checkAnswer,
    errors: [413],
  }),
};

const eventTypesBody: EventTypesBody = {
  items: eventTypes.map((type) => ({ type, short_name: shortName(type), schema: `/spec/${type}.schema.json` })),
};

/** Mounts them. */
export function mountEventDrafts(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, routes.types, (c) => c.json(eventTypesBody));

  serve(app, routes.draft, async (c) => {
    const { type, seed = ctx.seed } = checked(draftBody, await readJson(c));
    const { draftEvent } = await import('../events/draft-event.ts');
    const event = await draftEvent({ type: typeNamed(type), seed, source: ctx.policy.eventSource, now: ctx.now() });
    return c.json({ event });
  });

  serve(app, routes.check, async (c) => {
    const { event } = checked(checkBody, await readJson(c));
    const { eventProblems } = await import('./event-problems.ts');
    const now = ctx.now();
    // Like the id that publishing would give it.
    const id = (): string => uuidv7(createRng(ctx.seed), now);
    return c.json({ problems: await eventProblems(event, { source: ctx.policy.eventSource, now, id }) });
  });
}
