/** A host that deliveries may go to: one host, or with `isWildcard` all below it; on one port, or on any. */
export interface HostPattern {
  /** As `URL.hostname` gives it, without the dot that a full name may end with. */
  host: string;
  isWildcard: boolean;
  port?: string;
}

/** The host of a URL as patterns have it. */
export const bareHost = (hostname: string): string => hostname.toLowerCase().replace(/\.$/, '');

/**
 * Reads `hooks.example.com`, with a port `hooks.example.com:8443`, or with a wildcard `*.example.com`. Undefined when it is something
 * else, such as a URL.
 */
export function parseHostPattern(text: string): HostPattern | undefined {
  const [, wildcard, host, port] = /^(\*\.)?(\[[0-9a-f:.]+\]|[^\s/?#@:*[\]\\]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  if (host === undefined || !URL.canParse(`http://${host}`) || Number(port ?? 1) > 65_535) return undefined;
  const { hostname } = new URL(`http://${host}`);
  return { host: bareHost(hostname), isWildcard: wildcard !== undefined, ...(port !== undefined && { port }) };
}

export const formatHostPattern = ({ host, isWildcard, port }: HostPattern): string =>
  `${isWildcard ? '*.' : ''}${host}${port === undefined ? '' : `:${port}`}`;
