import { isLoopbackHost } from '../../core/loopback.ts';
import { type AepMockError, fail } from '../../errors.ts';

/** Says whether the mock may send to a URL: loopback always, other hosts when the user named them. */
export type SafetyBelt = (url: URL) => AepMockError | undefined;

/**
 * `allowHosts` are names as the user gave them: `hooks.example.com`, with a port `hooks.example.com:8443`, or with a wildcard
 * `*.example.com`. Decided by the name alone: resolving a foreign name would already be a call to the outside.
 */
export function createSafetyBelt(allowHosts: readonly string[]): SafetyBelt {
  const allowed = allowHosts.map((host) => host.toLowerCase());
  const matches = (url: URL) => (pattern: string) =>
    pattern.startsWith('*.')
      ? url.hostname.endsWith(pattern.slice(1))
      : pattern === url.hostname || pattern === url.host;

  return (url) => {
    if (isLoopbackHost(url.hostname) || allowed.some(matches(url))) return undefined;
    return fail('HOST_NOT_ALLOWED', { host: url.hostname });
  };
}
