import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';

/** `aep-mock ctl timeline`: what happened so far, and how to have the same run again. */
export async function timeline(options: ClientOptions, { render }: CommandContext): Promise<number> {
  const text = await new ControlClient(options).text('/_mock/timeline');
  render.data({ type: 'timeline', text }, text);
  return 0;
}
