import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { isPublisher } from '../core/publisher-right.ts';
import { type State, topicName } from '../core/state.ts';
import { show } from '../errors.ts';
import { checked, readJson } from './body.ts';
import { type TopicsBody, type TopicView, topicAnswer, topicsAnswer } from './control-api.ts';
import { controlRoute } from './control-route.ts';
import { projectId, topicId } from './destination-schemas.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const wholeTopic = z.templateLiteral(['projects/', projectId, '/topics/', topicId], {
  error: ({ input }) =>
    input === undefined
      ? undefined
      : `must be projects/PROJECT/topics/TOPIC, as the subscriptions have them, got ${show(input)}`,
});
const topicSchema = z.strictObject({ topic: wholeTopic });
const change = (path: string, name: string, summary: string) =>
  controlRoute({
    method: 'post',
    path,
    name,
    summary,
    body: { schema: topicSchema, required: true },
    answer: topicAnswer,
  });

const routes = {
  list: controlRoute({
    method: 'get',
    path: '/_mock/pubsub/topics',
    name: 'listPubSubTopics',
    summary: 'The topics of subscriptions, and those whose owner has taken the right to publish away',
    answer: topicsAnswer,
  }),
  grant: change(
    '/_mock/pubsub/grant',
    'grantPublisher',
    'Let the platform publish to a topic; suspended subscriptions stay so',
  ),
  revoke: change(
    '/_mock/pubsub/revoke',
    'revokePublisher',
    'Take that right away: the next publication to the topic suspends its subscription',
  ),
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
