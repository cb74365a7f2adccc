import type { Agent, Dispatcher } from 'undici';
import type { Outcome } from '../../core/types.ts';
import { monotonicNow, realDeadline } from '../clock.ts';
import { type AgentOptions, exchange, openAgent } from '../http-exchange.ts';
import { transportReason } from '../transport-error.ts';
import type { DeliveryRequest, Destination, ProbeResult } from './port.ts';
import type { SafetyBelt } from './safety-belt.ts';

export interface HttpsOptions extends AgentOptions {
  safetyBelt: SafetyBelt;
  /** Time for the creation probe, in real milliseconds. */
  probeDeadlineMs: number;
}

type Request = Pick<Dispatcher.DispatchOptions, 'method' | 'headers' | 'body'>;

const pastDeadline = new Error('no answer within the deadline');

/** Direct delivery over HTTP/1.1: pooled keep-alive connections, redirects not followed (contract, delivery: the request). */
export class HttpsDestination implements Destination {
  readonly #options: HttpsOptions;
  #agent: Promise<Agent> | undefined;

  constructor(options: HttpsOptions) {
    this.#options = options;
  }

  async send({ subscription: { config }, headers, body, ackDeadlineMs }: DeliveryRequest): Promise<Outcome> {
    if (config.type !== 'https') throw new TypeError(`an https destination was given a ${config.type} subscription`);
    const url = new URL(config.url);
    const refusal = this.#options.safetyBelt(url);
    if (refusal) return { kind: 'refused', reason: 'host_not_allowed', message: `${refusal.message}: ${refusal.hint}` };
    return this.#ask(url, { method: 'POST', headers, body }, ackDeadlineMs);
  }

  async probe(target: string): Promise<ProbeResult> {
    const { safetyBelt, probeDeadlineMs } = this.#options;
    const url = new URL(target);
    const refusal = safetyBelt(url);
    if (refusal) return { kind: 'refused', message: refusal.message, hint: refusal.hint };
    const headers = { 'User-Agent': 'akeneo/event-platform' };
    const outcome = await this.#ask(url, { method: 'HEAD', headers, body: null }, probeDeadlineMs);
    if (outcome.kind === 'answered') return { kind: 'answered', status: outcome.status };
    if (outcome.kind === 'transportError') return { kind: 'failed', message: outcome.message };
    return { kind: 'failed', message: `no answer within ${probeDeadlineMs} ms` };
  }

  async #ask(url: URL, request: Request, deadlineMs: number): Promise<Outcome> {
    this.#agent ??= openAgent(this.#options);
    const agent = await this.#agent;
    const startedAt = monotonicNow();
    const elapsed = (): number => Math.round(monotonicNow() - startedAt);
    const { answer, abort } = exchange(agent, { origin: url.origin, path: url.pathname + url.search, ...request });
    const cancel = realDeadline(deadlineMs, () => abort(pastDeadline));
    try {
      const { status } = await answer;
      return { kind: 'answered', status, durationMs: elapsed() };
    } catch (error) {
      if (error === pastDeadline) return { kind: 'timeout', durationMs: elapsed() };
      return { kind: 'transportError', ...transportReason(error), durationMs: elapsed() };
    } finally {
      cancel();
    }
  }

  async close(): Promise<void> {
    await (await this.#agent)?.destroy();
  }
}
