/** The one place that loads Google's Pub/Sub library, which is large: import it when the first message is published. */
import { type ClientConfig, PubSub, type Topic } from '@google-cloud/pubsub';

export interface PubSubClientOptions {
  /** `host:port`; undefined for Google itself, with the credentials of the environment. */
  emulator: string | undefined;
  /** Time for one request, in real milliseconds. */
  timeoutMs: number;
}

export interface Message {
  /** `projects/p/topics/t` */
  topic: string;
  data: Buffer;
  attributes: Record<string, string>;
}

export interface PubSubClient {
  /**
   * Publishes in the library's batches. `done` is told gRPC's error, if any: a callback, because tens of thousands a second make
   * promises expensive.
   */
  publish(message: Message, done: (error: Error | null) => void): void;
  createTopic(topic: string): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Channels try again this soon: when to publish again is the platform's affair, and must not wait for gRPC's own minutes. And a new client
 * has a connection of its own, which it would otherwise share with the one that it replaces.
 */
const connecting = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 500,
  'grpc.use_local_subchannel_pool': 1,
};

/** An emulator is on this machine: HTTP_PROXY does not lead there, and no name server is asked how it wants to be talked to. */
const direct = { 'grpc.enable_http_proxy': 0, 'grpc.service_config_disable_resolution': 1 };

function configOf(emulator: string | undefined): ClientConfig {
  // Topics are named in full, so that one client serves every project.
  const common = { projectId: 'aep-mock', ...connecting };
  // Said in full: the library would follow PUBSUB_EMULATOR_HOST otherwise, which the mock's own options have already heard.
  if (emulator === undefined) return { ...common, apiEndpoint: 'pubsub.googleapis.com:443', emulatorMode: false };
  return {
    ...common,
    apiEndpoint: emulator,
    emulatorMode: true,
    ...direct,
    // Otherwise the library asks Google's metadata server for it.
    clientOptions: { universeDomain: 'googleapis.com' },
  };
}

/** Rejects when there are no credentials for Google itself. */
export async function openPubSub({ emulator, timeoutMs }: PubSubClientOptions): Promise<PubSubClient> {
  const client = new PubSub(configOf(emulator));
  // The library takes everything before the first colon for the host. It connects with these options when it first publishes.
  if (emulator === undefined) await findCredentials(client);
  else Object.assign(client.options, addressOf(emulator));
  const topics = new Map<string, Topic>();
  // The library would try again for a minute on its own, and the platform's retries are the engine's.
  const gaxOpts = { isBundling: false, timeout: timeoutMs, retry: null };
  const topicOf = (name: string): Topic => {
    let topic = topics.get(name);
    if (!topic) {
      topic = client.topic(name, { gaxOpts });
      topics.set(name, topic);
    }
    return topic;
  };
  return {
    publish: ({ topic, data, attributes }, done) => topicOf(topic).publishMessage({ data, attributes }, done),
    createTopic: (topic) => topicOf(topic).create(gaxOpts),
    close: () => client.close(),
  };
}

/** Names below `localhost` are this machine, whatever a name server would say of them. */
function addressOf(emulator: string): { servicePath: string; port: number } {
  const { hostname, port } = new URL(`tcp://${emulator}`);
  return { servicePath: /\.localhost\.?$/i.test(hostname) ? 'localhost' : hostname, port: Number(port) };
}

/** Before anything is published: what the library cannot find by then, it throws where nobody can catch it. */
async function findCredentials(client: PubSub): Promise<void> {
  try {
    await client.auth.getClient();
  } catch (error) {
    throw new Error(`no credentials for Google Cloud: ${(error as Error).message}`, { cause: error });
  }
}
