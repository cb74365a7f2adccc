import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Mock, StartOptions, SubscribeOptions } from '../../src/index.ts';
import { listen } from '../relay/relay-kit.ts';
import { Inbox, type Message, type Reply } from './inbox.ts';

/** One way for deliveries to go, as the contract sees it. */
interface Kit {
  name: string;
  /** The body is signed. */
  signs: boolean;
  /** What the mock has to be started with. */
  options: StartOptions;
  /** What the journal says of an acknowledgement, and of an attempt under a fault. */
  says: Record<'acknowledged' | 'unavailable' | 'rejected' | 'timeout', string | number>;
  /** How the journal tells what the fault `status=404` does to a subscription that is owed one event. */
  notFound: string;
  /** The first retries of what fails, each from the attempt before, in milliseconds; and what ends them within nine hours. */
  retryDelaysMs: readonly number[];
  retriesEnd: string;
}

/** What a kit has opened: where to subscribe, and what has come there. */
interface Opened {
  target: SubscribeOptions;
  /** Everything that the mock has seen acknowledged so far, in the order in which it came as far as the destination knows one. */
  arrived(): Promise<Message[]>;
}

/** A handler: it answers with a status, within a deadline. */
export interface HandlerKit extends Kit {
  answers: true;
  /** Has a handler that answers as told, and says what to subscribe to have it served under `/hook?tenant=1`. */
  open(mock: Mock, reply: Reply): Promise<Opened & { inbox: Inbox }>;
}

/** A broker: it only takes what it is sent. */
export interface BrokerKit extends Kit {
  answers: false;
  /** Has a topic of its own, and somebody who consumes from it. */
  open(mock: Mock): Promise<Opened>;
}

export type DestinationKit = HandlerKit | BrokerKit;

const minute = 60_000;
const overHttp = {
  answers: true,
  signs: true,
  options: {},
  says: { acknowledged: 200, unavailable: 503, rejected: 400, timeout: 'timeout' },
  notFound: 'subscription.revoked not_found, 1 lost',
  retryDelaysMs: [5 * minute, 10 * minute, 20 * minute],
  retriesEnd: 'retries_exhausted',
} as const;
const path = '/hook?tenant=1';

/** A handler that answers as told, with what has come to it. */
function inboxOf(reply: Reply) {
  const inbox = new Inbox(reply);
  return { inbox, arrived: async () => inbox.deliveries };
}

export const kits: HandlerKit[] = [
  {
    ...overHttp,
    name: 'a direct connection',
    options: { allowHttp: true },
    open: async (_mock, reply) => {
      const opened = inboxOf(reply);
      const url = await startServer(opened.inbox);
      return { ...opened, target: { url: `${url}${path}` } };
    },
  },
  {
    ...overHttp,
    name: 'the relay',
    open: async (mock, reply) => {
      const opened = inboxOf(reply);
      const url = await startServer(opened.inbox);
      await listen(mock.url, url);
      return { ...opened, target: { url: `https://shop.example${path}` } };
    },
  },
  {
    ...overHttp,
    name: 'a fetch-style handler in this process',
    open: async (_mock, reply) => {
      const opened = inboxOf(reply);
      return { ...opened, target: { handler: opened.inbox.fetch, path } };
    },
  },
  {
    ...overHttp,
    name: 'a Node listener in this process',
    open: async (_mock, reply) => {
      const opened = inboxOf(reply);
      return { ...opened, target: { handler: opened.inbox.listener, path } };
    },
  },
];

async function startServer({ listener }: Inbox): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
