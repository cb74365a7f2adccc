import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Handler {
  port: number;
  received: Received[];
  /** Resolves when so many requests have arrived. */
  count(n: number): Promise<Received[]>;
  close(): Promise<void>;
}

/** A handler on localhost that keeps what it gets. */
export async function startHandler(status = 200): Promise<Handler> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    received.push({ url: request.url ?? '', headers: request.headers, body: await text(request) });
    response.writeHead(status).end();
    for (const check of [...waiting]) check();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    count: (n) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (received.length < n) return;
          waiting.delete(check);
          resolve(received);
        };
        waiting.add(check);
        check();
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const signatureOf = (body: string, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');
