import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { isPublisher } from '../core/publisher-right.ts';
import { type State, topicName } from '../core/state.ts';
import { checked, readJson } from './body.ts';
import type { TopicsBody, TopicView } from './control-api.ts';
import { projectId, topicId } from './destination-schemas.ts';
import { json, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const tags = ['control'];
const topicSchema = z.object({ topic: z.templateLiteral(['projects/', projectId, '/topics/', topicId]) });
const topicView = z.object({ topic: z.string(), granted: z.boolean(), subscriptions: z.array(z.string()) });
const change = (path: string, description: string) =>
  createRoute({
    method: 'post',
    path,
    tags,
    request: { body: { required: true, ...json(topicSchema) } },
    responses: { 200: { description, ...json(topicView) } },
  });

const routes = {
  list: createRoute({
    method: 'get',
    path: '/_mock/pubsub/topics',
    tags,
    responses: {
      200: {
        description: 'The topics, and whether the platform may publish to them',
        ...json(z.object({ items: z.array(topicView) })),
      },
    },
  }),
  grant: change('/_mock/pubsub/grant', 'The platform may publish to the topic; suspended subscriptions stay so'),
  revoke: change('/_mock/pubsub/revoke', 'The next publication to the topic suspends its subscription'),
};

/** Mounts the platform's right to publish to Pub/Sub topics, which emulators do not keep (R6). */
export function mountPubSub(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, routes.list, (c) => c.json<TopicsBody>({ items: topicsOf(ctx.state) }));
  for (const [route, granted] of [
    [routes.grant, true],
    [routes.revoke, false],
  ] as const) {
    serve(app, route, async (c) => {
      const { topic } = checked(topicSchema, await readJson(c));
      ctx.dispatch({ type: 'setPublisher', topic, granted });
      return c.json<TopicView>(viewOf(ctx.state, topic));
    });
  }
}

const viewOf = (state: State, topic: string): TopicView => ({
  topic,
  granted: isPublisher(state, topic),
  subscriptions: [...state.subscriptions.values()]
    .filter(({ config }) => config.type === 'pubsub' && topicName(config) === topic)
    .map(({ id }) => id),
});

function topicsOf(state: State): TopicView[] {
  const topics = new Set(state.revokedTopics);
  for (const { config } of state.subscriptions.values()) if (config.type === 'pubsub') topics.add(topicName(config));
  return [...topics].sort().map((topic) => viewOf(state, topic));
}
