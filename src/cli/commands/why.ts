import type { WhyBody } from '../../http/control-api.ts';
import { shortId, shortType, table } from '../../narration/text.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';

export interface WhyOptions extends ClientOptions {
  event: string;
  subscription: string | undefined;
}

/** `aep-mock ctl why EVENT [SUBSCRIPTION]`: where an event is for each subscription, or why it never went there. */
export async function why(options: WhyOptions, { render }: CommandContext): Promise<number> {
  const query = { event_id: options.event, subscription_id: options.subscription };
  const body = await new ControlClient(options).get<WhyBody>('/_mock/why', query);
  render.data({ type: 'why', ...body }, whyText(body));
  return 0;
}

function whyText({ event_id, event_type, published_at, items }: WhyBody): string {
  const rows = items.map(({ subscription_id, delivery_id = '-', reason, message }) => [
    `  sub ${shortId(subscription_id)}`,
    delivery_id,
    reason.replaceAll('_', ' '),
    message,
  ]);
  const head = `${shortType(event_type)}  ${event_id}  published ${published_at}`;
  return rows.length > 0 ? `${head}\n${table(rows)}` : `${head}\n  there is no subscription that could take it`;
}
