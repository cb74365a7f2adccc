import type { Email } from '../../runtime/outbox.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';

/** `aep-mock ctl outbox`: the e-mails that the platform would have sent, newest first. */
export async function outbox(options: ClientOptions, { render }: CommandContext): Promise<number> {
  const { items } = await new ControlClient(options).get<{ items: Email[] }>('/_mock/outbox');
  render.data({ type: 'outbox', items }, items.length === 0 ? 'no e-mails' : items.map(emailText).join('\n\n'));
  return 0;
}

function emailText({ at, to, subject, text }: Email): string {
  return [`${at}  to ${to}`, subject, ...text.split('\n').map((line) => `  ${line}`.trimEnd())].join('\n');
}
