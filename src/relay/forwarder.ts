import type { Agent } from 'undici';
import { monotonicNow } from '../runtime/clock.ts';
import { type AnswerBody, latePatience } from '../runtime/destinations/port.ts';
import { exchange, type HttpAnswer, openAgent } from '../runtime/http-exchange.ts';
import { transportReason } from '../runtime/transport-error.ts';
import { type ForwardTarget, forwardPath } from './forward-target.ts';
import type { DeliveryFrame, LocalAnswer, ProbeFrame, ProbeResultFrame } from './frames.ts';

export interface ForwarderOptions {
  forwardTo: ForwardTarget;
  /** Takes any certificate of an https handler. */
  insecure?: boolean;
}

/** Passes frames on to the local handler. Nothing here throws: what goes wrong is an answer. */
export interface Forwarder {
  /** `onBody` is told the beginning of the answer's body, if it has one, which may be before the answer is. */
  deliver(frame: DeliveryFrame, onBody?: (body: AnswerBody) => void): Promise<LocalAnswer>;
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
  let agent: Promise<Agent> | undefined;

  async function ask(frame: DeliveryFrame | ProbeFrame, onBody?: (body: AnswerBody) => void): Promise<HttpAnswer> {
    const giveUpMs = frame.ack_deadline_ms * latePatience;
    agent ??= openAgent({ insecure });
    const request = {
      origin: forwardTo.origin,
      path: forwardPath(forwardTo, frame.url),
      method: frame.method,
      headers: forwardedHeaders(frame.headers),
      body: frame.type === 'delivery' ? frame.body : null,
      headersTimeout: giveUpMs,
      bodyTimeout: giveUpMs,
    };
    const ended = ({ body }: HttpAnswer): void => {
      if (body) onBody?.(body);
    };
    const { answer } = exchange(await agent, request, { ended });
    const { status } = await answer;
    if (status > highestStatus)
      throw new Error(`the handler answered with the status ${status}, which HTTP does not have`);
    return answer;
  }

  return {
    async deliver(frame, onBody) {
      const startedAt = monotonicNow();
      const elapsed = (): number => Math.round((monotonicNow() - startedAt) * 10) / 10;
      try {
        const { status, headers } = await ask(frame, onBody);
        return { status, headers: boundedHeaders(headers), duration_ms: elapsed() };
      } catch (error) {
        return { error: transportReason(error), duration_ms: elapsed() };
      }
    },
    async probe(frame) {
      const { id } = frame;
      try {
        return { type: 'probe_result', id, status: (await ask(frame)).status };
      } catch (error) {
        return { type: 'probe_result', id, error: transportReason(error).message };
      }
    },
    close: async () => (await agent)?.destroy(),
  };
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

function forwardedHeaders(headers: Record<string, string>): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (isForwarded(name)) forwarded[name] = value;
  return forwarded;
}

/** The answer's headers, as many as a result frame carries. */
function boundedHeaders(headers: HttpAnswer['headers']): Record<string, string> {
  const bounded: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers).slice(0, maxHeaders)) {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    bytes += name.length + text.length;
    if (bytes > maxHeaderBytes) break;
    bounded[name] = text;
  }
  return bounded;
}
