// Events into brokers: published, journalled, put into batches, acknowledged, judged; against the bare client libraries publishing the
// same bytes in batches of the same size. The brokers are started by whoever measures; without one its figures are left out, with a note.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PubSub } from '@google-cloud/pubsub';
import { Kafka, logLevel } from 'kafkajs';
import { startMock } from '../dist/index.js';
import { acknowledgedRate, bareBody, deliveryRate, event } from './events.mjs';
import { rate } from './measure.mjs';
import { subscribe } from './subscribe.mjs';

const count = 20_000;
const replayed = 100_000;
/** One takes half a second, which anything else that the machine does can spoil. */
const rounds = 15;
const topic = 'bench-events';
const project = 'bench-project';
const attributes = { 'content-type': 'application/json', 'x-correlation-id': '00000000-0000-4000-8000-000000000000' };
/** As the product sends them to Kafka, whose library makes no batches. */
const batch = { size: 500, inFlight: 2 };

/** The brokers that there are, each with how it is subscribed to and how the bare library publishes `n` events to it. */
const brokers = [
  {
    name: 'Pub/Sub',
    address: process.env.PUBSUB_EMULATOR_HOST,
    variable: 'PUBSUB_EMULATOR_HOST',
    destination: () => ({ type: 'pubsub', config: { project_id: project, topic_id: topic } }),
    options: (address) => ({ pubsubEmulator: address, pubsubCreateTopics: true }),
    bare: async (address, slots) => {
      const clientOptions = { universeDomain: 'googleapis.com' };
      const client = new PubSub({ projectId: project, apiEndpoint: address, emulatorMode: true, clientOptions });
      const publisher = client.topic(topic);
      if (!(await publisher.exists())[0]) await publisher.create();
      return {
        publish: (events) =>
          rate(events, slots, (n) => publisher.publishMessage({ data: Buffer.from(bareBody(n)), attributes })),
        close: () => client.close(),
      };
    },
  },
  {
    name: 'Kafka',
    address: process.env.KAFKA_BROKER,
    variable: 'KAFKA_BROKER',
    destination: (broker) => ({
      type: 'kafka',
      config: { broker, topic, sasl_auth: { mechanism: 'plain', username: 'bench', password: 'bench' } },
    }),
    options: () => ({ kafkaInsecure: true }),
    bare: async (address) => {
      const producer = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING }).producer();
      await producer.connect();
      const messages = (first) =>
        Array.from({ length: batch.size }, (_, n) => ({
          key: event(n).data.product.uuid,
          value: Buffer.from(bareBody(first + n)),
          headers: attributes,
        }));
      return {
        publish: async (events) => {
          const send = (n) => producer.send({ topic, messages: messages(n * batch.size) });
          return batch.size * (await rate(events / batch.size, batch.inFlight, send));
        },
        close: () => producer.disconnect(),
      };
    },
  },
];

/** The figures of a broker; without one a note. */
const figuresOf = ({ name, address, variable, ...broker }) => {
  if (!address) {
    const note = `bench: no figures for ${name}: ${variable}=host:port names a broker to measure with`;
    return [async () => console.error(note)];
  }
  const prepare = async () => {
    const mock = await startMock({ port: 0, seed: 1, ...broker.options(address) });
    await subscribe(mock, broker.destination(address));
    const bare = await broker.bare(address, mock.policy.brokerConcurrency);
    const close = async () => {
      await mock.close();
      await bare.close();
    };
    return { mock, bare, close };
  };
  return [
    async () => {
      const { mock, bare, close } = await prepare();
      return {
        name: `events a second into ${name}`,
        target: 0.8,
        rounds,
        baseline: () => bare.publish(count),
        // Enough for full batches.
        measured: () => deliveryRate(mock, count, 8_000),
        close,
      };
    },
    async () => {
      const { mock, bare, close } = await prepare();
      const recording = writeRecording();
      return {
        // It is read, checked and sent over HTTP by a process of its own, which no target is set for.
        name: `events a second of a replay of ${replayed} into ${name}`,
        target: 0,
        rounds: 5,
        baseline: () => bare.publish(replayed),
        measured: () => acknowledgedRate(mock, replayed, () => replay(mock, recording.file)),
        close: async () => {
          recording.remove();
          await close();
        },
      };
    },
  ];
};

export const [pubsubDeliveries, kafkaDeliveries] = brokers.map(figuresOf);

function writeRecording() {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-bench-'));
  const file = join(folder, 'events.ndjson');
  writeFileSync(file, Array.from({ length: replayed }, (_, n) => `${JSON.stringify(event(n))}\n`).join(''));
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}

async function replay(mock, file) {
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  const args = [cli, 'replay', file, '--server', mock.url, '--format', 'quiet'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the replay ended with ${code}`);
}
