import type { Dispatcher, Pool } from 'undici';
import { monotonicNow } from '../runtime/clock.ts';
import { loopbackLookup } from '../runtime/loopback-lookup.ts';
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
  deliver(frame: DeliveryFrame): Promise<LocalAnswer>;
  probe(frame: ProbeFrame): Promise<ProbeResultFrame>;
  /** Ends the connections, and with them what is still under way. Idempotent. */
  close(): Promise<void>;
}

/** A handler may be slower than the platform waits: the developer still wants to know by how much. Up to here. */
const patience = 10;
/** The platform does not read the answer's body; this much of it is passed over so that the connection can be used again. */
const passedOverBytes = 1024 * 1024;
const maxHeaders = 32;
const maxHeaderBytes = 8 * 1024;

/** Headers that belong to one connection (RFC 9110, 7.6.1), and those that the local request has of its own. */
const ownHeaders = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade expect host content-length'.split(' '),
);

interface LocalResponse {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
}

/** Forwards to one origin over pooled keep-alive connections; redirects are not followed, as the platform does not. */
export function createForwarder({ forwardTo, insecure = false }: ForwarderOptions): Forwarder {
  let pool: Promise<Pool> | undefined;
  const connect = (): Promise<Pool> => {
    // undici is loaded with the first delivery: a relay that only waits does not pay for it.
    pool ??= import('../runtime/http-client.ts').then(({ Pool }) => {
      const tls = { rejectUnauthorized: !insecure };
      return new Pool(forwardTo.origin, { connect: { lookup: loopbackLookup, autoSelectFamily: true, ...tls } });
    });
    return pool;
  };

  async function ask(frame: DeliveryFrame | ProbeFrame): Promise<LocalResponse> {
    const giveUpMs = frame.ack_deadline_ms * patience;
    return exchange(await connect(), {
      path: forwardPath(forwardTo, frame.url),
      method: frame.method,
      headers: forwardedHeaders(frame.headers),
      body: frame.type === 'delivery' ? frame.body : null,
      headersTimeout: giveUpMs,
      bodyTimeout: giveUpMs,
    });
  }

  return {
    async deliver(frame) {
      const startedAt = monotonicNow();
      const elapsed = (): number => Math.round((monotonicNow() - startedAt) * 10) / 10;
      try {
        const { status, headers } = await ask(frame);
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
    close: async () => (await pool)?.destroy(),
  };
}

/** One request. Resolves with the status, which is all the platform waits for; the body is passed over as it comes. */
function exchange(pool: Pool, request: Dispatcher.DispatchOptions): Promise<LocalResponse> {
  return new Promise((resolve, reject) => {
    let passedOver = 0;
    pool.dispatch(request, {
      onRequestStart() {},
      onResponseStart(_controller, status, headers) {
        // 1xx come before the answer.
        if (status >= 200) resolve({ status, headers });
      },
      onResponseData(controller, chunk) {
        passedOver += chunk.length;
        if (passedOver > passedOverBytes) controller.abort(new Error('the answer is longer than anybody reads'));
      },
      onResponseEnd() {},
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

function forwardedHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name.toLowerCase())));
}

/** The answer's headers, as many as a result frame carries. */
function boundedHeaders(headers: LocalResponse['headers']): Record<string, string> {
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
