import type { Agent } from 'undici';
import { monotonicNow } from '../runtime/clock.ts';
import { type AnswerBody, latePatience } from '../runtime/destinations/port.ts';
import { type AnswerListener, exchange, type HttpAnswer, openAgent } from '../runtime/http-exchange.ts';
import { transportReason } from '../runtime/transport-error.ts';
import { type ForwardTarget, forwardPath } from './forward-target.ts';
import type { LocalAnswer, ProbeFrame, ProbeResultFrame } from './frames.ts';

export interface ForwarderOptions {
  forwardTo: ForwardTarget;
  /** Takes any certificate of an https handler. */
  insecure?: boolean;
}

/** What is needed of a delivery or a probe. */
type Request = Pick<ProbeFrame, 'url' | 'headers' | 'ack_deadline_ms'>;

/** Passes frames on to the local handler. Nothing here throws: what goes wrong is an answer. */
export interface Forwarder {
  /** `onEnd` is told when the answer has ended, with the beginning of its body if it has one: often before the answer is told. */
  deliver(delivery: Request, body: string, onEnd?: (body: AnswerBody | undefined) => void): Promise<LocalAnswer>;
  probe(frame: ProbeFrame): Promise<ProbeResultFrame>;
  /** Ends the connections, and with them what is still under way. Idempotent. */
  close(): Promise<void>;
}

const highestStatus = 599;
const maxHeaders = 32;
const maxHeaderBytes = 8 * 1024;

/** Headers that belong to one connection (RFC 9110, 7.6.1), and those that the local request has of its own. */
const ownHeaders = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade expect host content-length'.split(' '),
);

/** Forwards to one origin over pooled keep-alive connections; redirects are not followed, as the platform does not. */
export function createForwarder({ forwardTo, insecure = false }: ForwarderOptions): Forwarder {
  let agent: Agent | undefined;
  let loading: Promise<Agent> | undefined;

  async function load(): Promise<Agent> {
    loading ??= openAgent({ insecure });
    agent = await loading;
    return agent;
  }

  function ask(
    method: 'POST' | 'HEAD',
    { url, headers, ack_deadline_ms }: Request,
    body: string | null,
    listener?: AnswerListener,
  ): Promise<HttpAnswer> {
    const giveUpMs = ack_deadline_ms * latePatience;
    const request = {
      origin: forwardTo.origin,
      path: forwardPath(forwardTo, url),
      method,
      headers: forwardedHeaders(headers),
      body,
      headersTimeout: giveUpMs,
      bodyTimeout: giveUpMs,
    };
    // Not an async function: each step of one is another two hundred bytes for every delivery.
    if (agent) return exchange(agent, request, listener).answer;
    return load().then((loaded) => exchange(loaded, request, listener).answer);
  }

  return {
    async deliver(delivery, body, onEnd) {
      const startedAt = monotonicNow();
      const elapsed = (): number => Math.round((monotonicNow() - startedAt) * 10) / 10;
      try {
        const ended = (answer: HttpAnswer): void => onEnd?.(answer.body);
        const { status, headers } = await ask('POST', delivery, body, { ended });
        checkStatus(status);
        return { status, headers: boundedHeaders(headers), duration_ms: elapsed() };
      } catch (error) {
        return { error: transportReason(error), duration_ms: elapsed() };
      }
    },
    async probe(frame) {
      const { id } = frame;
      try {
        const { status } = await ask('HEAD', frame, null);
        checkStatus(status);
        return { type: 'probe_result', id, status };
      } catch (error) {
        return { type: 'probe_result', id, error: transportReason(error).message };
      }
    },
    close: async () => (await loading)?.destroy(),
  };
}

/** HTTP clients take any three digits. */
function checkStatus(status: number): void {
  if (status > highestStatus)
    throw new Error(`the handler answered with the status ${status}, which HTTP does not have`);
}

/** The names that come with every delivery, and whether they go on: to look at their lower case each time costs more than all the rest. */
const goesOn = new Map<string, boolean>();
const rememberedNames = 100;

function isForwarded(name: string): boolean {
  const known = goesOn.get(name);
  if (known !== undefined) return known;
  const forwarded = !ownHeaders.has(name.toLowerCase());
  if (goesOn.size < rememberedNames) goesOn.set(name, forwarded);
  return forwarded;
}

/** As they came, unless some of them belong to one connection. */
function forwardedHeaders(headers: Record<string, string>): Record<string, string> {
  for (const name in headers) {
    if (!isForwarded(name)) return Object.fromEntries(Object.entries(headers).filter(([each]) => isForwarded(each)));
  }
  return headers;
}

/** The answer's headers, as many as a result carries. */
function boundedHeaders(headers: HttpAnswer['headers']): Record<string, string> {
  const bounded: Record<string, string> = {};
  let count = 0;
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    bytes += name.length + text.length;
    if (++count > maxHeaders || bytes > maxHeaderBytes) break;
    bounded[name] = text;
  }
  return bounded;
}
