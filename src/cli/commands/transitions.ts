import type { ConnectionAnswer, TransitionAnswer } from '../../http/control-api.ts';
import { count, shortId } from '../../narration/text.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';

export interface TransitionOptions extends ClientOptions {
  /** A subscription's id, or as much of it as tells it from the others. */
  id: string;
  by: 'system' | 'user';
  what: 'suspend' | 'resume' | 'revoke';
}

/** `aep-mock ctl suspend`, `resume` and `revoke`. */
export async function transition(options: TransitionOptions, { render }: CommandContext): Promise<number> {
  const { id, by, what } = options;
  const path = `/_mock/subscriptions/${encodeURIComponent(id)}/${what}`;
  const answer = await new ControlClient(options).post<TransitionAnswer>(path, { by });
  render.data(
    { type: 'subscription', ...answer },
    `subscription ${answer.id} is ${answer.status}${lostText(answer.lost)}`,
  );
  return 0;
}

/** `aep-mock ctl remove-connection`: what happens when a connection or app is removed from the PIM. */
export async function removeConnection(
  options: ClientOptions & { clientId: string },
  { render }: CommandContext,
): Promise<number> {
  const path = `/_mock/connections/${encodeURIComponent(options.clientId)}/remove`;
  const answer = await new ControlClient(options).post<ConnectionAnswer>(path);
  render.data({ type: 'connection', ...answer }, `connection ${answer.client_id} removed: ${changesText(answer)}`);
  return 0;
}

/** `aep-mock ctl permission`: grants or withdraws the "Event Platform" permission. */
export async function permission(
  options: ClientOptions & { clientId: string; granted: boolean },
  { render }: CommandContext,
): Promise<number> {
  const path = `/_mock/connections/${encodeURIComponent(options.clientId)}/permission`;
  const { granted } = options;
  const answer = await new ControlClient(options).put<ConnectionAnswer>(path, { granted });
  const what = `connection ${answer.client_id}: "Event Platform" permission ${granted ? 'granted' : 'withdrawn'}`;
  render.data({ type: 'connection', granted, ...answer }, `${what}: ${changesText(answer)}`);
  return 0;
}

const lostText = (lost: number): string => (lost === 0 ? '' : `: ${count(lost, 'delivery', 'deliveries')} lost`);

function changesText({ subscriptions, lost }: ConnectionAnswer): string {
  if (subscriptions.length === 0) return 'no subscription changed';
  return subscriptions.map(({ id, status }) => `${shortId(id)} ${status}`).join(', ') + lostText(lost);
}
