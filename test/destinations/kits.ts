import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Mock, StartOptions, SubscribeOptions } from '../../src/index.ts';
import { listen } from '../relay/relay-kit.ts';
import { Inbox, type Reply } from './inbox.ts';

/** One way for deliveries to go, as the contract sees it. */
export interface DestinationKit {
  name: string;
  /** The handler answers with a status, within a deadline; a broker only takes what it is sent. */
  answers: boolean;
  /** The body is signed. */
  signs: boolean;
  /** What the mock has to be started with. */
  options: StartOptions;
  /** Has a handler that answers as told, and says what to subscribe to have it served under `/hook?tenant=1`. */
  open(mock: Mock, reply: Reply): Promise<{ inbox: Inbox; target: SubscribeOptions }>;
}

const overHttp = { answers: true, signs: true, options: {} };
const path = '/hook?tenant=1';

export const kits: DestinationKit[] = [
  {
    ...overHttp,
    name: 'a direct connection',
    options: { allowHttp: true },
    open: async (_mock, reply) => {
      const inbox = new Inbox(reply);
      const url = await startServer(inbox);
      return { inbox, target: { url: `${url}${path}` } };
    },
  },
  {
    ...overHttp,
    name: 'the relay',
    open: async (mock, reply) => {
      const inbox = new Inbox(reply);
      const url = await startServer(inbox);
      await listen(mock.url, url);
      return { inbox, target: { url: `https://shop.example${path}` } };
    },
  },
  {
    ...overHttp,
    name: 'a fetch-style handler in this process',
    open: async (_mock, reply) => {
      const inbox = new Inbox(reply);
      return { inbox, target: { handler: inbox.fetch, path } };
    },
  },
  {
    ...overHttp,
    name: 'a Node listener in this process',
    open: async (_mock, reply) => {
      const inbox = new Inbox(reply);
      return { inbox, target: { handler: inbox.listener, path } };
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
