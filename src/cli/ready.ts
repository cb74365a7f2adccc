import { optionTable } from '../config/option-table.ts';
import type { ExecOptions } from '../config/options.ts';
import type { Mock } from '../mock.ts';
import type { ClaimedSubscription } from '../relay/frames.ts';
import { version } from '../version.ts';
import { describeSubscriptions } from './relay-notices.ts';
import type { JsonLine } from './render.ts';
import { scenarioText } from './scenario-text.ts';

/** What the mock relays in its own process. */
export interface Forwarding {
  forwardTo: string;
  subscriptions: readonly ClaimedSubscription[];
}

/** The ready line for programs: everything they need to use the mock. */
export function readyJson(mock: Mock, forwarding?: Forwarding): JsonLine {
  const { url, profile, seed, scenario, clock } = mock;
  const { webhookSecret, ...credentials } = mock.credentials;
  const { forwardTo, subscriptions } = forwarding ?? {};
  return {
    type: 'ready',
    url,
    pid: process.pid,
    version,
    profile,
    seed,
    scenario,
    clock: clock.kind,
    credentials,
    webhookSecret,
    forwardTo,
    subscriptions,
  };
}

/** What a person needs to go on: the credentials, and the commands for the other terminals. */
export function readyDetails(mock: Mock, { token, policy }: ExecOptions, forwarding?: Forwarding): string {
  const { clientId, clientSecret, username, password } = mock.credentials;
  const overridden = Object.keys(policy).length > 0 ? `, overridden: ${Object.keys(policy).join(', ')}` : '';
  const server = mock.url === optionTable.server.default ? '' : ` --server ${mock.url}`;
  const flags = server + (token === undefined ? '' : ' --token TOKEN');
  const rows = [
    ['profile', `${mock.profile}${overridden}, seed ${mock.seed}`],
    ['scenario', scenarioText(mock.scenario)],
    ...mock.faults.list().map(({ name, explain }) => ['', `${name}: ${explain}`]),
    ...clockRow(mock, flags),
    ['PIM and AEP', `point both base URLs of your integration at ${mock.url}`],
    ['connection', `client id ${clientId}, secret ${clientSecret}`],
    ['', `user ${username}, password ${password}`],
    forwarding
      ? ['forwarding', `to ${forwarding.forwardTo}`]
      : ['listen', `aep-mock listen --forward-to 3000/webhooks/akeneo${flags}`],
    ['trigger', `aep-mock trigger product.updated --count 5${flags}`],
  ];
  const lines = rows.map(([name = '', text = '']) => `  ${name.padEnd(12)}  ${text}`);
  return [...lines, ...(forwarding ? [describeSubscriptions(forwarding.subscriptions)] : [])].join('\n');
}

/** Said only where time is not the machine's. */
function clockRow({ clock }: Mock, flags: string): [string, string][] {
  if (clock.kind === 'system') return [];
  if (clock.scale !== undefined) return [['clock', `${clock.scale} times as fast as real time`]];
  return [['clock', `stands at ${new Date(clock.now()).toISOString()}: aep-mock ctl advance 5m${flags}`]];
}
