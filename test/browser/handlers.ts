import { type Handler, startHandler } from '../runtime/handler.ts';

/** A handler that is there when it is asked (HEAD), and answers its nth delivery so; closed with the test. */
export function startAnswering(statusOf: (n: number) => number): Promise<Handler> {
  let n = 0;
  return startHandler(({ method }, response) => response.writeHead(method === 'HEAD' ? 200 : statusOf(++n)).end());
}

/** The bodies of the deliveries that it got. */
export const bodiesOf = ({ received }: Handler): Record<string, unknown>[] =>
  received.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body.toString()));
