import { promises } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PubSubDestination, type PubSubOptions } from '../../src/runtime/destinations/pubsub.ts';
import { createSafetyBelt } from '../../src/runtime/destinations/safety-belt.ts';
import { subscription } from '../core/world.ts';
import { startSilentBroker } from './kafka-stub.ts';

function destinationOf(options: Partial<PubSubOptions> = {}): PubSubDestination {
  const destination = new PubSubDestination({
    safetyBelt: createSafetyBelt([]),
    emulator: '127.0.0.1:1',
    createTopics: false,
    timeoutMs: 5_000,
    isPublisher: () => true,
    ...options,
  });
  onTestFinished(() => destination.close());
  return destination;
}

const send = (destination: PubSubDestination, body = '{}') =>
  destination.send({
    deliveryId: 'd1',
    attempt: 1,
    subscription: subscription('sub', { config: { type: 'pubsub', projectId: 'my-project', topicId: 'pim-events' } }),
    eventId: 'e1',
    eventType: 't',
    body,
    headers: {},
    ackDeadlineMs: 1,
  });

describe('Pub/Sub', () => {
  it('without an emulator refuses, and says how to name one', async () => {
    expect(await send(destinationOf({ emulator: undefined }))).toEqual({
      kind: 'refused',
      reason: 'broker_not_named',
      message: expect.stringMatching(/--pubsub-emulator 127\.0\.0\.1:8085.*PUBSUB_EMULATOR_HOST/),
    });
  });

  it('on another machine is refused, and says how to allow it', async () => {
    expect(await send(destinationOf({ emulator: 'pubsub.example.com:8085' }))).toEqual({
      kind: 'refused',
      reason: 'host_not_allowed',
      message: expect.stringContaining('--allow-host pubsub.example.com'),
    });
  });

  it('that is not there is a refused connection, at once', async () => {
    expect(await send(destinationOf())).toMatchObject({
      kind: 'publishFailed',
      reason: 'connection_refused',
      code: 500,
    });
  });

  it('is found at an IPv6 address', async () => {
    // What fails is the address itself where the machine has no IPv6.
    const message = expect.stringMatching(/^connect \w+ ::1:1\b/);
    expect(await send(destinationOf({ emulator: '[::1]:1' }))).toMatchObject({ kind: 'publishFailed', message });
  });

  it.each(['localhost', 'pubsub.localhost'])('is found at %s, without asking a name server', async (host) => {
    const asked = vi.spyOn(promises, 'resolveTxt');
    onTestFinished(() => asked.mockRestore());
    expect(await send(destinationOf({ emulator: `${host}:1` }))).toMatchObject({ reason: 'connection_refused' });
    expect(asked).not.toHaveBeenCalled();
  });

  it('of Google itself without credentials fails like any publication, and says what is missing', async () => {
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/not/there.json');
    const google = { emulator: undefined, safetyBelt: createSafetyBelt(['pubsub.googleapis.com']) };
    const destination = destinationOf(google);
    for (let attempt = 1; attempt <= 2; attempt++)
      expect(await send(destination)).toMatchObject({
        kind: 'publishFailed',
        reason: 'destination_failure',
        message: expect.stringMatching(/^no credentials for Google Cloud: .*\/not\/there\.json/),
      });
  });

  it('that never answers is given up in time', async () => {
    const emulator = await startSilentBroker();
    expect(await send(destinationOf({ emulator, timeoutMs: 100 }))).toMatchObject({
      kind: 'publishFailed',
      reason: 'destination_timeout',
      message: 'no acknowledgement within 100 ms',
    });
  });

  it('that went silent is connected to anew', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on('error', () => {}).resume();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const destination = destinationOf({ emulator: `127.0.0.1:${port}`, timeoutMs: 100 });
    for (let attempt = 1; attempt <= 2; attempt++) {
      expect(await send(destination)).toMatchObject({ reason: 'destination_timeout' });
      expect(connections).toBeGreaterThanOrEqual(attempt);
    }
  });

  it('takes no message over its limit: that one is not even sent', async () => {
    expect(await send(destinationOf(), 'x'.repeat(10_000_001))).toMatchObject({
      reason: 'publish_rejected',
      code: 400,
      message: 'the message has 10000001 bytes, and Pub/Sub takes 10000000',
    });
  });

  it('fails without the right to publish', async () => {
    const asked: string[] = [];
    const destination = destinationOf({ isPublisher: (topic) => asked.push(topic) === 0 });
    expect(await send(destination)).toMatchObject({ reason: 'authentication_failed', code: 403 });
    expect(asked).toEqual(['projects/my-project/topics/pim-events']);
  });

  it('gives up at close what is not acknowledged', async () => {
    const emulator = await startSilentBroker();
    const destination = destinationOf({ emulator, timeoutMs: 60_000 });
    const sent = send(destination);
    await destination.close();
    expect(await sent).toMatchObject({ reason: 'client_closed_connection' });
  });
});
