import { isLoopbackHost } from '../core/loopback.ts';
import { show } from '../errors.ts';

/**
 * Why a URL cannot be a destination, or undefined. Only https (R7); with `--allow-http` plain http as well, on this machine only.
 * Credentials and fragments are refused although the platform's rule on them is unknown: neither would arrive at the handler.
 */
export function urlProblem(text: string, allowHttp: boolean): string | undefined {
  const got = `got ${show(withoutCredentials(text))}`;
  // The parser drops or encodes them silently, and what is shown would not be what is asked.
  if (/[\s\p{Cc}]/u.test(text)) return `must not contain blanks, ${got}`;
  if (!URL.canParse(text)) return `must be an absolute https URL, ${got}`;
  const url = new URL(text);
  if (url.protocol === 'http:' && allowHttp) {
    if (!isLoopbackHost(url.hostname)) return `plain http is supported on loopback addresses only, ${got}; use https`;
  } else if (url.protocol !== 'https:') {
    const wayOut =
      url.protocol === 'http:'
        ? '; start the mock with --allow-http (in a test: allowHttp: true) to use plain http on loopback addresses'
        : '';
    return `only https is supported, ${got}${wayOut}`;
  }
  if (url.username || url.password) return `must not carry a user name or a password, ${got}`;
  if (url.hash) return `must not have a fragment, which is never sent, ${got}`;
  return undefined;
}

const withoutCredentials = (text: string): string => text.replace(/\/\/[^/]*@/, '//***@');
