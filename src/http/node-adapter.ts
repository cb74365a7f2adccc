/** Between Node's server and what answers with a `Response`: loaded with the first request. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import { maxMessageBytes } from '../relay/frames.ts';

export type Fetch = (request: Request, env: never) => Response | Promise<Response>;

export interface NodeAdapter {
  answer(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Ends the WebSockets that are open. */
  terminate(): void;
}

/** Answers the server's requests and upgrades with `fetch`. */
export function adapt(server: Server, fetch: Fetch, host: string): NodeAdapter {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  let answer: NodeAdapter['answer'] = () => {};
  createAdaptorServer({
    fetch: fetch as never,
    hostname: host,
    // A library must not replace the Request and Response of the program that uses it.
    overrideGlobalObjects: false,
    // The adapter describes ws in its own words, which the types of ws do not match to the letter.
    websocket: { server: sockets as unknown as WebSocketServerLike },
    createServer: ((_options: unknown, listener: NodeAdapter['answer']) => {
      answer = listener;
      return server;
    }) as never,
  });
  return {
    answer,
    terminate: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}
