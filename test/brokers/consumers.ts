import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { PubSub } from '@google-cloud/pubsub';
import { onTestFinished } from 'vitest';
import type { Message } from '../destinations/inbox.ts';

/** A message as a consumer gets it. */
export interface Arrived {
  body: Buffer;
  attributes: Record<string, string>;
  key: string | undefined;
}

export interface Consumer {
  arrived: Arrived[];
  /** Resolves once `enough` says so of what has arrived. */
  until(enough: (arrived: readonly Arrived[]) => boolean): Promise<void>;
}

class Inbox implements Consumer {
  readonly arrived: Arrived[] = [];
  #waiting: { enough: (arrived: readonly Arrived[]) => boolean; resolve: () => void }[] = [];

  add(message: Arrived): void {
    this.arrived.push(message);
    this.#waiting = this.#waiting.filter(({ enough, resolve }) => {
      if (!enough(this.arrived)) return true;
      resolve();
      return false;
    });
  }

  until(enough: (arrived: readonly Arrived[]) => boolean): Promise<void> {
    if (enough(this.arrived)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ enough, resolve }));
  }
}

/** The id of an event, from its body. */
export const idOf = ({ body }: Arrived): string => (JSON.parse(body.toString()) as { id: string }).id;

export interface PubSubConsumer extends Consumer {
  close(): Promise<void>;
}

/** Somebody's Pub/Sub consumer: makes the topic where it is not there, and a subscription to it. */
export async function consumePubSub(emulator: string, topicId: string): Promise<PubSubConsumer> {
  const clientOptions = { universeDomain: 'googleapis.com' };
  const pubsub = new PubSub({ projectId: 'my-project', apiEndpoint: emulator, emulatorMode: true, clientOptions });
  const topic = pubsub.topic(topicId);
  if (!(await topic.exists())[0]) await topic.create();
  const [subscription] = await topic.createSubscription(`${topicId}-consumer`);
  const inbox = new Inbox();
  subscription.on('error', () => {});
  subscription.on('message', (message) => {
    inbox.add({ body: message.data, attributes: message.attributes, key: undefined });
    message.ack();
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= subscription
      .close()
      .catch(() => {})
      .then(() => pubsub.close());
    return closing;
  };
  onTestFinished(close);
  return Object.assign(inbox, { close });
}

/** Somebody's Kafka consumer, of another client library than the mock's, from the beginning of the topic. */
export async function consumeKafka(broker: string, topic: string): Promise<Consumer> {
  const inbox = new Inbox();
  const child = spawn('kcat', ['-b', broker, '-C', '-t', topic, '-o', 'beginning', '-u', '-q', '-J'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    inbox.add(arrivedIn(line));
  });
  return inbox;
}

/** A message as kcat prints it with `-J`. */
function arrivedIn(line: string): Arrived {
  const {
    key,
    payload,
    headers = [],
  } = JSON.parse(line) as { key: string | null; payload: string; headers?: string[] };
  const attributes: Record<string, string> = {};
  for (let at = 0; at < headers.length; at += 2) attributes[String(headers[at])] = String(headers[at + 1]);
  return { body: Buffer.from(payload), attributes, key: key ?? undefined };
}

/** Everything that is in a topic of Kafka now. */
export async function readKafka(broker: string, topic: string): Promise<Message[]> {
  const args = ['-b', broker, '-C', '-t', topic, '-o', 'beginning', '-e', '-q', '-J', '-X', 'fetch.wait.max.ms=1'];
  const { stdout } = await promisify(execFile)('kcat', args, { maxBuffer: 64 * 1024 * 1024 });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map(arrivedIn).map(({ body, attributes }) => ({ body, headers: attributes }));
}

interface Pulled {
  receivedMessages?: { message: { data: string; attributes: Record<string, string> } }[];
}

/** Makes a topic on the emulator and a subscription to it; answers what gives everything that has come to it until now. */
export async function makePubSubTopic(emulator: string, topicId: string): Promise<() => Promise<Message[]>> {
  const call = async (method: string, path: string, body: object): Promise<unknown> => {
    const url = `http://${emulator}/v1/projects/my-project/${path}`;
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  await call('PUT', `topics/${topicId}`, {});
  const subscription = `subscriptions/${topicId}-reader`;
  // Nothing is acknowledged, and nothing comes again while a test runs.
  await call('PUT', subscription, { topic: `projects/my-project/topics/${topicId}`, ackDeadlineSeconds: 600 });
  const messages: Message[] = [];
  return async () => {
    for (;;) {
      const pull = { returnImmediately: true, maxMessages: 1_000 };
      const { receivedMessages = [] } = (await call('POST', `${subscription}:pull`, pull)) as Pulled;
      if (receivedMessages.length === 0) return messages;
      for (const { message } of receivedMessages)
        messages.push({ body: Buffer.from(message.data, 'base64'), headers: message.attributes });
    }
  };
}
