import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import { refused, type SaslExchange, scramExchange } from './scram-server.ts';

/** Error codes of the protocol that the stub answers with. */
export const kafkaError = {
  unknownTopic: 3,
  messageTooLarge: 10,
  invalidTopic: 17,
  topicForbidden: 29,
  saslFailed: 58,
  invalidRecord: 87,
} as const;

export interface KafkaStubOptions {
  /** What a topic is answered with, by name; a topic that is not named is unknown. */
  topics?: Record<string, number>;
  /** The one password that is taken. Without it the broker has no SASL. */
  password?: string;
  /** A batch of more bytes is refused. */
  mostBytes?: number;
  /** A batch with this text in it is refused. */
  refusedText?: string;
  /** Where clients are told that the broker is, instead of where it is. */
  advertisedHost?: string;
  tls?: boolean;
  /** A free one otherwise. */
  port?: number;
  /** Never answers a produce request. */
  isSilent?: boolean;
}

export interface KafkaStub {
  /** `127.0.0.1:port` */
  broker: string;
  /** How many messages each batch had that was taken. */
  taken: number[];
  connections: number;
  /** How many of them are open. */
  open: number;
  /** Told of each that is closed. */
  onClose: () => void;
  /** What clients wanted to authenticate with. */
  mechanisms: string[];
}

const certificates = join(import.meta.dirname, '../certificates');
export const stubCertificate = readFileSync(join(certificates, 'localhost.pem'), 'utf8');
export const stubKey = readFileSync(join(certificates, 'localhost.key'), 'utf8');

/** The versions that the stub speaks, by API key: Produce, Metadata, SaslHandshake, ApiVersions, SaslAuthenticate. */
const api = { produce: 0, metadata: 3, saslHandshake: 17, apiVersions: 18, saslAuthenticate: 36 } as const;
const versions = { [api.produce]: 3, [api.metadata]: 4, [api.apiVersions]: 2 };
const saslVersions = { [api.saslHandshake]: 1, [api.saslAuthenticate]: 0 };
const unsupportedVersion = 35;

/** What the broker remembers of one connection. */
interface Connection {
  /** From the handshake on. */
  exchange: SaslExchange | undefined;
  isAuthenticated: boolean;
  close: () => void;
}

/**
 * As much of a Kafka broker as shows how one authenticates and refuses: what librdkafka's mock cluster, which takes everything, cannot. It
 * speaks the real protocol in versions that are easily written by hand (kafka.apache.org/protocol).
 */
export async function startKafkaStub(options: KafkaStubOptions = {}): Promise<KafkaStub> {
  const stub: KafkaStub = { broker: '', taken: [], connections: 0, open: 0, onClose: () => {}, mechanisms: [] };
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    stub.connections++;
    stub.open++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      sockets.delete(socket);
      stub.open--;
      stub.onClose();
    });
    const connection: Connection = {
      exchange: undefined,
      isAuthenticated: options.password === undefined,
      close: () => socket.destroy(),
    };
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (!socket.destroyed && received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const size = received.readInt32BE(0);
        const answer = answerTo(new Reader(received.subarray(4, 4 + size)), connection, stub, options);
        received = received.subarray(4 + size);
        if (answer) socket.write(Buffer.concat([int32(answer.length), answer]));
      }
    });
  };
  // Like a broker with ssl.client.auth=required: it takes nobody without a certificate of its own authority.
  const tls = { cert: stubCertificate, key: stubKey, ca: stubCertificate, requestCert: true };
  const server = options.tls ? createTlsServer(tls, serve) : createServer(serve);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  stub.broker = `127.0.0.1:${(server.address() as { port: number }).port}`;
  return stub;
}

/** A broker that takes connections and never says a word. */
export const startSilentBroker = async (): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
};

function answerTo(
  request: Reader,
  connection: Connection,
  stub: KafkaStub,
  options: KafkaStubOptions,
): Buffer | undefined {
  const key = request.int16();
  const version = request.int16();
  const correlation = int32(request.int32());
  request.string();
  if ((key === api.metadata || key === api.produce) && !connection.isAuthenticated) {
    connection.close();
    return undefined;
  }
  switch (key) {
    case api.apiVersions: {
      const known = Object.entries({ ...versions, ...(options.password !== undefined && saslVersions) });
      const rows = known.map(([name, most]) => Buffer.concat([int16(Number(name)), int16(0), int16(most)]));
      // A client that asks in a later version is told the versions in the first one, which everybody reads.
      if (version > versions[api.apiVersions])
        return Buffer.concat([correlation, int16(unsupportedVersion), array(rows)]);
      return Buffer.concat([correlation, int16(0), array(rows), ...(version > 0 ? [int32(0)] : [])]);
    }
    case api.saslHandshake: {
      const mechanism = request.string();
      stub.mechanisms.push(mechanism);
      connection.exchange = exchangeOf(mechanism, options.password ?? '');
      return Buffer.concat([correlation, int16(0), array(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'].map(string))]);
    }
    case api.saslAuthenticate: {
      const { message, isAuthenticated } = connection.exchange?.(request.bytes().toString()) ?? refused;
      connection.isAuthenticated = isAuthenticated;
      if (message !== undefined) return Buffer.concat([correlation, int16(0), int16(-1), bytes(message)]);
      const error = [int16(kafkaError.saslFailed), string('the credentials are not known here')];
      return Buffer.concat([correlation, ...error, int32(0)]);
    }
    case api.metadata: {
      const [host = '', port = ''] = stub.broker.split(':');
      const broker = [int32(1), string(options.advertisedHost ?? host), int32(Number(port)), int16(-1)];
      const topics = request.array(() => request.string()).map((name) => topicMetadata(name, options));
      return Buffer.concat([
        ...[correlation, int32(0), array([Buffer.concat(broker)]), int16(-1), int32(1)],
        array(topics),
      ]);
    }
    case api.produce:
      return options.isSilent ? undefined : Buffer.concat([correlation, produced(request, stub, options), int32(0)]);
    default:
      throw new Error(`the stub was asked API ${key}`);
  }
}

function exchangeOf(mechanism: string, password: string): SaslExchange {
  if (mechanism !== 'PLAIN') return scramExchange(mechanism, password);
  return (message) => (message.endsWith(`\0${password}`) ? { message: '', isAuthenticated: true } : refused);
}

function topicMetadata(name: string, { topics = {} }: KafkaStubOptions): Buffer {
  const error = topics[name] ?? kafkaError.unknownTopic;
  const partition = [int16(0), int32(0), int32(1), array([int32(1)]), array([int32(1)])];
  return Buffer.concat([
    ...[int16(error === kafkaError.unknownTopic ? error : 0), string(name), Buffer.from([0])],
    array(error === kafkaError.unknownTopic ? [] : [Buffer.concat(partition)]),
  ]);
}

function produced(
  request: Reader,
  stub: KafkaStub,
  { topics = {}, mostBytes = Number.POSITIVE_INFINITY, refusedText }: KafkaStubOptions,
) {
  const refusalOf = (topic: string, records: Buffer): number => {
    if (refusedText !== undefined && records.includes(refusedText)) return kafkaError.invalidRecord;
    return records.length > mostBytes ? kafkaError.messageTooLarge : (topics[topic] ?? kafkaError.unknownTopic);
  };
  request.string();
  request.int16();
  request.int32();
  const answers = request.array(() => {
    const name = request.string();
    const partitions = request.array(() => {
      const partition = request.int32();
      const records = request.bytes();
      const error = refusalOf(name, records);
      // The last offset of a record batch, behind its base offset, length, epoch, magic, checksum and attributes.
      if (error === 0) stub.taken.push(records.readInt32BE(23) + 1);
      return Buffer.concat([int32(partition), int16(error), Buffer.alloc(16)]);
    });
    return Buffer.concat([string(name), array(partitions)]);
  });
  return array(answers);
}

const int16 = (n: number): Buffer => {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(n);
  return buffer;
};
const int32 = (n: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(n);
  return buffer;
};
const string = (text: string): Buffer => Buffer.concat([int16(Buffer.byteLength(text)), Buffer.from(text)]);
const bytes = (text: string): Buffer => Buffer.concat([int32(Buffer.byteLength(text)), Buffer.from(text)]);
const array = (items: Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items]);

class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  int16(): number {
    this.#at += 2;
    return this.#buffer.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#buffer.readInt32BE(this.#at - 4);
  }

  string(): string {
    return this.#take(Math.max(0, this.int16())).toString();
  }

  bytes(): Buffer {
    return this.#take(Math.max(0, this.int32()));
  }

  array<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read);
  }

  #take(length: number): Buffer {
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }
}
