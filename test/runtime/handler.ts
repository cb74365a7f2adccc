import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const certificateFile = join(import.meta.dirname, '../certificates/localhost.pem');
const keyFile = join(import.meta.dirname, '../certificates/localhost.key');

/** A request as it arrived, with the exact bytes of its body. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were written. */
  rawHeaders: string[];
  body: Buffer;
}

export interface Handler {
  url: string;
  received: Received[];
  /** Sockets that were ever opened to it. */
  sockets: Socket[];
  /** Resolves with the requests once there are that many. */
  waitFor(count: number): Promise<Received[]>;
  close(): Promise<void>;
}

type Answer = (request: Received, response: ServerResponse, n: number) => void;

export const answer =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, headers).end();

/** A real consumer on a free port of loopback, closed when the test ends. */
export async function startHandler(
  reply: Answer = answer(200),
  { secure = false, host = '127.0.0.1' } = {},
): Promise<Handler> {
  const received: Received[] = [];
  const sockets: Socket[] = [];
  const waiting: { count: number; resolve: (requests: Received[]) => void }[] = [];

  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers, rawHeaders } = request;
    const arrived = { method, url, headers, rawHeaders, body: Buffer.concat(chunks) };
    received.push(arrived);
    reply(arrived, response, received.length);
    for (const { count, resolve } of waiting) if (received.length >= count) resolve(received);
  };
  const server: Server = secure
    ? (createSecureServer(
        { cert: readFileSync(certificateFile), key: readFileSync(keyFile) },
        listener,
      ) as unknown as Server)
    : createServer(listener);
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, host);
  await once(server, 'listening');

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return {
    url: `${secure ? 'https' : 'http'}://localhost:${port}/hook`,
    received,
    sockets,
    waitFor: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve(received);
        else waiting.push({ count, resolve });
      }),
    close,
  };
}
