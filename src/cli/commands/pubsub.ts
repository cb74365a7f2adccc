import type { TopicsBody, TopicView } from '../../http/control-api.ts';
import { count, table } from '../../narration/text.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';

export interface ChangeOptions extends ClientOptions {
  /** `projects/p/topics/t` */
  topic: string;
  what: 'grant' | 'revoke';
}

const nextAfter = {
  grant: 'a subscription that was suspended stays so until it is resumed',
  revoke: 'the next publication suspends its subscription',
};
const noSubscription = 'no subscription has this topic, see "aep-mock ctl pubsub list"';

/** `aep-mock ctl pubsub grant` and `revoke`: gives or takes the platform's right to publish to a topic. */
export async function change({ topic, what, ...options }: ChangeOptions, { render }: CommandContext): Promise<number> {
  const answer = await new ControlClient(options).post<TopicView>(`/_mock/pubsub/${what}`, { topic });
  const next = answer.subscriptions.length > 0 ? nextAfter[what] : noSubscription;
  render.data({ type: 'pubsub.topic', ...answer }, `${rowOf(answer).join('  ')}; ${next}`);
  return 0;
}

/** `aep-mock ctl pubsub list`: the topics, and whether the platform may publish to them. */
export async function list(options: ClientOptions, { render }: CommandContext): Promise<number> {
  const { items } = await new ControlClient(options).get<TopicsBody>('/_mock/pubsub/topics');
  if (render.format === 'json') for (const item of items) render.data({ type: 'pubsub.topic', ...item }, undefined);
  else render.data({ type: 'pubsub.topics' }, items.length > 0 ? table(items.map(rowOf)) : 'no topics');
  return 0;
}

const rowOf = ({ topic, granted, subscriptions }: TopicView): string[] => [
  topic,
  granted ? 'may be published to' : 'may not be published to',
  count(subscriptions.length, 'subscription'),
];
