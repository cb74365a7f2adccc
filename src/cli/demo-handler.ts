import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface DemoHandler {
  url: string;
  /** How many deliveries carried a valid signature, and how many did not. */
  counts(): { verified: number; refused: number };
  close(): Promise<void>;
}

/**
 * A handler as an integration would write one: it verifies the signature over the raw bytes and answers 200, or 401 when it is wrong.
 * `HEAD` is the platform's question whether the URL is there (R10).
 */
export async function startDemoHandler(secret: string): Promise<DemoHandler> {
  let verified = 0;
  let refused = 0;
  const answer = async (request: IncomingMessage): Promise<number> => {
    if (request.method === 'HEAD') return 200;
    const body = await buffer(request);
    if (isSigned(body, request.headers['x-akeneo-signature-primary'], secret)) {
      verified++;
      return 200;
    }
    refused++;
    return 401;
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (status) => response.writeHead(status).end(),
      // The sender went away in the middle of the body: nobody is left to answer.
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/akeneo/events`,
    counts: () => ({ verified, refused }),
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Compares in constant time, so that the time of the answer tells nothing about the signature. */
function isSigned(body: Uint8Array, signature: string | string[] | undefined, secret: string): boolean {
  if (typeof signature !== 'string') return false;
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
