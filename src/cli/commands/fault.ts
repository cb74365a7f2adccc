import type { FaultsBody, StateBody } from '../../http/control-api.ts';
import { number, table } from '../../narration/text.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { warnOfUnknown } from '../fault-targets.ts';
import { joinRules } from '../join-rules.ts';
import type { Renderer } from '../render.ts';

type FaultItem = FaultsBody['items'][number];

const path = '/_mock/faults';

export interface AddOptions extends ClientOptions {
  /** Rules as words; one without quotes comes in parts. */
  rules: string[];
}

/** `aep-mock ctl fault add`: injects failures into a running mock, behind the rules that it has. */
export async function add({ rules, ...options }: AddOptions, { render }: CommandContext): Promise<number> {
  const client = new ControlClient(options);
  const { items } = await client.post<FaultsBody>(path, joinRules(rules));
  show(items, render);
  if (items.some(({ rule }) => rule.match.subscription !== undefined)) {
    const { subscriptions } = await client.get<StateBody>('/_mock/state');
    const known = subscriptions.map(({ id }) => id);
    warnOfUnknown(items, known, render);
  }
  return 0;
}

/** `aep-mock ctl fault list`: the rules in force and how often each had its turn. */
export async function list(options: ClientOptions, { render }: CommandContext): Promise<number> {
  const { items } = await new ControlClient(options).get<FaultsBody>(path);
  if (items.length === 0 && render.format === 'pretty') render.data({ type: 'faults' }, 'no fault rules');
  show(items, render);
  return 0;
}

/** `aep-mock ctl fault clear`: nothing is injected any more. */
export async function clear(options: ClientOptions, { render }: CommandContext): Promise<number> {
  await new ControlClient(options).delete<FaultsBody>(path);
  render.data({ type: 'faults.cleared' }, 'no fault rule is in force any more');
  return 0;
}

function show(items: readonly FaultItem[], render: Renderer): void {
  if (render.format === 'json') for (const item of items) render.data({ type: 'fault', ...item }, undefined);
  else if (items.length > 0) render.data({ type: 'faults' }, table(items.map(row)));
}

const row = ({ name, explain, matched, fired }: FaultItem): string[] => [
  name,
  explain,
  `happened ${number(fired)} of ${number(matched)} times`,
];
