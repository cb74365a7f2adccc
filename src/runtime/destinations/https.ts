import { rootCertificates } from 'node:tls';
import type { Agent, Dispatcher } from 'undici';
import type { Outcome } from '../../core/types.ts';
import { monotonicNow, realDeadline } from '../clock.ts';
import { loopbackLookup } from '../loopback-lookup.ts';
import { transportReason } from '../transport-error.ts';
import type { DeliveryRequest, Destination, ProbeResult } from './port.ts';
import type { SafetyBelt } from './safety-belt.ts';

export interface HttpsOptions {
  safetyBelt: SafetyBelt;
  /** PEM certificates to trust besides the well-known ones. */
  ca?: string;
  /** Takes any certificate. */
  insecure?: boolean;
  /** Time for the creation probe, in real milliseconds. */
  probeDeadlineMs: number;
}

/** An answer's body says nothing to the platform; up to this much is read, so that the connection can be used again. */
const drainedBytes = 64 * 1024;

/** Direct delivery over HTTP/1.1: pooled keep-alive connections, redirects not followed (contract, delivery: the request). */
export class HttpsDestination implements Destination {
  readonly #options: HttpsOptions;
  #agent: Promise<Agent> | undefined;

  constructor(options: HttpsOptions) {
    this.#options = options;
  }

  async send(request: DeliveryRequest): Promise<Outcome> {
    const { config } = request.subscription;
    if (config.type !== 'https') throw new TypeError(`an https destination was given a ${config.type} subscription`);
    const url = new URL(config.url);
    const refusal = this.#options.safetyBelt(url);
    if (refusal) return { kind: 'refused', reason: 'host_not_allowed', message: `${refusal.message}: ${refusal.hint}` };
    const { headers, body } = request;
    return this.#exchange(url, { method: 'POST', headers, body }, request.ackDeadlineMs);
  }

  async probe(target: string): Promise<ProbeResult> {
    const url = new URL(target);
    const refusal = this.#options.safetyBelt(url);
    if (refusal) return { kind: 'refused', message: refusal.message, hint: refusal.hint };
    const headers = { 'User-Agent': 'akeneo/event-platform' };
    const outcome = await this.#exchange(url, { method: 'HEAD', headers }, this.#options.probeDeadlineMs);
    if (outcome.kind === 'answered') return { kind: 'answered', status: outcome.status };
    if (outcome.kind === 'transportError') return { kind: 'failed', message: outcome.message };
    return { kind: 'failed', message: `no answer within ${this.#options.probeDeadlineMs} ms` };
  }

  async #exchange(
    url: URL,
    request: Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body'>,
    deadlineMs: number,
  ): Promise<Outcome> {
    const agent = await this.#connect();
    const cutOff = new AbortController();
    const startedAt = monotonicNow();
    const cancel = realDeadline(deadlineMs, () => cutOff.abort());
    try {
      const { statusCode, body } = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        signal: cutOff.signal,
        ...request,
      } as Dispatcher.RequestOptions);
      // The status is the answer; the rest of the body must not keep the slot, and its failing changes nothing.
      body.dump({ limit: drainedBytes }).catch(() => {});
      return { kind: 'answered', status: statusCode, durationMs: elapsed(startedAt) };
    } catch (error) {
      if (cutOff.signal.aborted) return { kind: 'timeout', durationMs: elapsed(startedAt) };
      return { kind: 'transportError', ...transportReason(error), durationMs: elapsed(startedAt) };
    } finally {
      cancel();
    }
  }

  /** undici is loaded with the first delivery: commands that send nothing do not pay for it. */
  #connect(): Promise<Agent> {
    this.#agent ??= import('../http-client.ts').then(({ Agent }) => {
      const { ca, insecure } = this.#options;
      return new Agent({
        pipelining: 1,
        // Our own deadline decides; these only bound what comes after it.
        headersTimeout: 0,
        bodyTimeout: 10_000,
        connect: {
          lookup: loopbackLookup,
          autoSelectFamily: true,
          timeout: 0,
          rejectUnauthorized: !insecure,
          ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
        },
      });
    });
    return this.#agent;
  }

  async close(): Promise<void> {
    await (await this.#agent)?.destroy();
  }
}

const elapsed = (startedAt: number): number => Math.round(monotonicNow() - startedAt);
