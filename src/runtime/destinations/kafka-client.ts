/**
 * The one place that loads the Kafka client: import it when the first message is published. kafkajs, because it is one package in plain
 * JavaScript that speaks the older versions of the protocol, too; `@platformatic/kafka` asks for version 3 of ApiVersions only, which
 * librdkafka's mock cluster does not have, and `@confluentinc/kafka-javascript` downloads a binary when it is installed.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from 'node:tls';
import { type ISocketFactory, Kafka, logLevel, type SASLOptions } from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import type { KafkaConfig } from '../../core/types.ts';
import { loopbackLookup } from '../loopback-lookup.ts';

export interface KafkaMessage {
  key: string | null;
  value: Buffer;
  headers: Record<string, string>;
}

export interface KafkaClientOptions {
  broker: string;
  sasl: KafkaConfig['saslAuth'] | undefined;
  tls: ConnectionOptions | undefined;
  /** Time for connecting and for each request, in real milliseconds. */
  timeoutMs: number;
  /** Throws when the mock must not connect there: clusters name further brokers. */
  checkHost: (host: string, port: number) => void;
}

export interface KafkaClient {
  /** Publishes all or fails. A part may have been taken all the same: at least once (R12). */
  send(topic: string, messages: KafkaMessage[]): Promise<unknown>;
  /** Lets what is on its way finish, and closes. */
  close(): Promise<void>;
  /** Cuts every connection. */
  destroy(): void;
}

/**
 * kafkajs sets a timer after each request and answer, for requests that wait; where none does it lies in the past, of which Node warns
 * from its version 23 on.
 */
const { scheduleCheckPendingRequests: schedule } = RequestQueue.prototype;
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};

const keepAliveMs = 60_000;
/** Stands for a seed broker that kafkajs could not read: it takes everything before the first colon for the host. */
const seedAlias = 'seed.localhost';

/** Begins to connect; whether that succeeds is told by the first message. */
export function openKafka({ broker, sasl, tls, timeoutMs, checkHost }: KafkaClientOptions): KafkaClient {
  const sockets = new Set<Socket>();
  const [, address, port] = /^\[(.+)\]:(\d+)$/.exec(broker) ?? [];
  const socketFactory: ISocketFactory = ({ host: named, port, ssl, onConnect }) => {
    const host = named === seedAlias && address !== undefined ? address : named;
    checkHost(host, port);
    const target = { host, port, lookup: loopbackLookup };
    const socket = ssl ? connectTls({ ...target, ...identifiedBy(ssl) }, onConnect) : connectTcp(target, onConnect);
    endUnreadable(socket);
    socket.setKeepAlive(true, keepAliveMs);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const kafka = new Kafka({
    clientId: 'aep-mock',
    brokers: [address === undefined ? broker : `${seedAlias}:${port}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: timeoutMs,
    authenticationTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    // The platform's retries are the engine's.
    retry: { retries: 0 },
    socketFactory,
    ...(tls && { ssl: tls }),
    ...(sasl && { sasl: saslOf(sasl) }),
  });
  const producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
  const connected = producer.connect();
  connected.catch(() => {});
  return {
    send: async (topic, messages) => {
      await connected;
      return producer.send({ topic, messages, timeout: timeoutMs });
    },
    close: () => producer.disconnect(),
    destroy: () => {
      for (const socket of sockets) socket.destroy(new Error('the mock was closed'));
    },
  };
}

/**
 * kafkajs reads what arrives where nobody can catch what it throws. So whatever is no answer of a broker ends its connection, and not
 * the process.
 */
function endUnreadable(socket: Socket): void {
  const { emit } = socket;
  socket.emit = function (this: Socket, event: string | symbol, ...args: unknown[]): boolean {
    try {
      return Reflect.apply(emit, this, [event, ...args]);
    } catch (error) {
      if (event !== 'data') throw error;
      this.destroy(new Error(`the broker's answer cannot be read: ${(error as Error).message}`));
      return true;
    }
  };
}

/** An address is no name that a client may send to a server (RFC 6066, 3), and Node warns of it. It is checked all the same. */
function identifiedBy({ servername, ...rest }: ConnectionOptions): ConnectionOptions {
  if (servername === undefined || !isIP(servername)) return { servername, ...rest };
  return { ...rest, checkServerIdentity: (_host, certificate) => checkServerIdentity(servername, certificate) };
}

const saslOf = ({ mechanism, username, password, scramVariant }: KafkaConfig['saslAuth']): SASLOptions => ({
  mechanism: mechanism === 'plain' ? 'plain' : scramVariant === 'sha-512' ? 'scram-sha-512' : 'scram-sha-256',
  username,
  password,
});
