import { topicName } from '../../core/state.ts';
import type { Outcome, PublishFailure } from '../../core/types.ts';
import { type AepMockError, fail } from '../../errors.ts';
import { OpenPublications, type Settle } from './open-publications.ts';
import type { DeliveryRequest, Destination } from './port.ts';
import type { Message, PubSubClient } from './pubsub-client.ts';
import { alreadyExists, mostMessageBytes, pubsubFailure, tooLarge, withoutRight } from './pubsub-failure.ts';
import type { SafetyBelt } from './safety-belt.ts';

export interface PubSubOptions {
  safetyBelt: SafetyBelt;
  /** `host:port` of the emulator; without one Google itself, which the safety belt has to allow. */
  emulator: string | undefined;
  /** Make topics that the emulator does not have. */
  createTopics: boolean;
  /** Time for one publication, in real milliseconds. */
  timeoutMs: number;
  /** Whether the platform may publish to the topic, `projects/p/topics/t`. */
  isPublisher: (topic: string) => boolean;
}

/** Publishes to Google Pub/Sub, as a rule to its emulator. The client library makes the batches; order is not promised (R11). */
export class PubSubDestination implements Destination {
  readonly #options: PubSubOptions;
  readonly #refusal: Extract<Outcome, { kind: 'refused' }> | undefined;
  readonly #open = new OpenPublications();
  #client: PubSubClient | undefined;
  #loading: Promise<PubSubClient> | undefined;
  /** Topics that are being made. */
  readonly #creating = new Map<string, Promise<PublishFailure | undefined>>();

  constructor(options: PubSubOptions) {
    this.#options = options;
    this.#refusal = refusalOf(options);
  }

  send({ subscription: { config }, body, headers }: DeliveryRequest): Promise<Outcome> {
    if (config.type !== 'pubsub')
      return Promise.reject(new TypeError(`a Pub/Sub destination was given a ${config.type} subscription`));
    if (this.#refusal) return Promise.resolve(this.#refusal);
    const topic = topicName(config);
    if (!this.#options.isPublisher(topic)) return this.#open.run((settle) => settle(withoutRight(topic)));
    const data = Buffer.from(body);
    if (data.length > mostMessageBytes) return this.#open.run((settle) => settle(tooLarge(data.length)));
    return this.#open.run((settle) => this.#publish({ topic, data, attributes: headers }, settle));
  }

  #publish(message: Message, settle: Settle): void {
    const fail = (error: unknown): void => settle(this.#failure(error));
    if (this.#client) this.#publishWith(this.#client, message, settle);
    else this.#load().then((client) => this.#publishWith(client, message, settle), fail);
  }

  #publishWith(client: PubSubClient, message: Message, settle: Settle): void {
    const { createTopics, emulator } = this.#options;
    client.publish(message).then(
      () => settle(undefined),
      (error) => {
        const failure = this.#failure(error);
        const isMade = failure.reason === 'topic_not_found' && createTopics && emulator !== undefined;
        if (isMade) void this.#publishToNewTopic(client, message).then(settle);
        else settle(failure);
      },
    );
  }

  async #publishToNewTopic(client: PubSubClient, message: Message): Promise<PublishFailure | undefined> {
    const problem = await this.#create(client, message.topic);
    return problem ?? client.publish(message).then(() => undefined, this.#failure);
  }

  /** Makes the topic once, however many messages wait for it. */
  #create(client: PubSubClient, topic: string): Promise<PublishFailure | undefined> {
    let creating = this.#creating.get(topic);
    if (!creating) {
      creating = client
        .createTopic(topic)
        .then(
          () => undefined,
          (error) => ((error as { code?: unknown }).code === alreadyExists ? undefined : this.#failure(error)),
        )
        .finally(() => this.#creating.delete(topic));
      this.#creating.set(topic, creating);
    }
    return creating;
  }

  readonly #failure = (error: unknown): PublishFailure => pubsubFailure(error, this.#options.timeoutMs);

  #load(): Promise<PubSubClient> {
    const { emulator, timeoutMs } = this.#options;
    this.#loading ??= import('./pubsub-client.ts').then(({ openPubSub }) => {
      this.#client = openPubSub({ emulator, timeoutMs });
      return this.#client;
    });
    return this.#loading;
  }

  /** Gives up what is not acknowledged yet. */
  async close(): Promise<void> {
    this.#open.giveUp();
    await (await this.#loading)?.close();
  }
}

const google = new URL('https://pubsub.googleapis.com');

/** Why nothing may be published at all, if so. */
function refusalOf({ safetyBelt, emulator }: PubSubOptions): Extract<Outcome, { kind: 'refused' }> | undefined {
  if (emulator === undefined) return safetyBelt(google) && refused('broker_not_named', fail('PUBSUB_NOT_NAMED', {}));
  const url = new URL(`tcp://${emulator}`);
  return safetyBelt(url) && refused('host_not_allowed', fail('BROKER_NOT_ALLOWED', { host: url.hostname }));
}

const refused = (reason: 'broker_not_named' | 'host_not_allowed', { message, hint }: AepMockError) =>
  ({ kind: 'refused', reason, message: `${message}: ${hint}` }) as const;
