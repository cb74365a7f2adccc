import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { KafkaConfig } from '../../src/core/types.ts';
import { KafkaDestination } from '../../src/runtime/destinations/kafka.ts';
import { createSafetyBelt } from '../../src/runtime/destinations/safety-belt.ts';
import { subscription } from '../core/world.ts';
import {
  type KafkaStubOptions,
  kafkaError,
  startKafkaStub,
  startSilentBroker,
  stubCertificate,
  stubKey,
} from './kafka-stub.ts';

const right = { mechanism: 'plain', username: 'aep', password: 'right' } as const;
const mechanisms = [
  ['PLAIN', right],
  ['SCRAM-SHA-256', { ...right, mechanism: 'scram', scramVariant: 'sha-256' }],
  ['SCRAM-SHA-512', { ...right, mechanism: 'scram', scramVariant: 'sha-512' }],
] as const;

interface Settings {
  isPlain?: boolean;
  timeoutMs?: number;
  idleMs?: number;
  allowHosts?: string[];
}

function destinationOf({
  isPlain = false,
  timeoutMs = 5_000,
  allowHosts = [],
  ...rest
}: Settings = {}): KafkaDestination {
  const destination = new KafkaDestination({ safetyBelt: createSafetyBelt(allowHosts), isPlain, timeoutMs, ...rest });
  onTestFinished(() => destination.close());
  return destination;
}

const configOf = (broker: string, changes: Partial<KafkaConfig> = {}): KafkaConfig => ({
  type: 'kafka',
  broker,
  topic: 'pim-events',
  saslAuth: right,
  ...changes,
});

const send = (destination: KafkaDestination, config: KafkaConfig, body = '{}') =>
  destination.send({
    deliveryId: 'd1',
    attempt: 1,
    subscription: subscription('sub', { config }),
    eventId: 'e1',
    eventType: 't',
    body,
    key: 'k',
    headers: { 'content-type': 'application/json' },
    ackDeadlineMs: 1,
  });

/** A broker that refuses in some way, and what one message to it comes to. */
async function outcomeAt(options: KafkaStubOptions, changes: Partial<KafkaConfig> = {}, settings: Settings = {}) {
  const stub = await startKafkaStub(options);
  const outcome = await send(destinationOf(settings), configOf(stub.broker, changes));
  return { stub, outcome };
}
const topics = { 'pim-events': 0 };

describe('a Kafka broker', () => {
  it('gets messages in batches, and each is acknowledged', async () => {
    const stub = await startKafkaStub({ topics, password: 'right' });
    const destination = destinationOf();
    const config = configOf(stub.broker);
    const outcomes = await Promise.all(Array.from({ length: 1_200 }, () => send(destination, config)));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['published']));
    expect(stub.taken).toEqual([500, 500, 200]);
  });

  it('without the topic says so', async () => {
    const { outcome } = await outcomeAt({ topics: {}, password: 'right' });
    expect(outcome).toMatchObject({ kind: 'publishFailed', reason: 'topic_not_found', code: 404 });
  });

  it('that has the topic by now takes what comes after', async () => {
    const options: KafkaStubOptions = { topics: {} };
    const stub = await startKafkaStub(options);
    const destination = destinationOf({ isPlain: true });
    expect(await send(destination, configOf(stub.broker))).toMatchObject({ reason: 'topic_not_found' });
    options.topics = topics;
    expect(await send(destination, configOf(stub.broker))).toMatchObject({ kind: 'published' });
  });

  it('that forbids the topic says so', async () => {
    const { outcome } = await outcomeAt({ topics: { 'pim-events': kafkaError.topicForbidden }, password: 'right' });
    expect(outcome).toMatchObject({ reason: 'authentication_failed', code: 403 });
  });

  it.each(mechanisms)('that knows the credentials takes the event: %s', async (mechanism, saslAuth) => {
    const { outcome, stub } = await outcomeAt({ topics, password: 'right' }, { saslAuth });
    expect(outcome).toMatchObject({ kind: 'published' });
    expect(stub.taken).toEqual([1]);
    expect(new Set(stub.mechanisms)).toEqual(new Set([mechanism]));
  });

  it.each(mechanisms)('that refuses the credentials says so: %s', async (mechanism, credentials) => {
    const saslAuth = { ...credentials, password: 'wrong' };
    const { outcome, stub } = await outcomeAt({ topics, password: 'right' }, { saslAuth });
    expect(outcome).toMatchObject({
      reason: 'authentication_failed',
      code: 404,
      message: expect.stringContaining('credentials are not known'),
    });
    expect(stub.taken).toEqual([]);
    expect(new Set(stub.mechanisms)).toEqual(new Set([mechanism]));
  });

  it('that wants a login hangs up on a client without one', async () => {
    const { outcome, stub } = await outcomeAt({ topics, password: 'right' }, {}, { isPlain: true });
    expect(outcome).toMatchObject({ kind: 'publishFailed' });
    expect(stub).toMatchObject({ taken: [], mechanisms: [] });
  });

  it('without SASL is told apart, and taken with isPlain', async () => {
    const { stub, outcome } = await outcomeAt({ topics });
    expect(outcome).toMatchObject({
      reason: 'authentication_failed',
      message: expect.stringContaining('--kafka-insecure'),
    });
    expect(await send(destinationOf({ isPlain: true }), configOf(stub.broker))).toMatchObject({ kind: 'published' });
  });

  it('that never answers is given up in time, connecting as well as publishing', async () => {
    const silent = await startSilentBroker();
    const { outcome } = await outcomeAt({ topics, password: 'right', isSilent: true }, {}, { timeoutMs: 100 });
    const timeout = {
      kind: 'publishFailed',
      reason: 'destination_timeout',
      message: 'no acknowledgement within 100 ms',
    };
    expect(outcome).toMatchObject(timeout);
    expect(await send(destinationOf({ timeoutMs: 100 }), configOf(silent))).toMatchObject(timeout);
  });

  it('that is not there is refused, and found when it comes', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as { port: number };
    free.close();
    const destination = destinationOf({ isPlain: true });
    const config = configOf(`127.0.0.1:${port}`);
    expect(await send(destination, config)).toMatchObject({ reason: 'connection_refused', code: 500 });
    await startKafkaStub({ topics, port });
    expect(await send(destination, config)).toMatchObject({ kind: 'published' });
  });

  it('is reached by its IPv4 address, by localhost and by a name below it', async () => {
    const { broker } = await startKafkaStub({ topics });
    const port = broker.split(':')[1];
    const destination = destinationOf({ isPlain: true });
    for (const host of ['127.0.0.1', 'localhost', 'kafka.localhost'])
      expect(await send(destination, configOf(`${host}:${port}`)), host).toMatchObject({ kind: 'published' });
  });
});

describe('the topics of a broker', () => {
  it.each([
    ['is missing', {}, 'topic_not_found'],
    ['has no valid name', { gone: kafkaError.invalidTopic }, 'invalid_destination_configuration'],
    ['is forbidden', { gone: kafkaError.topicForbidden }, 'authentication_failed'],
  ])('have nothing to do with each other: one of them %s', async (_what, broken, reason) => {
    const options: KafkaStubOptions = { topics: { gone: 0, here: 0, later: 0 } };
    const stub = await startKafkaStub(options);
    const destination = destinationOf({ isPlain: true });
    const to = (topic: string) => send(destination, configOf(stub.broker, { topic }));
    await Promise.all([to('gone'), to('here')]);
    options.topics = { here: 0, later: 0, ...broken };
    const outcomes = await Promise.all(['gone', 'here', 'later', 'gone', 'later', 'here'].map(to));
    expect(outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.kind))).toEqual([
      reason,
      'published',
      'published',
      reason,
      'published',
      'published',
    ]);
    // A topic has its own, and what the broker answers is no reason for another one.
    const { connections } = stub;
    await Promise.all(['gone', 'here', 'later'].map(to));
    expect(stub.connections).toBe(connections);
  });
});

it('a connection over which nothing goes any more is closed, and made again when it is needed', async () => {
  const stub = await startKafkaStub({ topics });
  const destination = destinationOf({ isPlain: true, idleMs: 1 });
  for (let times = 1; times <= 2; times++) {
    const closed = new Promise<void>((resolve) => {
      stub.onClose = () => stub.open === 0 && resolve();
    });
    expect(await send(destination, configOf(stub.broker))).toMatchObject({ kind: 'published' });
    await closed;
  }
});

it('no timer is set in the past, of which newer versions of Node warn', async () => {
  const stub = await startKafkaStub({ topics });
  const timers = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => timers.mockRestore());
  expect(await send(destinationOf({ isPlain: true }), configOf(stub.broker))).toMatchObject({ kind: 'published' });
  expect(timers.mock.calls.length).toBeGreaterThan(0);
  expect(timers.mock.calls.map(([, ms = 0]) => ms).filter((ms) => ms < 0)).toEqual([]);
});

describe('a batch with a message that the broker refuses', () => {
  it('loses that message only: it is not valid', async () => {
    const stub = await startKafkaStub({ topics, refusedText: 'poison' });
    const destination = destinationOf({ isPlain: true });
    const bodies = Array.from({ length: 20 }, (_, n) => (n === 7 ? '"poison"' : '{}'));
    const outcomes = await Promise.all(bodies.map((body) => send(destination, configOf(stub.broker), body)));
    expect(outcomes.flatMap(({ kind }, n) => (kind === 'published' ? [] : [n]))).toEqual([7]);
    expect(outcomes[7]).toMatchObject({ reason: 'publish_rejected', code: 400 });
  });

  it('loses that message only: it is too large', async () => {
    const stub = await startKafkaStub({ topics, mostBytes: 4_000 });
    const destination = destinationOf({ isPlain: true });
    const config = configOf(stub.broker);
    const bodies = Array.from({ length: 20 }, (_, n) => (n === 13 ? 'x'.repeat(5_000) : '{}'));
    const outcomes = await Promise.all(bodies.map((body) => send(destination, config, body)));
    expect(outcomes.map(({ kind }) => kind).filter((kind) => kind === 'published')).toHaveLength(19);
    expect(outcomes[13]).toMatchObject({ kind: 'publishFailed', reason: 'publish_rejected', code: 400 });
    expect(stub.connections).toBe(1);
  });
});

const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

it.each([
  ['a negative length', [0xff, 0xff, 0xff, 0xfb]],
  ['two bytes', [0, 0, 0, 2, 0, 0]],
])('what answers as no broker does fails the publication, and nothing else: %s', async (_, bytes) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(Buffer.from(bytes)));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await send(destinationOf(), configOf(`127.0.0.1:${port}`))).toMatchObject({
    kind: 'publishFailed',
    reason: 'destination_failure',
    message: expect.stringContaining("the broker's answer cannot be read: "),
  });
});

describe('TLS', () => {
  const tls = {
    serverName: 'localhost',
    caPem: stubCertificate,
    clientCertPem: stubCertificate,
    clientKeyPem: stubKey,
  };
  const stub = { topics, password: 'right', tls: true };

  it.each(mechanisms)(
    "takes the subscription's authority, certificate, key and server name: %s",
    async (_, saslAuth) => {
      expect((await outcomeAt(stub, { tls, saslAuth })).outcome).toMatchObject({ kind: 'published' });
    },
  );

  it('refuses a server of another name', async () => {
    const { outcome } = await outcomeAt(stub, { tls: { ...tls, serverName: 'kafka.example.com' } });
    expect(outcome).toMatchObject({ reason: 'invalid_certificate', code: 500 });
  });

  it('knows a server by its address, too, without a warning of Node', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const outcomes: object[] = [];
    for (const serverName of ['127.0.0.1', '127.0.0.2'])
      outcomes.push((await outcomeAt(stub, { tls: { ...tls, serverName } })).outcome);
    expect(outcomes).toMatchObject([{ kind: 'published' }, { reason: 'invalid_certificate' }]);
    expect(warnings).toEqual([]);
  });

  it('says when the broker has none', async () => {
    const { outcome } = await outcomeAt({ topics, password: 'right' }, { tls }, { timeoutMs: 300 });
    expect(outcome).toMatchObject({ kind: 'publishFailed', code: 500 });
  });

  it.each([
    [{ caPem: 'none' }, /config\.tls\.ca_pem has no PEM certificate$/],
    [{ clientCertPem: stubKey }, /config\.tls\.client_cert_pem has no PEM certificate that can be used: .*PEM/],
    [{ clientKeyPem: otherKey }, /config\.tls\.client_key_pem is not the key of client_cert_pem: ./],
    [{ clientKeyPem: stubCertificate }, /config\.tls\.client_key_pem has no PEM private key that can be used: ./],
  ])('says which certificate or key is none, without connecting: %#', async (changes, message) => {
    const { outcome, stub: broker } = await outcomeAt(stub, { tls: { ...tls, ...changes } });
    expect(outcome).toMatchObject({
      reason: 'invalid_destination_configuration',
      code: 400,
      message: expect.stringMatching(message),
    });
    expect(broker.connections).toBe(0);
  });
});

describe('the safety belt', () => {
  it('refuses a broker on another machine, and says how to allow it', async () => {
    expect(await send(destinationOf(), configOf('kafka.example.com:9092'))).toMatchObject({
      kind: 'refused',
      reason: 'host_not_allowed',
      message: expect.stringContaining('--allow-host kafka.example.com'),
    });
  });

  it('lets a cluster go on that names this machine again, and tells later failures as what they are', async () => {
    const options: KafkaStubOptions = { topics, advertisedHost: 'kafka.example.com' };
    const stub = await startKafkaStub(options);
    const destination = destinationOf({ isPlain: true });
    const config = configOf(stub.broker);
    expect(await send(destination, config)).toMatchObject({ reason: 'invalid_destination_configuration' });
    delete options.advertisedHost;
    expect(await send(destination, config)).toMatchObject({ kind: 'published' });
    options.topics = { 'pim-events': kafkaError.topicForbidden };
    expect(await send(destination, config)).toMatchObject({ reason: 'authentication_failed', code: 403 });
  });

  it('refuses to follow a cluster to another machine', async () => {
    const { outcome } = await outcomeAt({ topics, advertisedHost: 'kafka.example.com' }, {}, { isPlain: true });
    expect(outcome).toMatchObject({
      reason: 'invalid_destination_configuration',
      message: expect.stringContaining('--allow-host kafka.example.com'),
    });
  });
});

it('closing ends what waits behind a batch, too: nothing of it goes out over a new connection', async () => {
  const stub = await startKafkaStub({ topics });
  const destination = destinationOf({ isPlain: true });
  const config = configOf(stub.broker);
  await send(destination, config);
  const sent = Array.from({ length: 3_000 }, () => send(destination, config));
  await nextTurn();
  await destination.close();
  expect(new Set((await Promise.all(sent)).map((outcome) => 'reason' in outcome && outcome.reason))).toEqual(
    new Set(['client_closed_connection']),
  );
  const { taken, connections } = stub;
  const before = [taken.length, connections];
  // As many turns as several batches would take.
  for (let turn = 0; turn < 1_000; turn++) await nextTurn();
  expect([taken.length, stub.connections]).toEqual(before);
});

it('closing gives up what the broker has not acknowledged', async () => {
  const { broker } = await startKafkaStub({ topics, isSilent: true });
  const destination = destinationOf({ isPlain: true, timeoutMs: 60_000 });
  const sent = send(destination, configOf(broker));
  await destination.close();
  expect(await sent).toMatchObject({ reason: 'client_closed_connection' });
});
