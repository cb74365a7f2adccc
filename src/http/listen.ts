/** The only place that opens a port: binds first, then reports the URL of the bound socket. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { fail } from '../errors.ts';
import { within } from '../runtime/clock.ts';
import type { Fetch, NodeAdapter } from './node-adapter.ts';

export interface ListenOptions {
  fetch: Fetch;
  host: string;
  /** 0 takes any free port. */
  port: number;
}

export interface Listening {
  /** Without a trailing slash. */
  url: string;
  /** Stops accepting, ends every connection. Idempotent. */
  close(): Promise<void>;
}

/** What is just being answered at the end still arrives. */
const graceMs = 250;

/** @throws PORT_IN_USE, CANNOT_LISTEN */
export async function listen({ fetch, host, port }: ListenOptions): Promise<Listening> {
  let adapter: NodeAdapter | undefined;
  let loading: Promise<NodeAdapter> | undefined;
  const load = (): Promise<NodeAdapter> => {
    loading ??= import('./node-adapter.ts').then(({ adapt }) => {
      // From now on the adapter takes the upgrades itself.
      server.off('upgrade', upgradeLater);
      adapter = adapt(server, fetch, host);
      return adapter;
    });
    return loading;
  };
  const server = createServer((incoming, outgoing) => {
    if (adapter) adapter.answer(incoming, outgoing);
    else void load().then((loaded) => loaded.answer(incoming, outgoing));
  });
  /** A socket that is lost meanwhile is nobody's error. */
  const upgradeLater = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => {});
    void load().then(() => server.emit('upgrade', request, socket, head));
  };
  server.on('upgrade', upgradeLater);
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  const address = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${reachableName(address)}:${address.port}`,
    close: () => {
      closing ??= end(server, loading);
      return closing;
    },
  };
}

async function end(server: Server, adapter: Promise<NodeAdapter> | undefined): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  (await adapter)?.terminate();
  server.closeIdleConnections();
  await within(graceMs, ended);
  server.closeAllConnections();
  await ended;
}

/** The address to call: a socket bound to every address is reached on this machine through loopback. */
function reachableName({ address, family }: AddressInfo): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return family === 'IPv6' ? `[${address}]` : address;
}

function listenError(error: unknown, host: string, port: number): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return fail('PORT_IN_USE', { host, port });
  return fail('CANNOT_LISTEN', { host, port, reason: code ?? message });
}
