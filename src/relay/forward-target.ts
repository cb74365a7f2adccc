import { fail } from '../errors.ts';
import { isRelayUrl } from './claims.ts';

/** The local handler that deliveries are forwarded to. */
export interface ForwardTarget {
  /** `http://localhost:3000` */
  origin: string;
  /** Path and query; undefined when the user gave neither, and each subscription's own are kept. */
  path: string | undefined;
}

const defaultPort = 3000;
const expected = 'a local handler: 3000, 3000/path, /path, localhost:3000/path or an http(s) URL';

/**
 * Reads what `--forward-to` takes. The query string stays.
 * @throws INVALID_OPTION
 */
export function parseForwardTarget(text: string, option = '--forward-to'): ForwardTarget {
  const url = toUrl(text.trim());
  if (!url) throw fail('INVALID_OPTION', { option, value: text, expected });
  if (url.username || url.password) {
    const hint = 'leave user and password out of it: a delivery carries its own headers';
    throw fail('INVALID_OPTION', { option, value: text, expected, hint });
  }
  const bare = /^(https?:\/\/)?[^/?#]+$/i.test(text.trim());
  return { origin: url.origin, path: bare ? undefined : url.pathname + url.search };
}

function toUrl(text: string): URL | undefined {
  let href: string | undefined;
  if (/^https?:\/\//i.test(text)) href = text;
  else if (/^\/(?!\/)/.test(text)) href = `http://localhost:${defaultPort}${text}`;
  else if (/^\d+([/?#]|$)/.test(text)) href = `http://localhost:${text}`;
  else if (/^([\w.-]+|\[[0-9a-f:.]+\]):\d+([/?#]|$)/i.test(text) || /^localhost([/?#]|$)/i.test(text))
    href = `http://${text}`;
  if (href === undefined || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  return url.hostname === '' || url.port === '0' ? undefined : url;
}

/**
 * The path and query at the handler. A target without any gets those of the subscription's URL, except for URLs that exist in the
 * relay only: their path names a channel, and a handler knows nothing of it.
 */
export function forwardPath(target: ForwardTarget, subscriptionUrl: string): string {
  if (target.path !== undefined) return target.path;
  if (isRelayUrl(subscriptionUrl) || !URL.canParse(subscriptionUrl)) return '/';
  const { pathname, search } = new URL(subscriptionUrl);
  return pathname + search;
}

/** The handler's URL for a subscription, as a person reads it. */
export const forwardUrl = (target: ForwardTarget, subscriptionUrl: string): string =>
  target.origin + forwardPath(target, subscriptionUrl);

/** The target as the server is told. */
export const describeTarget = ({ origin, path }: ForwardTarget): string => origin + (path ?? '');
