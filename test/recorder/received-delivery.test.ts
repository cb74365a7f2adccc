import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { redacted } from '../../src/core/redacted.ts';
import { receivedDelivery, recordLine, targetOf } from '../../src/recorder/received-delivery.ts';

function recorded(headers: Record<string, string>, url = '/'): { url: string; headers: Record<string, string> } {
  const bytes = Buffer.from('{}');
  return JSON.parse(
    recordLine(receivedDelivery({ receivedAt: 0, url, headers, bytes, verification: undefined }), []).line,
  );
}

describe('a line of a capture', () => {
  it.each([
    'authorization',
    'x-forwarded-access-token',
    'cf-access-jwt-assertion',
    'cf-access-client-secret',
    'x-goog-iap-jwt-assertion',
    'ocp-apim-subscription-key',
    'x-functions-key',
    'x-vercel-protection-bypass',
    'x-access-key',
    'x-api-key',
    'x_api_key',
    'apikey',
    'key',
  ])('does not have what %s says', (name) => {
    expect(recorded({ [name]: 'abc' }).headers).toEqual({ [name]: redacted });
  });

  it('has what --exact sends again, and what only looks like a credential or a query', () => {
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'akeneo/event-platform',
      'x-akeneo-signature-primary': 'f00',
      'x-akeneo-signature-secondary': 'f01',
      'x-akeneo-signature-algorithm': 'HmacSHA256',
      'x-correlation-id': '0198-77',
      'x-keyword': 'monkey',
      'sec-ch-ua-mobile': '?0',
      'x-forwarded-uri': '/hook',
      'x-comment': 'who knows? me@example.com',
    };
    expect(recorded(headers).headers).toEqual(headers);
  });

  it.each([
    ['/hook?token=abc&abc', `/hook?token=${redacted}&${redacted}`],
    ['/hook?to=/a?token=abc', `/hook?to=${redacted}`],
    ['/hook?token="abc"', `/hook?token=${redacted}`],
    ['https://me:abc@host.test:8443/hook?token=abc', `https://${redacted}@host.test:8443/hook?token=${redacted}`],
    ['https://me:abc@abc@host.test', `https://${redacted}@host.test`],
    ['/a?token=abc /b?token=abc', `/a?token=${redacted} /b?token=${redacted}`],
    ['?token=abc', `?token=${redacted}`],
    ['https%3A%2F%2Fhost%2Fx%3Ftoken%3Dabc', `https%3A%2F%2Fhost%2Fx%3F${redacted}`],
  ])('has no value of the query in %s, as the URL or in a header', (value, shown) => {
    const names = ['x-original-url', 'x-rewrite-url', 'x-forwarded-uri', 'referer'];
    const { url, headers } = recorded(Object.fromEntries(names.map((name) => [name, value])), value);
    expect([url, ...Object.values(headers)]).toEqual(Array(5).fill(shown));
  });
});

it('headers without a URL in them stay as they are', () => {
  const given = { 'x-what': 'what?huh', 'x-mail': 'a@b.test', 'idempotency-key': 'abc', 'x-list': 'a/b, 100%' };
  expect(recorded(given).headers).toEqual(given);
});

it.each([
  ['/hook?x=1', '/hook?x=1'],
  ['http://me:abc@host.test/hook?x=1', '/hook?x=1'],
  ['http://host.test?x=1', '/?x=1'],
  ['http://host.test', '/'],
])('asked for %s, the target is %s', (url, target) => {
  expect(targetOf({ url } as IncomingMessage)).toBe(target);
});

it.each([
  [
    { id: 'a', type: 'b' },
    { id: 'a', type: 'b' },
  ],
  [{ id: 'a', type: '\u001b[2J' }, undefined],
  [{ id: '\u009b2J', type: 'b' }, undefined],
])('%j is shown as the event %j', (body, event) => {
  const bytes = Buffer.from(JSON.stringify(body));
  expect(receivedDelivery({ receivedAt: 0, url: '/', headers: {}, bytes, verification: undefined }).event).toEqual(
    event,
  );
});
