import type { KafkaConfig, Outcome } from '../../core/types.ts';
import { fail } from '../../errors.ts';
import { KafkaChannel, type KafkaChannelOptions } from './kafka-channel.ts';
import { OpenPublications } from './open-publications.ts';
import type { DeliveryRequest, Destination } from './port.ts';

/** Publishes to Kafka: the exact body as the value, the entity as the key, so that the events of one entity share a partition. */
export class KafkaDestination implements Destination {
  readonly #options: KafkaChannelOptions;
  readonly #open = new OpenPublications();
  /** Subscriptions to the same topic with the same credentials share a connection, and its batches. */
  readonly #channels = new Map<string, KafkaChannel>();
  /** The same by config: to compare certificates on every delivery would cost more than the delivery. */
  readonly #known = new WeakMap<KafkaConfig, KafkaChannel>();

  constructor(options: KafkaChannelOptions) {
    this.#options = options;
  }

  send({ subscription: { config }, body, key, headers }: DeliveryRequest): Promise<Outcome> {
    if (config.type !== 'kafka')
      return Promise.reject(new TypeError(`a Kafka destination was given a ${config.type} subscription`));
    const channel = this.#known.get(config) ?? this.#channelOf(config);
    if (!(channel instanceof KafkaChannel)) return Promise.resolve(channel);
    const message = { key: key ?? null, value: Buffer.from(body), headers };
    return this.#open.run((publication) => channel.publish(message, publication));
  }

  /** The connection for a subscription, or why the mock must not make it. */
  #channelOf(config: KafkaConfig): KafkaChannel | Outcome {
    const { broker, topic, saslAuth, tls } = config;
    const url = URL.canParse(`tcp://${broker}`) ? new URL(`tcp://${broker}`) : undefined;
    if (!url || this.#options.safetyBelt(url)) {
      const { message, hint } = fail('BROKER_NOT_ALLOWED', { host: url?.hostname ?? broker });
      return { kind: 'refused', reason: 'host_not_allowed', message: `${message}: ${hint}` };
    }
    const name = JSON.stringify([broker, topic, saslAuth, tls]);
    let channel = this.#channels.get(name);
    if (!channel) {
      channel = new KafkaChannel(config, this.#options);
      this.#channels.set(name, channel);
    }
    this.#known.set(config, channel);
    return channel;
  }

  /** Gives up what is not acknowledged yet. */
  async close(): Promise<void> {
    this.#open.giveUp();
    await Promise.all([...this.#channels.values()].map((channel) => channel.close()));
  }
}
