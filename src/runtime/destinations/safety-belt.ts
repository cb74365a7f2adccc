import { bareHost, type HostPattern, parseHostPattern } from '../../core/host-pattern.ts';
import { isLoopbackHost } from '../../core/loopback.ts';
import { type AepMockError, fail } from '../../errors.ts';

/** Says whether the mock may send to a URL: loopback always, other hosts when the user named them. */
export type SafetyBelt = (url: URL) => AepMockError | undefined;

/**
 * `allowHosts` are host patterns, which the options have checked. Decided by the name alone: resolving a foreign name would already
 * be a call to the outside.
 */
export function createSafetyBelt(allowHosts: readonly string[]): SafetyBelt {
  const patterns = allowHosts.flatMap((text) => parseHostPattern(text) ?? []);
  return (url) => {
    if (isLoopbackHost(url.hostname) || patterns.some((pattern) => matches(pattern, url))) return undefined;
    return fail('HOST_NOT_ALLOWED', { host: bareHost(url.hostname) });
  };
}

function matches({ host, isWildcard, port }: HostPattern, url: URL): boolean {
  const asked = bareHost(url.hostname);
  if (isWildcard ? !asked.endsWith(`.${host}`) : asked !== host) return false;
  return port === undefined || port === portOf(url);
}

/** A URL does not show the port that its scheme implies. */
const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');
