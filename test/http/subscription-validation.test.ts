import { describe, expect, it } from 'vitest';
import { createTestClient, httpsBody, kafkaBody, messagesOf, pubsubBody } from './test-app.ts';

const https = (change: object) => ({ ...httpsBody, config: { ...httpsBody.config, ...change } });
const url = (text: string) => https({ url: text });
const secret = (change: object) => https({ secret: { ...httpsBody.config.secret, ...change } });
const headers = (map: unknown) => https({ headers: map });
const kafka = (change: object) => ({ ...kafkaBody, config: { ...kafkaBody.config, ...change } });
const sasl = (change: object) => kafka({ sasl_auth: { ...kafkaBody.config.sasl_auth, ...change } });
const without = (body: object, key: string) => ({ ...body, [key]: undefined });
const six = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`X-${n}`, 'v']));

describe('the rules of a subscription', () => {
  it.each<[string, unknown, (string | RegExp)[]]>([
    ['a body that is no object', [], ['the body must be an object, got an array']],
    ['no type', without(httpsBody, 'type'), ['type: is required: one of "https", "pubsub", "kafka"']],
    [
      'an unknown type',
      { ...httpsBody, type: 'smtp' },
      ['type: must be one of "https", "pubsub", "kafka", got "smtp"'],
    ],
    ['an unknown source', { ...httpsBody, source: 'x' }, ['source: must be one of "pim", "benchmark", got "x"']],
    [
      'another subject',
      { ...httpsBody, subject: 'https://x.example.com' },
      [/^subject: must be the URL in X-PIM-URL, "https:\/\/pim/],
    ],
    ['no events', without(httpsBody, 'events'), ['events: is required']],
    ['an empty list of events', { ...httpsBody, events: [] }, ['events: must not be empty']],
    ['events that are no list', { ...httpsBody, events: 'x' }, ['events: must be an array, got a string']],
    [
      'unknown event types',
      { ...httpsBody, events: ['com.akeneo.pim.v1.product.update', 'x', 5] },
      [
        'events.0: unknown event type "com.akeneo.pim.v1.product.update"; the nearest known one is com.akeneo.pim.v1.product.updated',
        /^events.1: unknown event type "x"/,
        'events.2: must be a string, got a number',
      ],
    ],
    [
      'a benchmark event for the PIM',
      { ...httpsBody, events: ['com.akeneo.benchmark.v1.test'] },
      [/^events.0: com.akeneo.benchmark.v1.test is for subscriptions whose source is "benchmark" only$/],
    ],
    [
      'a filter that is none',
      { ...httpsBody, filter: 'user = "julia" and atribute = "price"' },
      [
        /^filter: column 20: unknown field "atribute", did you mean attribute\?.*\nuser = "julia" and atribute = "price"\n {19}\^$/,
      ],
    ],
    ['a filter that is no text', { ...httpsBody, filter: ['x'] }, ['filter: must be a string, got an array']],
    [
      'an identifier flag that is no boolean',
      { ...httpsBody, send_product_identifier: 'yes' },
      ['send_product_identifier: must be a boolean, got a string'],
    ],
    [
      'options that are nested too deep',
      { ...httpsBody, options: { deep: JSON.parse('['.repeat(100) + ']'.repeat(100)) } },
      ['options: must be nested at most 100 levels deep'],
    ],
    ['options that are no object', { ...httpsBody, options: 5 }, ['options: must be an object, got a number']],
    ['no config', without(httpsBody, 'config'), ['config: is required']],
    ['a config that is no object', { ...httpsBody, config: 'x' }, ['config: must be an object, got a string']],

    ['no URL', https({ url: undefined }), ['config.url: is required']],
    [
      'a URL that is none',
      url('hooks.example.com/x'),
      ['config.url: must be an absolute https URL, got "hooks.example.com/x"'],
    ],
    [
      'a plain http URL',
      url('http://localhost/x'),
      [/^config.url: only https is supported, got "http:\/\/localhost\/x"; start the mock with --allow-http/],
    ],
    [
      'a URL of another scheme',
      url('ftp://x.example.com'),
      ['config.url: only https is supported, got "ftp://x.example.com"'],
    ],
    [
      'a URL with credentials',
      url('https://me:pass@x.example.com'),
      ['config.url: must not carry a user name or a password, got "https://***@x.example.com"'],
    ],
    ['a URL with a fragment', url('https://x.example.com/#a'), [/^config.url: must not have a fragment/]],
    ...[
      ' https://x.example.com',
      'https://x.example.com/ ',
      'https://x.example.com/a b',
      'https://x.exa\nmple.com',
    ].map((text): [string, unknown, (string | RegExp)[]] => [
      `the URL ${JSON.stringify(text)}`,
      url(text),
      [`config.url: must not contain blanks, got ${JSON.stringify(text)}`],
    ]),
    ['no secret', https({ secret: undefined }), ['config.secret: is required']],
    ['no primary secret', secret({ primary: undefined }), ['config.secret.primary: is required']],
    [
      'a short primary secret',
      secret({ primary: 'short' }),
      ['config.secret.primary: must be 16 to 256 characters, got 5'],
    ],
    [
      'a long primary secret',
      secret({ primary: 'x'.repeat(257) }),
      ['config.secret.primary: must be 16 to 256 characters, got 257'],
    ],
    [
      'a secondary secret of null',
      secret({ secondary: null }),
      ['config.secret.secondary: must be a string, got null'],
    ],
    [
      'an empty secondary secret',
      secret({ secondary: '' }),
      ['config.secret.secondary: must be 16 to 256 characters, got 0'],
    ],

    ['more than five headers', headers(six), ['config.headers: must have at most 5 headers, got 6']],
    [
      'a header name with a space',
      headers({ 'X Y': 'v' }),
      [/^config.headers.X Y: a header name must be 1 to 128 letters/],
    ],
    ['a header name that is too long', headers({ ['x'.repeat(129)]: 'v' }), [/a header name must be 1 to 128 letters/]],
    [
      'a header value that is no ASCII',
      headers({ 'X-Y': 'é' }),
      ['config.headers.X-Y: must be at most 256 printable ASCII characters'],
    ],
    [
      'a header value that is too long',
      headers({ 'X-Y': 'v'.repeat(257) }),
      [/^config.headers.X-Y: must be at most 256/],
    ],
    ...[
      'Content-Type',
      'user-agent',
      'X-Correlation-ID',
      'Host',
      'AUTHORIZATION',
      'Cookie',
      'x-akeneo-signature-Primary',
    ].map((name): [string, unknown, (string | RegExp)[]] => [
      `the header ${name}`,
      headers({ [name]: 'v' }),
      [`config.headers.${name}: this header is set by the platform and cannot be a custom one`],
    ]),
    ...[
      'Content-Length',
      'transfer-encoding',
      'Connection',
      'Keep-Alive',
      'TE',
      'Trailer',
      'Upgrade',
      'EXPECT',
      'Proxy-X',
    ].map((name): [string, unknown, (string | RegExp)[]] => [
      `the header ${name}`,
      headers({ [name]: 'v' }),
      [`config.headers.${name}: this header belongs to the connection and cannot be a custom one`],
    ]),
    [
      'headers whose names differ by case',
      headers({ 'X-Tenant': 'a', 'x-tenant': 'b' }),
      ['config.headers: X-Tenant and x-tenant are the same header'],
    ],
    ['headers that are no object', headers('x'), ['config.headers: must be an object, got a string']],

    ['no Pub/Sub project', { ...pubsubBody, config: { topic_id: 'my-topic' } }, ['config.project_id: is required']],
    ...['', 'test', 'My-Project', '1-project', 'my-project-', 'p'.repeat(31)].map(
      (project_id): [string, unknown, (string | RegExp)[]] => [
        `the Pub/Sub project ${JSON.stringify(project_id)}`,
        { ...pubsubBody, config: { ...pubsubBody.config, project_id } },
        [
          `config.project_id: must be 6 to 30 lower-case letters, digits and hyphens, from a letter to a letter or digit, got ${JSON.stringify(project_id)}`,
        ],
      ],
    ),
    ...['', 'ab', '1-topic', 'google-topic', 'my topic', 'projects/p/topics/t'].map(
      (topic_id): [string, unknown, (string | RegExp)[]] => [
        `the Pub/Sub topic ${JSON.stringify(topic_id)}`,
        { ...pubsubBody, config: { ...pubsubBody.config, topic_id } },
        [
          `config.topic_id: must be 3 to 255 letters, digits and any of ._~%+-, beginning with a letter and not with "goog", got ${JSON.stringify(topic_id)}`,
        ],
      ],
    ),
    [
      'a refused header for Pub/Sub',
      { ...pubsubBody, config: { ...pubsubBody.config, headers: { host: 'x' } } },
      [/^config.headers.host: /],
    ],

    ...[
      ...['kafka.example.com', 'kafka.example.com:0', 'kafka.example.com:65536', 'https://kafka:9092', ':9092'],
      ...['-:9092', '..:9092', '[:]:9092', "kafka'1:9092", 'one:9092,two:9092'],
    ].map((broker): [string, unknown, (string | RegExp)[]] => [
      `the broker ${broker}`,
      kafka({ broker }),
      [`config.broker: must be host:port, got "${broker}"`],
    ]),
    ['no Kafka topic', kafka({ topic: undefined }), ['config.topic: is required']],
    ...['', '.', '..', 'my topic', 'a/b', 'pim-events\n', 'x'.repeat(250)].map(
      (topic): [string, unknown, (string | RegExp)[]] => [
        `the Kafka topic ${JSON.stringify(topic)}`,
        kafka({ topic }),
        [/^config\.topic: must be 1 to 249 letters, digits and any of \._-/],
      ],
    ),
    ['no Kafka credentials', kafka({ sasl_auth: undefined }), ['config.sasl_auth: is required']],
    [
      'an unknown mechanism',
      sasl({ mechanism: 'oauth' }),
      ['config.sasl_auth.mechanism: must be one of "plain", "scram", got "oauth"'],
    ],
    [
      'no user name and no password',
      sasl({ username: undefined, password: '' }),
      ['config.sasl_auth.username: is required', 'config.sasl_auth.password: must not be empty'],
    ],
    [
      'scram without its variant',
      sasl({ scram_variant: undefined }),
      [/^config.sasl_auth.scram_variant: is required when the mechanism is scram/],
    ],
    [
      'an unknown variant',
      sasl({ scram_variant: 'md5' }),
      ['config.sasl_auth.scram_variant: must be one of "sha-256", "sha-512", got "md5"'],
    ],
    [
      'an incomplete TLS configuration',
      kafka({ tls: { server_name: 'kafka' } }),
      [
        'config.tls.ca_pem: is required',
        'config.tls.client_cert_pem: is required',
        'config.tls.client_key_pem: is required',
      ],
    ],
    [
      'many problems at once',
      { type: 'https', source: 'x', subject: 'y', events: ['x'], config: { url: 'x', secret: {} } },
      [/^source: /, /^events.0: /, /^config.url: /, 'config.secret.primary: is required', /^subject: /],
    ],
    ['everything missing', {}, [/^events: /, /^type: /, /^config: /]],
  ])('refuse %s', async (_name, body, messages) => {
    const { call, path, state } = await createTestClient();
    const answer = await call('POST', path, body);
    expect(answer.status).toBe(400);
    const expected = messages.map((message) =>
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
    expect(messagesOf(answer.body)).toEqual(expected);
    expect(state.subscriptions.size).toBe(0);
  });

  it.each([
    ['secrets of 16 and 256 characters', secret({ primary: 'x'.repeat(16), secondary: 'y'.repeat(256) })],
    [
      'five headers at their limits',
      headers({ ['x'.repeat(128)]: ' ~'.repeat(128), A: '', b: 'v', 'C-1': 'v', d: 'v' }),
    ],
    ['a URL with port, path and query', url('https://127.0.0.1:3000/a/b?c=d&e=f')],
    ['keys that nobody knows', { ...https({ color: 'blue' }), name: 'x', id: 'y' }],
    ['a filter of null', { ...httpsBody, filter: null }],
    ['a filter', { ...httpsBody, filter: 'user="julia"' }],
    ['a benchmark subscription', { ...httpsBody, source: 'benchmark', events: ['com.akeneo.benchmark.v1.test'] }],
    [
      'plain credentials without TLS',
      kafka({ sasl_auth: { mechanism: 'plain', username: 'u', password: 'p' }, tls: undefined }),
    ],
    ['a broker by IPv6 address', kafka({ broker: '[::1]:9092' })],
  ])('accept %s', async (_name, body) => {
    const { call, path } = await createTestClient();
    expect(await call('POST', path, body)).toMatchObject({ status: 201 });
  });

  it('answer with the status of the profile', async () => {
    const { create } = await createTestClient({ policy: { validationStatus: 422 } });
    expect((await create({ events: [] })).status).toBe(422);
  });

  it('never quote a secret', async () => {
    const { create } = await createTestClient();
    const config = {
      ...httpsBody.config,
      secret: { primary: 'tiny-secret', secondary: 'another-one' },
      headers: { 'X-Y': 'héader' },
    };
    const { text } = await create({ config, events: [] });
    for (const quoted of ['tiny-secret', 'another-one', 'héader']) expect(text).not.toContain(quoted);
  });
});

describe('with --allow-http', () => {
  it.each([
    'http://127.0.0.1:3000/x',
    'http://127.9.9.9',
    'http://[::1]:3000',
    'http://localhost:3000',
    'http://my.localhost',
  ])('plain http is taken for %s', async (text) => {
    const { call, path } = await createTestClient({ allowHttp: true });
    expect((await call('POST', path, url(text))).status).toBe(201);
  });

  it.each(['http://example.com', 'http://10.0.0.1', 'http://localhost.example.com', 'http://127.0.0.1.example.com'])(
    'plain http is refused for %s',
    async (text) => {
      const { call, path } = await createTestClient({ allowHttp: true });
      const { status, body } = await call('POST', path, url(text));
      expect(status).toBe(400);
      expect(messagesOf(body)[0]).toMatch(/^config.url: plain http is supported on loopback addresses only/);
    },
  );
});
