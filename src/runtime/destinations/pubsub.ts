import { topicName } from '../../core/state.ts';
import type { Outcome, PublishFailure } from '../../core/types.ts';
import { type AepMockError, fail } from '../../errors.ts';
import { realDeadline } from '../clock.ts';
import { OpenPublications, type Publication } from './open-publications.ts';
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
  /** Those that were replaced and may still have something under way, with what keeps them from being closed. */
  readonly #replaced = new Map<PubSubClient, () => void>();
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
    const message = { topic, data: Buffer.from(body), attributes: headers };
    return this.#open.run((publication) => this.#publish(message, publication));
  }

  #publish(message: Message, publication: Publication): void {
    const { topic, data } = message;
    if (!this.#options.isPublisher(topic)) publication.settle(withoutRight(topic));
    else if (data.length > mostMessageBytes) publication.settle(tooLarge(data.length));
    else if (this.#client) this.#publishWith(this.#client, message, publication);
    else
      this.#load()
        .then((client) => this.#publishWith(client, message, publication))
        .catch((error) => publication.settle(this.#failure(error)));
  }

  #publishWith(client: PubSubClient, message: Message, publication: Publication): void {
    client.publish(message, (error) => {
      if (error) this.#failed(client, message, publication, error);
      else publication.settle(undefined);
    });
  }

  /** A connection that has gone silent stays so until the system gives it up, which takes a quarter of an hour. */
  #replace(client: PubSubClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#loading = undefined;
    const close = (): void => {
      this.#replaced.delete(client);
      client.close().catch(() => {});
    };
    // Nothing is under way over it by then.
    this.#replaced.set(client, realDeadline(this.#options.timeoutMs, close));
  }

  #failed(client: PubSubClient, message: Message, publication: Publication, error: Error): void {
    const { createTopics, emulator } = this.#options;
    const failure = this.#failure(error);
    if (failure.reason === 'destination_timeout') this.#replace(client);
    const isMade = failure.reason === 'topic_not_found' && createTopics && emulator !== undefined;
    if (isMade) void this.#publishToNewTopic(client, message, publication);
    else publication.settle(failure);
  }

  async #publishToNewTopic(client: PubSubClient, message: Message, publication: Publication): Promise<void> {
    const problem = await this.#create(client, message.topic);
    if (problem) publication.settle(problem);
    else client.publish(message, (error) => publication.settle(error ? this.#failure(error) : undefined));
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
    this.#loading ??= import('./pubsub-client.ts')
      .then(({ openPubSub }) => openPubSub({ emulator, timeoutMs }))
      .then(
        (client) => {
          this.#client = client;
          return client;
        },
        (error) => {
          // Credentials may be there at the next attempt.
          this.#loading = undefined;
          throw error;
        },
      );
    return this.#loading;
  }

  /** Gives up what is not acknowledged yet. */
  async close(): Promise<void> {
    this.#open.giveUp();
    const replaced = [...this.#replaced].map(([client, cancel]) => {
      cancel();
      return client;
    });
    const client = await this.#loading?.catch(() => undefined);
    await Promise.all([...replaced, client].map((each) => each?.close()));
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
