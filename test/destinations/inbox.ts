import type { RequestListener } from 'node:http';

/** What came to a destination: the exact bytes of the body, and the headers, which Pub/Sub calls attributes. */
export interface Message {
  headers: Record<string, string>;
  body: Buffer;
}

/** A request as a handler saw it. */
export interface Received extends Message {
  method: string;
  /** Path and query. */
  url: string;
}

/** The status that a handler answers a delivery with; `n` counts them from 1. One that never comes is no answer. */
export type Reply = (received: Received, n: number) => number | Promise<number>;

/** What came to a handler, and its answers: the same one for every kind of handler. Says 200 to a HEAD request. */
export class Inbox {
  readonly probes: Received[] = [];
  readonly deliveries: Received[] = [];
  readonly #reply: Reply;

  constructor(reply: Reply) {
    this.#reply = reply;
  }

  async take(received: Received): Promise<number> {
    if (received.method === 'HEAD') {
      this.probes.push(received);
      return 200;
    }
    this.deliveries.push(received);
    return this.#reply(received, this.deliveries.length);
  }

  readonly listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const named = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    const status = await this.take({ method, url, headers: Object.fromEntries(named), body: Buffer.concat(chunks) });
    response.writeHead(status, headersOf(status)).end();
  };

  readonly fetch = async (request: Request): Promise<Response> => {
    const { method, headers } = request;
    const { pathname, search } = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    const status = await this.take({ method, url: pathname + search, headers: Object.fromEntries(headers), body });
    return new Response(null, { status, headers: headersOf(status) });
  };
}

const headersOf = (status: number): Record<string, string> =>
  status >= 300 && status < 400 ? { Location: '/elsewhere' } : {};
