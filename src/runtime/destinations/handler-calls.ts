import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A call of a handler. Emptied when it is over: what the handler started may remember it for long. */
interface Call {
  of: HandlerCalls | undefined;
  response?: ServerResponse | undefined;
}

/**
 * The calls that the running code is part of, of all mocks: with two of them, one's handler may have the other one wait. A single
 * storage, and unused without in-process handlers, because on Node 20 each that is in use costs every promise something.
 */
const callsAround = new AsyncLocalStorage<readonly Call[]>();

/** The calls of one mock's in-process handlers: they know whether who asks is called by it and has not answered. */
export class HandlerCalls {
  /** Whether the running code is part of a call that has not been answered: to wait for deliveries would be to wait for itself. */
  get isInside(): boolean {
    return callsAround.getStore()?.some(({ of, response }) => of === this && !response?.writableEnded) ?? false;
  }

  /** The handler, known by its calls. It has answered when its promise settles. */
  aroundFetch(fetch: (request: Request) => unknown): (request: Request) => Promise<unknown> {
    return async (request) => {
      const call: Call = { of: this };
      try {
        return await callsAround.run(this.#with(call), () => fetch(request));
      } finally {
        call.of = undefined;
      }
    };
  }

  /** The same for a Node listener. It has answered when its response is ended. */
  aroundListener(
    listener: (request: IncomingMessage, response: ServerResponse) => unknown,
  ): (request: IncomingMessage, response: ServerResponse) => unknown {
    return (request, response) => {
      const call: Call = { of: this, response };
      response.once('close', () => {
        call.of = undefined;
        call.response = undefined;
      });
      return callsAround.run(this.#with(call), () => {
        // Otherwise what listens for their events would be called from where the bytes come from.
        request.emit = AsyncResource.bind(request.emit, 'HandlerCall', request);
        response.emit = AsyncResource.bind(response.emit, 'HandlerCall', response);
        return listener(request, response);
      });
    };
  }

  #with(call: Call): Call[] {
    const outer = callsAround.getStore() ?? [];
    return [...outer.filter(({ of }) => of !== undefined && of !== this), call];
  }
}
