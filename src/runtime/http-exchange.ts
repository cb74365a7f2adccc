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

export interface Exchange {
  /** Resolves with the status and the headers: that is all the platform waits for. The body is passed over as it comes. */
  answer: Promise<HttpAnswer>;
  /** Gives the request up. */
  abort(reason: Error): void;
}

/** Sends one request. Redirects are not followed, informational answers (1xx) are not answers. */
export function exchange(
  agent: Dispatcher,
  request: Dispatcher.DispatchOptions,
  listener: AnswerListener = {},
): Exchange {
  let controller: Dispatcher.DispatchController | undefined;
  let givenUp: Error | undefined;
  let giveUp: (reason: Error) => void = () => {};
  const answer = new Promise<HttpAnswer>((resolve, reject) => {
    giveUp = reject;
    let passedOver = 0;
    let answered: HttpAnswer | undefined;
    const end = (): void => {
      if (answered) listener.ended?.(answered);
    };
    agent.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (givenUp) started.abort(givenUp);
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200) return;
        answered = { status, headers };
        listener.answered?.(answered);
        resolve(answered);
      },
      onResponseData(reading, chunk) {
        passedOver += chunk.length;
        if (answered) {
          answered.body ??= new BodyExcerpt();
          answered.body.add(chunk);
        }
        if (passedOver > passedOverBytes) reading.abort(new Error('the answer is longer than anybody reads'));
      },
      onResponseEnd: end,
      onResponseError(_controller, error) {
        reject(error);
        end();
      },
    });
  });
  return {
    answer,
    abort(reason) {
      givenUp = reason;
      controller?.abort(reason);
      // Without a connection there is nothing to abort yet, and there may never be one.
      giveUp(reason);
    },
  };
}
