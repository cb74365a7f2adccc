/** One way to call HTTP servers, for direct deliveries and for the relay's local end: pooled, fast, and done with an answer at its headers. */
import type { Agent, buildConnector, Dispatcher } from 'undici';
import { BodyExcerpt } from './body-excerpt.ts';
import { loopbackLookup } from './loopback-lookup.ts';

export interface AgentOptions {
  /** PEM certificates to trust besides the well-known ones. */
  ca?: string | undefined;
  /** Takes any certificate. */
  insecure?: boolean | undefined;
  /** Opens the connections; those of the network otherwise. */
  connect?: buildConnector.connector;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The beginning of its body, as far as it has come; missing as long as there is none. */
  body?: BodyExcerpt;
}

/** Who is told about an answer as it comes. */
export interface AnswerListener {
  /** It has begun. */
  answered?: ((answer: HttpAnswer) => void) | undefined;
  /** Its body has ended, one way or the other. */
  ended?(answer: HttpAnswer): void;
}

/** An answer's body says nothing to the platform; up to this much is passed over, so that the connection can be used again. */
export const passedOverBytes = 1024 * 1024;
/** And no longer than this without a part of it. */
export const passedOverMs = 30_000;

/** Keep-alive connections to any number of origins. undici is loaded with the first call: what sends nothing does not pay for it. */
export async function openAgent({ ca, insecure = false, connect }: AgentOptions): Promise<Agent> {
  const { Agent } = await import('./http-client.ts');
  return new Agent({
    pipelining: 1,
    // The caller's deadline decides; this only bounds what comes after the answer.
    headersTimeout: 0,
    bodyTimeout: passedOverMs,
    connect: connect ?? {
      lookup: loopbackLookup,
      autoSelectFamily: true,
      // A handler that is slow to accept is slow, not absent: only a refusal moves on to the next address.
      autoSelectFamilyAttemptTimeout: 60_000,
      timeout: 10_000,
      rejectUnauthorized: !insecure,
      ...(ca !== undefined && { ca: [...(await import('node:tls')).rootCertificates, ca] }),
    },
  });
}

/** One request on its way. */
export interface Exchange {
  /** Resolves with the status and the headers: that is all the platform waits for. The body is passed over as it comes. */
  readonly answer: Promise<HttpAnswer>;
  /** Gives the request up. */
  abort(reason: Error): void;
}

/** Sends one request. Redirects are not followed, informational answers (1xx) are not answers. */
export function exchange(
  agent: Dispatcher,
  request: Dispatcher.DispatchOptions,
  listener: AnswerListener = {},
): Exchange {
  const handler = new ExchangeHandler(listener);
  agent.dispatch(request, handler);
  return handler;
}

/** What the HTTP client reports to. A class, because an object with closures for each request is a third of what a delivery allocates. */
class ExchangeHandler implements Exchange, Dispatcher.DispatchHandler {
  readonly answer: Promise<HttpAnswer>;
  readonly #listener: AnswerListener;
  #resolve: (answer: HttpAnswer) => void = () => {};
  #reject: (reason: Error) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: Error | undefined;
  #answered: HttpAnswer | undefined;
  #passedOver = 0;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  abort(reason: Error): void {
    this.#givenUp = reason;
    this.#controller?.abort(reason);
    // Without a connection there is nothing to abort yet, and there may never be one.
    this.#reject(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp) controller.abort(this.#givenUp);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpAnswer['headers']): void {
    if (status < 200) return;
    this.#answered = { status, headers };
    this.#listener.answered?.(this.#answered);
    this.#resolve(this.#answered);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#passedOver += chunk.length;
    if (this.#answered) {
      this.#answered.body ??= new BodyExcerpt();
      this.#answered.body.add(chunk);
    }
    if (this.#passedOver > passedOverBytes) controller.abort(new Error('the answer is longer than anybody reads'));
  }

  onResponseEnd(): void {
    if (this.#answered) this.#listener.ended?.(this.#answered);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
    this.onResponseEnd();
  }
}
