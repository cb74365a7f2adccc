import { expect, it } from 'vitest';
import { formatHostPattern, parseHostPattern } from '../../src/core/host-pattern.ts';

it.each([
  ['hooks.example.com', 'hooks.example.com'],
  ['Hooks.Example.COM.', 'hooks.example.com'],
  ['*.Example.com', '*.example.com'],
  ['hooks.example.com:8443', 'hooks.example.com:8443'],
  ['*.example.com:443', '*.example.com:443'],
  ['10.0.0.1', '10.0.0.1'],
  ['[2001:DB8::1]:8443', '[2001:db8::1]:8443'],
  ['bücher.example', 'xn--bcher-kva.example'],
])('%s names the host %s', (text, host) => {
  const pattern = parseHostPattern(text);
  expect(pattern && formatHostPattern(pattern)).toBe(host);
});

it.each(['', '*', '*.', 'http://x/y', 'x/y', 'x?y', 'me@x', 'a b', 'x:', 'x:port', 'x:99999', 'a.*.b', '2001:db8::1'])(
  '%j names no host',
  (text) => {
    expect(parseHostPattern(text)).toBeUndefined();
  },
);
