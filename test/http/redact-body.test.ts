import { expect, it } from 'vitest';
import { redactBody } from '../../src/http/redact-body.ts';
import { httpsBody, kafkaBody } from './test-app.ts';

const hidden = '***redacted***';

it('hides secrets and keeps what explains a refusal', () => {
  expect(redactBody({ ...httpsBody, events: ['x'], send_product_identifier: 'yes' })).toEqual({
    type: 'https',
    events: ['x'],
    config: { url: 'https://hooks.example.com/aep', secret: { primary: hidden } },
    send_product_identifier: 'yes',
  });
  expect(redactBody(kafkaBody)).toMatchObject({
    config: {
      broker: 'kafka.example.com:9092',
      sasl_auth: { username: 'user', password: hidden },
      tls: { ca_pem: 'CA', client_key_pem: hidden },
    },
  });
});

it.each([
  [{ config: { secret: 'no object' } }, { config: { secret: hidden } }],
  [
    { primary: 'misplaced', secret: ['a', { b: 1 }] },
    { primary: hidden, secret: [hidden, { b: hidden }] },
  ],
  [{ headers: { 'X-Key': 'v' } }, { headers: { 'X-Key': hidden } }],
  [
    { sasl_auth: 'user=u pass=p', tls: ['k', 1] },
    { sasl_auth: hidden, tls: [hidden, hidden] },
  ],
  [{ contact: { notification_webhook_secret: 's' } }, { contact: { notification_webhook_secret: hidden } }],
  [{ config: { url: 'https://user:pass@host/x' } }, { config: { url: `https://${hidden}@host/x` } }],
  [null, null],
  [
    [1, 'a'],
    [1, 'a'],
  ],
])('%j is kept as %j', (body, kept) => {
  expect(redactBody(body)).toEqual(kept);
});

it('keeps no more of a body than shows what it was', () => {
  expect(redactBody({ name: 'x'.repeat(10_000) })).toEqual({ name: `${'x'.repeat(512)}…` });
  expect(redactBody({ events: Array(2_000).fill('event') })).toMatch(/^\(\d+ characters, too many to be kept\)$/);
  let deep: unknown = 'bottom';
  for (let n = 0; n < 100_000; n++) deep = [deep];
  expect(JSON.stringify(redactBody(deep))).toBe(`${'['.repeat(8)}"${hidden}"${']'.repeat(8)}`);
});
