import { optionTable } from '../config/option-table.ts';
import type { ResolvedOptions } from '../config/options.ts';
import type { Mock } from '../mock.ts';
import { version } from '../version.ts';
import type { JsonLine } from './render.ts';

/** The ready line for programs: everything they need to use the mock. */
export function readyJson(mock: Mock, { webhookSecret }: ResolvedOptions): JsonLine {
  const { url, profile, seed, credentials } = mock;
  return { type: 'ready', url, version, profile, seed, credentials, webhookSecret };
}

/** What a person needs to go on: the credentials, and the commands for the other terminals. */
export function readyDetails(mock: Mock, { token, policy, forwardTo, demo }: ResolvedOptions): string {
  const { clientId, clientSecret, username, password } = mock.credentials;
  const overridden = Object.keys(policy).length > 0 ? `, overridden: ${Object.keys(policy).join(', ')}` : '';
  const flags = [
    mock.url === optionTable.server.default ? '' : ` --server ${mock.url}`,
    token === undefined ? '' : ' --token TOKEN',
  ].join('');
  const rows = [
    ['profile', `${mock.profile}${overridden}, seed ${mock.seed}`],
    ['PIM and AEP', `point both base URLs of your integration at ${mock.url}`],
    ['connection', `client id ${clientId}, secret ${clientSecret}`],
    ['', `user ${username}, password ${password}`],
    ...(forwardTo === undefined && !demo
      ? [['listen', `aep-mock listen --forward-to 3000/webhooks/akeneo${flags}`]]
      : []),
    ['trigger', `aep-mock trigger product.updated --count 5${flags}`],
  ];
  return rows.map(([name = '', text = '']) => `  ${name.padEnd(12)}  ${text}`).join('\n');
}
