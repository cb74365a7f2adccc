import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { optionNames, optionsOf, specOf, variableOf } from '../../src/config/option-table.ts';
import { type OptionSources, resolveMockOptions, resolveOptions } from '../../src/config/options.ts';
import { errorOf } from '../error-of.ts';

const resolve = (sources: OptionSources) => resolveOptions(optionsOf.start, sources);
const fileOf = (values: Record<string, unknown>) => ({ path: 'aep-mock.config.json', values });

describe('the order of the places', () => {
  const places: [string, OptionSources, number, string][] = [
    ['the default stands alone', {}, 8090, 'default'],
    ['the file beats the default', { file: fileOf({ port: 1 }) }, 1, 'file'],
    ['a variable beats the file', { file: fileOf({ port: 1 }), env: { AEP_MOCK_PORT: '2' } }, 2, 'env'],
    ['a flag beats a variable', { env: { AEP_MOCK_PORT: '2' }, flags: { port: '3' } }, 3, 'flag'],
    ['a program beats a flag', { flags: { port: '3' }, programmatic: { port: 4 } }, 4, 'option'],
    ['an empty variable is not set', { env: { AEP_MOCK_PORT: '' } }, 8090, 'default'],
  ];
  it.each(places)('%s', (_name, sources, value, from) => {
    expect(resolve(sources).port).toEqual({ value, from });
  });

  it('joins the policy rows of all places, and the stronger place wins a row', () => {
    const { policy } = resolve({
      file: fileOf({ policy: { ackDeadlineMs: 100, concurrency: 3 } }),
      env: { AEP_MOCK_POLICY: 'ackDeadlineMs=200;ackStatuses=200,204' },
      flags: { policy: ['retryDelaysMs=[1,2]', 'retryAgeLimitMs=null'] },
    });
    expect(policy).toEqual({
      value: {
        ackDeadlineMs: 200,
        concurrency: 3,
        ackStatuses: [200, 204],
        retryDelaysMs: [1, 2],
        retryAgeLimitMs: null,
      },
      from: 'flag',
    });
  });
});

describe('values', () => {
  it('reads switches, lists and JSON from variables', () => {
    const resolved = resolve({
      env: {
        AEP_MOCK_ALLOW_HTTP: 'yes',
        AEP_MOCK_ALLOW_HOST: 'a.test, b.test',
        AEP_MOCK_CONNECTIONS: '[{"kind":"app","clientId":"a","clientSecret":"s"}]',
      },
    });
    expect(resolved.allowHttp.value).toBe(true);
    expect(resolved.allowHost.value).toEqual(['a.test', 'b.test']);
    expect(resolved.connections.value).toEqual([{ kind: 'app', permission: true, clientId: 'a', clientSecret: 's' }]);
  });

  it('collects a repeated flag', () => {
    expect(resolve({ flags: { allowHost: ['a.test', 'b.test,c.test'] } }).allowHost.value).toEqual([
      'a.test',
      'b.test',
      'c.test',
    ]);
  });

  it.each([
    ['emptyList=[]', { emptyList: '[]' }],
    ['emptyList=null', { emptyList: 'null' }],
    ['retriedStatuses=5xx,429', { retriedStatuses: ['5xx', '429'] }],
    ['retryDelaysMs=', { retryDelaysMs: [] }],
    ['probe=none', { probe: 'none' }],
  ])('reads the policy override %s', (text, value) => {
    expect(resolve({ flags: { policy: [text] } }).policy.value).toEqual(value);
  });

  it('has a default that its own kind accepts', () => {
    for (const name of optionNames) {
      const { kind, default: value } = specOf(name);
      if (value !== undefined) expect(kind.read(value, name)).toEqual(value);
    }
  });

  it('has a variable of its own for each', () => {
    expect(new Set(optionNames.map(variableOf)).size).toBe(optionNames.length);
  });
});

describe('the URL of a running mock', () => {
  it.each([
    ['127.0.0.1:22400', 'http://127.0.0.1:22400'],
    ['localhost:8090/', 'http://localhost:8090'],
    ['[::1]:8090', 'http://[::1]:8090'],
    ['22400', 'http://127.0.0.1:22400'],
    ['https://mock.test/', 'https://mock.test'],
  ])('may be given as %s', (given, url) => {
    expect(resolveOptions(['server'], { flags: { server: given } }).server.value).toBe(url);
  });
});

describe('bad values', () => {
  const bad: [string, OptionSources, RegExp][] = [
    ['a port that is no number', { flags: { port: 'abc' } }, /^--port: "abc" is not a whole number from 0 to 65535/],
    [
      'a port out of range in a variable',
      { env: { AEP_MOCK_PORT: '70000' } },
      /^AEP_MOCK_PORT: 70000 is not a whole number/,
    ],
    ['a port as text in the file', { file: fileOf({ port: '1' }) }, /^"port" in aep-mock.config.json: "1" is not/],
    ['a fractional seed', { flags: { seed: '1.5' } }, /^--seed: 1.5 is not a whole number/],
    ['an unknown profile', { flags: { profile: '2023-01' } }, /--profile: "2023-01" is not one of 2024-09, 2026-09/],
    [
      'a switch that is neither',
      { env: { AEP_MOCK_ALLOW_HTTP: 'maybe' } },
      /AEP_MOCK_ALLOW_HTTP: "maybe" is not true or false/,
    ],
    [
      'a policy without a value',
      { flags: { policy: ['ackDeadlineMs'] } },
      /--policy: "ackDeadlineMs" is not an assignment/,
    ],
    [
      'a bad policy value',
      { flags: { policy: ['ackDeadlineMs=soon'] } },
      /--policy ackDeadlineMs: "soon" is not a whole number/,
    ],
    [
      'a bad policy value in the file',
      { file: fileOf({ policy: { probe: 'get' } }) },
      /^"policy.probe" in aep-mock.config.json: "get" is not one of head, none/,
    ],
    [
      'a bad status in a list',
      { flags: { policy: ['ackStatuses=200,2'] } },
      /ackStatuses: 2 is not a whole number from 100 to 599/,
    ],
    [
      'a connection without a secret',
      { file: fileOf({ connections: [{ clientId: 'a' }] }) },
      /^"connections\[0\].clientSecret" in aep-mock.config.json: /,
    ],
    [
      'a connection without a user',
      { file: fileOf({ connections: [{ clientId: 'a', clientSecret: 's' }] }) },
      /username and password/,
    ],
    [
      'variables that are no JSON',
      { env: { AEP_MOCK_CONNECTIONS: '%bad' } },
      /^AEP_MOCK_CONNECTIONS: "\*\*\*" is not a JSON list of connections \(its length is 4\)/,
    ],
    [
      'a handler that is none',
      { flags: { forwardTo: 'http://' } },
      /^--forward-to: "http:\/\/" is not a local handler/,
    ],
  ];
  it.each(bad)('refuses %s and says where it came from', (_name, sources, message) => {
    const error = errorOf(() => resolve(sources));
    expect(error).toMatchObject({ code: 'INVALID_OPTION', exitCode: 2 });
    expect(error.message).toMatch(message);
  });

  it.each(['127.0.0.1', ':8085', 'http://127.0.0.1:8085', '127.0.0.1:0', 'a b:1'])(
    'refuses %j as the address of an emulator, which its own variable names too',
    (address) => {
      const error = errorOf(() => resolve({ env: { PUBSUB_EMULATOR_HOST: address } }));
      expect(error.message).toMatch(/^PUBSUB_EMULATOR_HOST: .* is not host:port$/);
    },
  );

  it.each([8085, '', null])('asks for an address where a program or a file says %j', (address) => {
    const error = errorOf(() => resolve({ file: fileOf({ pubsubEmulator: address }) }));
    expect(error.message).toMatch(/ is not host:port$/);
  });

  it('refuses event types that are not known', () => {
    expect(errorOf(() => resolve({ env: { AEP_MOCK_EVENTS: 'product.*,nope' } }))).toMatchObject({
      code: 'UNKNOWN_EVENT_TYPE',
    });
  });

  it('names the nearest row for an unknown one', () => {
    expect(errorOf(() => resolve({ flags: { policy: ['ackDeadlinMs=1'] } })).hint).toContain(
      'did you mean ackDeadlineMs?',
    );
  });

  it('names the nearest field for an unknown one of a connection', () => {
    const error = errorOf(() => resolve({ file: fileOf({ connections: [{ clientID: 'a' }] }) }));
    expect(error.hint).toContain('did you mean clientId?');
  });

  it('tells the length of a short secret and not the secret', () => {
    const { message } = errorOf(() => resolve({ flags: { webhookSecret: 'hunter2' } }));
    expect(message).toMatch(/--webhook-secret: "\*\*\*" is not a secret of 16 to 256 characters \(its length is 7\)/);
    expect(message).not.toContain('hunter2');
  });

  it.each(['', '日本語', 'tökén', ' spaced ', 'a\nb', 'x'.repeat(257)])(
    'refuses the token %j, which no client could send',
    (token) => {
      const { message } = errorOf(() => resolve({ flags: { token } }));
      expect(message).toContain('is not a token of 1 to 256 letters, digits and signs of ASCII, without spaces');
    },
  );
});

describe('resolveMockOptions', () => {
  it('applies every default', () => {
    expect(resolveMockOptions()).toMatchObject({
      host: '127.0.0.1',
      port: 8090,
      profile: '2024-09',
      policy: {},
      clientId: 'aep-mock-client',
    });
  });

  it('takes undefined as not given', () => {
    expect(resolveMockOptions({ port: undefined } as never).port).toBe(8090);
  });

  it('refuses an option it does not know, and names the nearest', () => {
    expect(errorOf(() => resolveMockOptions({ polcy: {} } as never))).toMatchObject({
      message: 'startMock: "polcy" is not one of its options',
      hint: 'did you mean policy?',
    });
  });

  it('takes the Pub/Sub emulator from where every client of it looks, unless it is named', () => {
    vi.stubEnv('PUBSUB_EMULATOR_HOST', '127.0.0.1:8085');
    vi.stubEnv('AEP_MOCK_PORT', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(resolveMockOptions()).toMatchObject({ pubsubEmulator: '127.0.0.1:8085', port: 8090 });
    expect(resolveMockOptions({ pubsubEmulator: 'localhost:8086' }).pubsubEmulator).toBe('localhost:8086');
    vi.stubEnv('PUBSUB_EMULATOR_HOST', '8085');
    expect(errorOf(() => resolveMockOptions()).message).toMatch(/^PUBSUB_EMULATOR_HOST: "8085" is not/);
  });

  it('names the option of a bad value', () => {
    expect(errorOf(() => resolveMockOptions({ port: -1 })).message).toMatch(/^option "port": -1 is not/);
  });
});
