import type { KafkaConfig, PublishFailure } from '../../core/types.ts';
import { type AepMockError, fail } from '../../errors.ts';
import { within } from '../clock.ts';
import type { AgentOptions } from '../http-exchange.ts';
import { hasCertificates } from '../read-certificate.ts';
import { Batcher } from './batcher.ts';
import type { KafkaClient, KafkaMessage } from './kafka-client.ts';
import { invalidTls, isAnswer, isTooLarge, kafkaFailure, noAcknowledgement } from './kafka-failure.ts';
import type { Publication } from './open-publications.ts';
import type { SafetyBelt } from './safety-belt.ts';

export interface KafkaChannelOptions extends AgentOptions {
  safetyBelt: SafetyBelt;
  /** Ignore the SASL and TLS settings of subscriptions. */
  isPlain: boolean;
  /** Time for one publication, in real milliseconds. */
  timeoutMs: number;
}

/** Enough to keep the broker busy, and half of what is in flight at once, so that one batch is filled while another is on its way. */
const mostMessages = 500;
const batchesInFlight = 2;
/** Below the limit that brokers have for a batch unless they are told otherwise, 1,048,588 bytes (`message.max.bytes`). */
const mostBytes = 900_000;
const closePatienceMs = 1_000;

/** The connection to one cluster with one set of credentials. Made when it is needed, and anew after it has failed. */
export class KafkaChannel {
  readonly #config: KafkaConfig;
  readonly #options: KafkaChannelOptions;
  readonly #tls: ReturnType<typeof tlsOf>;
  readonly #batchers = new Map<string, Batcher<KafkaMessage, PublishFailure | undefined>>();
  /** Why the subscription's TLS settings cannot be used, once that was looked at. */
  #tlsProblem: Promise<string | undefined> | undefined;
  #client: Promise<KafkaClient> | undefined;
  /** Over this connection the cluster named a broker that the mock must not connect to. */
  #refusal: AepMockError | undefined;

  constructor(config: KafkaConfig, options: KafkaChannelOptions) {
    this.#config = config;
    this.#options = options;
    this.#tls = options.isPlain ? undefined : tlsOf(config, options);
  }

  publish(topic: string, message: KafkaMessage, publication: Publication): void {
    let batcher = this.#batchers.get(topic);
    if (!batcher) {
      batcher = new Batcher({
        send: (messages) => this.#send(topic, messages),
        sizeOf: ({ value }) => value.length,
        mostItems: mostMessages,
        mostBytes,
        mostInFlight: batchesInFlight,
      });
      this.#batchers.set(topic, batcher);
    }
    batcher.add(message, publication);
  }

  async #send(topic: string, messages: KafkaMessage[]): Promise<(PublishFailure | undefined)[]> {
    const all = (failure: PublishFailure | undefined) => messages.map(() => failure);
    this.#tlsProblem ??= this.#options.isPlain ? Promise.resolve(undefined) : pemProblem(this.#config.tls);
    const problem = await this.#tlsProblem;
    if (problem !== undefined) return all(invalidTls(problem));
    const { timeoutMs } = this.#options;
    this.#client ??= this.#open();
    const client = this.#client;
    let failure: PublishFailure | undefined = noAcknowledgement(timeoutMs);
    const sent = client.then((opened) => opened.send(topic, messages));
    try {
      await within(
        timeoutMs,
        sent.then(() => {
          failure = undefined;
        }),
      );
    } catch (error) {
      // A broker refuses a batch as a whole: whichever of them is too large is found by halves.
      if (isTooLarge(error) && messages.length > 1) {
        const half = messages.length >> 1;
        const parts = [messages.slice(0, half), messages.slice(half)].map((part) => this.#send(topic, part));
        return (await Promise.all(parts)).flat();
      }
      failure = this.#failureOf(error);
    }
    if (failure && !isAnswer(failure)) this.#discard(client);
    return all(failure);
  }

  async #open(): Promise<KafkaClient> {
    this.#refusal = undefined;
    const { openKafka } = await import('./kafka-client.ts');
    const { broker, saslAuth } = this.#config;
    return openKafka({
      broker,
      sasl: this.#options.isPlain ? undefined : saslAuth,
      tls: this.#tls,
      timeoutMs: this.#options.timeoutMs,
      checkHost: (host, port) => {
        const url = new URL(`tcp://${host.includes(':') ? `[${host}]` : host}:${port}`);
        if (!this.#options.safetyBelt(url)) return;
        this.#refusal = fail('BROKER_NOT_ALLOWED', { host });
        throw this.#refusal;
      },
    });
  }

  #failureOf(error: unknown): PublishFailure {
    const refusal = this.#refusal;
    if (!refusal) return kafkaFailure(error, this.#options.timeoutMs);
    return { reason: 'invalid_destination_configuration', code: 400, message: `${refusal.message}: ${refusal.hint}` };
  }

  /** The next message makes a new connection: the library's own way back from a failure takes longer than ours. */
  #discard(client: Promise<KafkaClient>): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    client.then((opened) => opened.close()).catch(() => {});
  }

  async close(): Promise<void> {
    const client = await this.#client;
    if (!client) return;
    await within(
      closePatienceMs,
      client.close().catch(() => {}),
    );
    client.destroy();
  }
}

/** What TLS is given of a subscription: its own authority and client certificate, and the authority that the mock was told to trust. */
function tlsOf({ tls }: KafkaConfig, { ca, insecure }: AgentOptions) {
  if (!tls) return undefined;
  const { serverName: servername, caPem, clientCertPem: cert, clientKeyPem: key } = tls;
  return { servername, ca: ca === undefined ? [caPem] : [caPem, ca], cert, key, rejectUnauthorized: !insecure };
}

/** The first of the subscription's certificates and its key that cannot be used, by the name of its field. */
async function pemProblem(tls: KafkaConfig['tls']): Promise<string | undefined> {
  if (!tls) return undefined;
  // Node passes over an authority that it cannot read.
  if (!hasCertificates(tls.caPem)) return 'config.tls.ca_pem has no PEM certificate';
  const { createSecureContext } = await import('node:tls');
  const rest = [
    ['client_cert_pem has no PEM certificate that can be used', { cert: tls.clientCertPem }],
    ['client_key_pem has no PEM private key that can be used', { key: tls.clientKeyPem }],
    ['client_key_pem is not the key of client_cert_pem', { cert: tls.clientCertPem, key: tls.clientKeyPem }],
  ] as const;
  for (const [problem, part] of rest) {
    try {
      createSecureContext(part);
    } catch (error) {
      return `config.tls.${problem}: ${(error as Error).message}`;
    }
  }
  return undefined;
}
