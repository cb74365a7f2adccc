import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PubSub } from '@google-cloud/pubsub';
import { onTestFinished } from 'vitest';

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
    const {
      key,
      payload,
      headers = [],
    } = JSON.parse(line) as { key: string | null; payload: string; headers?: string[] };
    const attributes: Record<string, string> = {};
    for (let at = 0; at < headers.length; at += 2) attributes[String(headers[at])] = String(headers[at + 1]);
    inbox.add({ body: Buffer.from(payload), attributes, key: key ?? undefined });
  });
  return inbox;
}
