import type { WireView } from '../../../http/inspect-api.ts';
import { shellWord } from '../../../narration/shell-word.ts';

/** curl says these by itself, from the URL and the body. */
const ownHeaders = ['host', 'content-length', 'connection', 'transfer-encoding'];

/** The request as a command for a POSIX shell: the same headers, the same bytes. */
export function asCurl({ request: { url, headers, body } }: WireView): string {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const sent = Object.entries(headers)
    .filter(([name]) => !ownHeaders.includes(name.toLowerCase()))
    // A header without a value is written with a semicolon; with a colon it would be left out.
    .map(([name, value]) => (value === '' ? `${name};` : `${name}: ${value}`));
  // What curl would add of its own.
  const unsent = ['accept', 'user-agent'].filter((name) => !names.includes(name)).map((name) => `${name}:`);
  const options = [
    // Brackets and braces in a URL are no patterns.
    ...(/[[\]{}]/.test(url) ? ['--globoff'] : []),
    ...[...sent, ...unsent].map((header) => `-H ${shellWord(header)}`),
    // Without the meaning that --data gives to a leading @.
    `--data-raw ${shellWord(body)}`,
  ];
  return [`curl -i ${shellWord(url)}`, ...options].join(' \\\n  ');
}
