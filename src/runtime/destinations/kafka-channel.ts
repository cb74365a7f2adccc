import type { KafkaConfig, PublishFailure } from '../../core/types.ts';
import { type AepMockError, fail } from '../../errors.ts';
import { realDeadline, within } from '../clock.ts';
import type { AgentOptions } from '../http-exchange.ts';
import { hasCertificates } from '../read-certificate.ts';
import { Batcher } from './batcher.ts';
import type { KafkaClient, KafkaMessage } from './kafka-client.ts';
import { invalidTls, isAnswer, kafkaFailure, noAcknowledgement } from './kafka-failure.ts';
import type { Publication } from './open-publications.ts';
import type { SafetyBelt } from './safety-belt.ts';

export interface KafkaChannelOptions extends AgentOptions {
  safetyBelt: SafetyBelt;
  /** Ignore the SASL and TLS settings of subscriptions. */
  isPlain: boolean;
  /** Time for one publication, in real milliseconds. */
  timeoutMs: number;
  /** A connection over which nothing was sent for so long is closed; a minute. */
  idleMs?: number;
}

/** Enough to keep the broker busy, and half of what is in flight at once, so that one batch is filled while another is on its way. */
const mostMessages = 500;
const batchesInFlight = 2;
/** Below the limit that brokers have for a batch unless they are told otherwise, 1,048,588 bytes (`message.max.bytes`). */
const mostBytes = 900_000;
const closePatienceMs = 1_000;
const defaultIdleMs = 60_000;

interface Connection {
  client: Promise<KafkaClient>;
  /** Those on their way over it. */
  batches: number;
  /** It has failed: once nothing is on its way any more it is closed. */
  isOver: boolean;
  /** The cluster named a broker over it that the mock must not connect to. */
  refusal: AepMockError | undefined;
  cancelIdle: () => void;
}

/**
 * The connection for one topic with one set of credentials. Made when it is needed, and anew after it has failed. Topics do not share it:
 * the client library fails all that it has ever published to when one of them is missing.
 */
export class KafkaChannel {
  readonly #config: KafkaConfig;
  readonly #options: KafkaChannelOptions;
  readonly #tls: ReturnType<typeof tlsOf>;
  readonly #batcher: Batcher<KafkaMessage, PublishFailure | undefined>;
  /** Why the subscription's TLS settings cannot be used, once that was looked at. */
  #tlsProblem: Promise<string | undefined> | undefined;
  /** What is published goes over this one. */
  #current: Connection | undefined;
  /** All that are not closed yet. */
  readonly #connections = new Set<Connection>();
  #isClosed = false;

  constructor(config: KafkaConfig, options: KafkaChannelOptions) {
    this.#config = config;
    this.#options = options;
    this.#tls = options.isPlain ? undefined : tlsOf(config, options);
    this.#batcher = new Batcher({
      send: (messages) => this.#send(messages),
      sizeOf: ({ value }) => value.length,
      mostItems: mostMessages,
      mostBytes,
      mostInFlight: batchesInFlight,
    });
  }

  publish(message: KafkaMessage, publication: Publication): void {
    this.#batcher.add(message, publication);
  }

  async #send(messages: KafkaMessage[]): Promise<(PublishFailure | undefined)[]> {
    this.#tlsProblem ??= this.#options.isPlain ? Promise.resolve(undefined) : pemProblem(this.#config.tls);
    const problem = await this.#tlsProblem;
    const failure = problem === undefined ? await this.#sendTogether(messages) : invalidTls(problem);
    if (failure?.reason !== 'publish_rejected' || messages.length === 1) return messages.map(() => failure);
    // A broker refuses a batch as a whole: whichever of them it does not want is found by halves.
    const half = messages.length >> 1;
    const parts = [messages.slice(0, half), messages.slice(half)].map((part) => this.#send(part));
    return (await Promise.all(parts)).flat();
  }

  /** Sends them as one batch. Answers the failure of all. */
  async #sendTogether(messages: KafkaMessage[]): Promise<PublishFailure | undefined> {
    const { timeoutMs } = this.#options;
    // Whoever waited for it was told already that it is given up.
    if (this.#isClosed) return noAcknowledgement(timeoutMs);
    this.#current ??= this.#open();
    const connection = this.#current;
    connection.batches++;
    connection.cancelIdle();
    let failure: PublishFailure | undefined = noAcknowledgement(timeoutMs);
    const sent = connection.client.then((opened) => opened.send(this.#config.topic, messages));
    try {
      await within(
        timeoutMs,
        sent.then(() => {
          failure = undefined;
        }),
      );
    } catch (error) {
      failure = failureOf(error, connection, timeoutMs);
    }
    connection.batches--;
    // The next message makes a new connection: the library's own way back from a failure takes longer than ours.
    if (failure && (connection.refusal || !isAnswer(failure))) this.#giveUp(connection);
    else if (connection.batches === 0) this.#rest(connection);
    return failure;
  }

  #open(): Connection {
    const connection: Connection = {
      client: this.#connect((refusal) => {
        connection.refusal = refusal;
      }),
      batches: 0,
      isOver: false,
      refusal: undefined,
      cancelIdle: () => {},
    };
    this.#connections.add(connection);
    return connection;
  }

  async #connect(onRefusal: (refusal: AepMockError) => void): Promise<KafkaClient> {
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
        const refusal = fail('BROKER_NOT_ALLOWED', { host });
        onRefusal(refusal);
        throw refusal;
      },
    });
  }

  /** Nothing more goes over it. What is on its way may still arrive. */
  #giveUp(connection: Connection): void {
    if (this.#current === connection) this.#current = undefined;
    connection.isOver = true;
    if (connection.batches === 0) void this.#shut(connection);
  }

  #rest(connection: Connection): void {
    if (connection.isOver) void this.#shut(connection);
    else connection.cancelIdle = realDeadline(this.#options.idleMs ?? defaultIdleMs, () => this.#giveUp(connection));
  }

  async #shut(connection: Connection): Promise<void> {
    if (!this.#connections.delete(connection)) return;
    connection.isOver = true;
    connection.cancelIdle();
    const client = await connection.client.catch(() => undefined);
    if (!client) return;
    await within(
      closePatienceMs,
      client.close().catch(() => {}),
    );
    client.destroy();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#connections].map((connection) => this.#shut(connection)));
  }
}

function failureOf(error: unknown, { refusal }: Connection, timeoutMs: number): PublishFailure {
  if (!refusal) return kafkaFailure(error, timeoutMs);
  return { reason: 'invalid_destination_configuration', code: 400, message: `${refusal.message}: ${refusal.hint}` };
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
