import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { fail } from '../../errors.ts';

/** Answers a `Request` with a `Response`: what Hono, Remix, a route of Next and most newer frameworks are. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** What Node calls with a request and a response: an Express app, a callback of Koa, a `RequestListener`. */
export interface NodeListener {
  (request: IncomingMessage, response: ServerResponse): unknown;
  // The same again, as a generic. What a function that is written in place is called with is inferred from the members of a union that
  // have one signature for its number of parameters: from this one never, so that a `FetchHandler` is told by its one parameter.
  <_>(request: IncomingMessage, response: ServerResponse): unknown;
}

/** What the parameters of a function of two, written in place, are inferred from. Nothing is one: it is taken as a `NodeListener`. */
interface InlineListener {
  (request: IncomingMessage, response: ServerResponse): unknown;
  <_>(request: never): never;
}

/** A Fastify instance, as far as it is needed. */
export interface FastifyLike {
  /** Resolves when its plugins are loaded. */
  ready(): PromiseLike<unknown>;
  /** Answers a request. */
  routing(request: IncomingMessage, response: ServerResponse): void;
}

/** A handler in the same process: a function, an app, or a server that need not listen. */
export type InProcessHandler =
  | FetchHandler
  | { fetch: FetchHandler }
  | NodeListener
  | InlineListener
  | FastifyLike
  | Server;

/** How a handler is to be called. */
export type HandlerCall =
  | {
      style: 'fetch';
      fetch: (request: Request) => unknown;
      /** A bare function that declares no parameter: `(...args) =>` around a Node listener is one, too. */
      isOpaque: boolean;
    }
  | { style: 'listener'; listener: (...of: Parameters<RequestListener>) => unknown };

type Callable = (...of: unknown[]) => unknown;
const isFunction = (value: unknown): value is Callable => typeof value === 'function';

/**
 * Works out how a handler is to be called. A bare function says it by its parameters: one for a `Request`, two or more for Node's
 * request and response.
 * @throws INVALID_OPTION for what is no handler
 */
export function handlerCall(given: unknown): HandlerCall {
  const members = (isFunction(given) || typeof given === 'object' ? given : null) as Record<string, unknown> | null;
  if (members && isFunction(members.fetch))
    return { style: 'fetch', fetch: members.fetch.bind(given), isOpaque: false };
  if (isFunction(given)) {
    // Express and Connect make functions of three parameters with a method of that name; wrapped, they may have fewer.
    const isListener = isFunction(members?.handle) || given.length >= 2;
    if (isListener) return { style: 'listener', listener: given };
    return { style: 'fetch', fetch: given, isOpaque: given.length === 0 };
  }
  if (members && isFunction(members.routing) && isFunction(members.ready)) {
    const { ready, routing } = members;
    const listener = async (...of: Parameters<RequestListener>): Promise<void> => {
      await ready.call(given);
      routing.call(given, ...of);
    };
    return { style: 'listener', listener };
  }
  if (members && isFunction(members.listen) && isFunction(members.emit)) {
    const { emit } = members;
    return { style: 'listener', listener: (...of) => void emit.call(given, 'request', ...of) };
  }
  const expected =
    'a fetch-style function, an object with such a fetch, a Node listener (request, response), a server or a Fastify app';
  throw fail('INVALID_OPTION', {
    option: 'handler',
    value: given === null ? null : typeof given,
    expected,
    hint: 'for example subscribe({ handler: app.fetch }) with Hono, subscribe({ handler: app }) with Express',
  });
}

/** Whether something is a response of the fetch API, whichever library it comes from. */
export function isResponse(value: unknown): value is Response {
  if (typeof value !== 'object' || value === null) return false;
  const { status, arrayBuffer } = value as Partial<Response>;
  return typeof status === 'number' && isFunction(arrayBuffer);
}
