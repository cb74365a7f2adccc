import type { Outcome } from '../../core/types.ts';
import { BodyExcerpt } from '../body-excerpt.ts';
import { monotonicNow, realDeadline } from '../clock.ts';
import { passedOverBytes, passedOverMs } from '../http-exchange.ts';
import { transportReason } from '../transport-error.ts';
import { CallEnd } from './call-end.ts';
import { isResponse } from './in-process-handler.ts';
import type { DeliveryRequest, ReceivedAnswer } from './port.ts';
import { servedRequest } from './served-request.ts';
import type { Asked } from './within-deadline.ts';

/** A request as a server takes it off the wire. */
export interface HandlerRequest {
  url: string;
  method: 'HEAD' | 'POST';
  headers: Record<string, string>;
  body: string | null;
  /** The delivery that it is made for; none for a probe. */
  deliveryId?: string;
  onAnswer?: DeliveryRequest['onAnswer'];
}

/** Where it is told what a handler does that it should not. */
export interface HandlerReports {
  threw(error: unknown, deliveryId: string | undefined): void;
  /** It was called in one style and answered in the other. Gives the error for that. */
  wrongStyle(returned: unknown): Error;
}

export interface FetchCall {
  fetch: (request: Request) => unknown;
  reports: HandlerReports;
  /** The calls under way; whoever aborts one gives it up. */
  underWay: Set<CallEnd>;
}

/** Calls a fetch-style handler as a server would: with the headers of the wire, and 500 for what it throws. */
export function callFetch({ fetch, reports, underWay }: FetchCall, request: HandlerRequest): Asked {
  const { url, method, headers, body } = request;
  const end = new CallEnd();
  let bodyRead: Promise<void> | undefined;
  const startedAt = monotonicNow();
  const elapsed = (): number => Math.round(monotonicNow() - startedAt);
  const failed = (error: unknown): Outcome => ({
    kind: 'transportError',
    ...transportReason(error),
    durationMs: elapsed(),
  });

  const call = async (): Promise<Outcome> => {
    let answered: ReceivedAnswer = { status: 500, headers: {} };
    try {
      const init = { method, headers: wireHeaders(url, headers, body), body };
      const response = await fetch(servedRequest(url, init, end));
      if (!isResponse(response)) return failed(reports.wrongStyle(response));
      const { status, headers: sent, body: answer } = response;
      if (!(status >= 200 && status <= 999))
        throw new RangeError(`a response with the status ${status} cannot be sent`);
      answered = { status, headers: sent };
      if (isStream(answer) && !answer.locked) bodyRead = passOver(answer, end, answered);
    } catch (error) {
      // Nobody waits for it any more: it may well have thrown because of that.
      if (!end.isAborted) reports.threw(error, request.deliveryId);
    }
    if (!end.isAborted) request.onAnswer?.(answered);
    return { kind: 'answered', status: answered.status, durationMs: elapsed() };
  };
  underWay.add(end);
  const outcome = new Promise<Outcome>((resolve) => {
    const done = (came: Outcome): void => {
      resolve(came);
      void (bodyRead ?? Promise.resolve()).then(() => underWay.delete(end));
    };
    end.onAbort((reason) => done(failed(reason)));
    void call().then(done);
  });
  return { outcome, abort: (reason) => end.abort(reason) };
}

/** What a server sees before it: the headers of the connection first, then those that were sent, and the length. */
function wireHeaders(url: string, headers: Record<string, string>, body: string | null): Record<string, string> {
  const sent: Record<string, string> = { host: new URL(url).host, connection: 'keep-alive' };
  Object.assign(sent, headers);
  if (body !== null) sent['content-length'] = String(Buffer.byteLength(body));
  return sent;
}

/** A response of another library may have a body of another kind. */
const isStream = (body: unknown): body is ReadableStream<Uint8Array> =>
  typeof (body as { getReader?: unknown } | null | undefined)?.getReader === 'function';

/** The answer's body says nothing to the platform. It is read all the same, as far as over the wire: its writer may count on that. */
async function passOver(body: ReadableStream<Uint8Array>, end: CallEnd, answered: ReceivedAnswer): Promise<void> {
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => {});
  const cancelDeadline = realDeadline(passedOverMs, cancel);
  end.onAbort(cancel);
  try {
    let bytes = 0;
    const excerpt = new BodyExcerpt();
    for (let part = await reader.read(); !part.done && bytes <= passedOverBytes; part = await reader.read()) {
      bytes += part.value.byteLength;
      // A stream can hold anything, and one of another realm is no instance of ours.
      if (!ArrayBuffer.isView(part.value)) continue;
      excerpt.add(part.value);
      answered.body = excerpt;
    }
    cancel();
  } catch {
    // The status was the answer.
  } finally {
    cancelDeadline();
  }
}
