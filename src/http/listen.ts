/** The only place that opens a port: binds first, then reports the URL of the bound socket. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import { fail } from '../errors.ts';
import { maxFrameBytes } from '../relay/frames.ts';
import { within } from '../runtime/clock.ts';

export interface ListenOptions {
  fetch: (request: Request, env: never) => Response | Promise<Response>;
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
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  const server = createAdaptorServer({
    fetch: fetch as never,
    hostname: host,
    // A library must not replace the Request and Response of the program that uses it.
    overrideGlobalObjects: false,
    // The adapter describes ws in its own words, which the types of ws do not match to the letter.
    websocket: { server: sockets as unknown as WebSocketServerLike },
  }) as Server;
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
      closing ??= end(server, sockets);
      return closing;
    },
  };
}

async function end(server: Server, sockets: WebSocketServer): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets.clients) socket.terminate();
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
