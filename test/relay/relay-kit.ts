import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server';
import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { createRng } from '../../src/core/rng.ts';
import type { HttpsConfig, JournalFact, Subscription } from '../../src/core/types.ts';
import { mountRelay } from '../../src/http/relay.ts';
import { listenerScope, relayUrl } from '../../src/relay/claims.ts';
import { RelayClient, type RelayClientEvents, type RelayClientOptions } from '../../src/relay/client.ts';
import { parseForwardTarget } from '../../src/relay/forward-target.ts';
import type { EnsureRequest } from '../../src/relay/frames.ts';
import { RelayHub, type RelayHubOptions } from '../../src/relay/hub.ts';
import type { DeliveryRequest } from '../../src/runtime/destinations/port.ts';
import { Happenings } from './happenings.ts';

export function subscription(
  id: string,
  url = `https://shop.example/hooks/${id}`,
): Subscription & { config: HttpsConfig } {
  return {
    id,
    subscriberId: 'subscriber',
    pimUrl: 'https://pim.example',
    clientId: 'client',
    source: 'pim',
    events: ['com.akeneo.pim.v1.product.updated'],
    status: 'active',
    config: { type: 'https', url, secret: { primary: `secret-of-${id}-long-enough` } },
    sendProductIdentifier: false,
    activeFrom: 0,
    createdAt: 0,
    updatedAt: 0,
  };
}

let deliveries = 0;

export function request(of: Subscription, extra: Partial<DeliveryRequest> = {}): DeliveryRequest {
  const n = ++deliveries;
  return {
    deliveryId: `d${n}`,
    attempt: 1,
    subscription: of,
    eventId: `event-${n}`,
    eventType: 'com.akeneo.pim.v1.product.updated',
    body: `{"id":"event-${n}"}`,
    headers: { 'Content-Type': 'application/json', 'User-Agent': 'akeneo/event-platform' },
    ackDeadlineMs: 20_000,
    ...extra,
  };
}

/** A mock as the hub sees it: subscriptions that a test may change, and a record of the facts. */
export class FakeMock {
  readonly subscriptions: Subscription[];
  readonly facts = new Happenings<JournalFact>();
  readonly ensured: EnsureRequest[] = [];

  constructor(subscriptions: Subscription[]) {
    this.subscriptions = subscriptions;
  }

  ensureSubscription = async (wish: EnsureRequest): Promise<{ id: string; secret: string }> => {
    this.ensured.push(wish);
    const made = subscription(`made-${this.ensured.length}`, relayUrl(`made-${this.ensured.length}`));
    Object.assign(made, listenerScope);
    if (wish.events) made.events = wish.events;
    if (wish.secret) made.config.secret.primary = wish.secret;
    this.subscriptions.push(made);
    return { id: made.id, secret: made.config.secret.primary };
  };
}

export interface Relay {
  hub: RelayHub;
  mock: FakeMock;
  url: string;
  /** Ends every connection the hard way, as a crash or a cable would. */
  cut(): void;
}

export async function startRelay(
  subscriptions: Subscription[] = [],
  options: Partial<RelayHubOptions> & { guard?: (app: Hono) => void; maxPayload?: number } = {},
): Promise<Relay> {
  const { guard, maxPayload = 1024 * 1024, ...hubOptions } = options;
  const mock = new FakeMock(subscriptions);
  const hub = new RelayHub({
    subscriptions: () => mock.subscriptions,
    ensureSubscription: mock.ensureSubscription,
    resumeSubscription: (id) => {
      const made = mock.subscriptions.find((s) => s.id === id);
      if (made) made.status = 'active';
    },
    changeSecret: (id, secret) => {
      const made = mock.subscriptions.find((s) => s.id === id);
      if (made?.config.type === 'https') made.config.secret.primary = secret;
    },
    dropSubscription: (id) => {
      mock.subscriptions.splice(
        mock.subscriptions.findIndex((s) => s.id === id),
        1,
      );
    },
    record: mock.facts.add,
    now: () => Date.UTC(2024, 9, 1),
    ackDeadlineMs: 3_000,
    ...hubOptions,
  });
  const app = new Hono();
  guard?.(app);
  mountRelay(app, hub);
  const sockets = new WebSocketServer({ noServer: true, maxPayload });
  const server = createAdaptorServer({
    fetch: app.fetch,
    websocket: { server: sockets as WebSocketServerLike },
  }) as Server;
  const url = await listening(server);
  onTestFinished(() => hub.close());
  const cut = (): void => {
    for (const socket of sockets.clients) socket.terminate();
  };
  return { hub, mock, url, cut };
}

export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Handler {
  url: string;
  port: number;
  received: Happenings<Received>;
  close(): Promise<void>;
}

/** A handler on a port of its own; it answers 200 unless told otherwise, when the request has come in completely. */
export async function startHandler(
  answer: RequestListener = (_request, response) => response.end('ok'),
  { host = '127.0.0.1', port = 0 } = {},
): Promise<Handler> {
  const received = new Happenings<Received>();
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = incoming;
    received.add({ method, url, headers, body: Buffer.concat(chunks) });
    answer(incoming, response);
  });
  const url = await listening(server, host, port);
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, 'close');
  };
  return { url, port: (server.address() as AddressInfo).port, received, close };
}

async function listening(server: Server, host = '127.0.0.1', port = 0): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address() as AddressInfo;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

type Event = {
  [Name in keyof RelayClientEvents]: { name: Name; args: Parameters<RelayClientEvents[Name]> };
}[keyof RelayClientEvents];

export interface Listener {
  client: RelayClient;
  events: Happenings<Event>;
  /** Waits for an event and gives its arguments. */
  event<Name extends Event['name']>(name: Name, from?: number): Promise<Parameters<RelayClientEvents[Name]>>;
}

const eventNames: Event['name'][] = [
  'connected',
  'claims',
  'delivery',
  'answered',
  'verdict',
  'late',
  'draining',
  'probe',
  'lost',
  'regained',
  'handlerUnreachable',
  'handlerBack',
  'error',
];

/** A client that is not started yet. */
export function prepare(
  url: string,
  forwardTo: string,
  options: Partial<Omit<RelayClientOptions, 'forwardTo'>> = {},
): Listener {
  const events = new Happenings<Event>();
  const on = Object.fromEntries(
    eventNames.map((name) => [name, (...args: unknown[]) => events.add({ name, args } as Event)]),
  );
  const client = new RelayClient({
    url,
    client: 'aep-mock/test',
    forwardTo: parseForwardTarget(forwardTo),
    claim: { kind: 'all' },
    rng: createRng(options.rng ? 0 : ++seeds),
    reconnect: { minMs: 1, maxMs: 2 },
    drainMs: 100,
    on,
    ...options,
  });
  onTestFinished(() => client.close());
  const event: Listener['event'] = async (name, from = 0) => {
    const found = await events.when((thing) => thing.name === name, from);
    return found.args as never;
  };
  return { client, events, event };
}

let seeds = 0;

export async function listen(...args: Parameters<typeof prepare>): Promise<Listener> {
  const listener = prepare(...args);
  await listener.client.start();
  return listener;
}
