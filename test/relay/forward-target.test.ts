import { describe, expect, it } from 'vitest';
import { describeTarget, forwardUrl, parseForwardTarget } from '../../src/relay/forward-target.ts';

const subscriptionUrl = 'https://shop.example/hooks/akeneo?tenant=a%20b';

describe('--forward-to', () => {
  it.each([
    ['3000', 'http://localhost:3000/hooks/akeneo?tenant=a%20b'],
    ['localhost:8080', 'http://localhost:8080/hooks/akeneo?tenant=a%20b'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/hooks/akeneo?tenant=a%20b'],
    ['localhost', 'http://localhost/hooks/akeneo?tenant=a%20b'],
    ['3000/', 'http://localhost:3000/'],
    ['/hook', 'http://localhost:3000/hook'],
    ['/hook?x=1&y=%20', 'http://localhost:3000/hook?x=1&y=%20'],
    ['3000/webhooks/akeneo', 'http://localhost:3000/webhooks/akeneo'],
    ['3000?key=1', 'http://localhost:3000/?key=1'],
    ['localhost:3000/x', 'http://localhost:3000/x'],
    ['host.docker.internal:3000/x', 'http://host.docker.internal:3000/x'],
    ['[::1]:3000/x', 'http://[::1]:3000/x'],
    ['https://app.test/hook?a=b', 'https://app.test/hook?a=b'],
    [' 3000 ', 'http://localhost:3000/hooks/akeneo?tenant=a%20b'],
  ])('%j delivers to %s', (text, url) => {
    expect(forwardUrl(parseForwardTarget(text), subscriptionUrl)).toBe(url);
  });

  it.each([
    '',
    '99999',
    '0',
    'localhost:99999',
    'ftp://x/y',
    'ws://localhost:3000',
    '//host/x',
    'a b',
    'myhost',
    'http://',
    '-1',
  ])('%j is refused with the option, the value and what it takes', (text) => {
    expect(() => parseForwardTarget(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(`--forward-to: ${JSON.stringify(text)}`),
      }),
    );
  });

  it('takes no user and password', () => {
    expect(() => parseForwardTarget('http://me:secret@localhost:3000')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('password') }),
    );
  });

  it('leaves out the path of a URL that exists in the relay only, because it names a channel', () => {
    const channel = 'https://relay.aep-mock.localhost/orders';
    expect(forwardUrl(parseForwardTarget('3000'), channel)).toBe('http://localhost:3000/');
    expect(forwardUrl(parseForwardTarget('3000/hook'), channel)).toBe('http://localhost:3000/hook');
  });

  it('is shown as an origin, with the path if there is one', () => {
    expect(['3000', '/x?y=1'].map((text) => describeTarget(parseForwardTarget(text)))).toEqual([
      'http://localhost:3000',
      'http://localhost:3000/x?y=1',
    ]);
  });
});
