import type { Agent, Dispatcher } from 'undici';
import type { Outcome } from '../../core/types.ts';
import { userAgent } from '../../core/user-agent.ts';
import type { AepMockError } from '../../errors.ts';
import { type AgentOptions, openAgent } from '../http-exchange.ts';
import { askServer } from './ask-server.ts';
import type { DeliveryRequest, Destination, ProbeResult } from './port.ts';
import type { SafetyBelt } from './safety-belt.ts';
import { type Asked, probeWithin, withinDeadline } from './within-deadline.ts';

export interface HttpsOptions extends AgentOptions {
  safetyBelt: SafetyBelt;
  /** Time for the creation probe, in real milliseconds. */
  probeDeadlineMs: number;
}

/** A URL taken apart for the HTTP client, and why nothing may be sent there, if so. */
interface Target {
  origin: string;
  path: string;
  refusal: AepMockError | undefined;
}

/** More URLs than subscriptions can have at once: 20 subscribers with 20 subscriptions each. */
const rememberedTargets = 500;

type Request = Pick<Dispatcher.DispatchOptions, 'method' | 'headers' | 'body'>;

/** Direct delivery over HTTP/1.1: pooled keep-alive connections, redirects not followed (contract, delivery: the request). */
export class HttpsDestination implements Destination {
  readonly #options: HttpsOptions;
  readonly #targets = new Map<string, Target>();
  #agent: Promise<Agent> | undefined;

  constructor(options: HttpsOptions) {
    this.#options = options;
  }

  async send(request: DeliveryRequest): Promise<Outcome> {
    const { headers, body, ackDeadlineMs, onLate, onAnswer } = request;
    const { config } = request.subscription;
    if (config.type !== 'https') throw new TypeError(`an https destination was given a ${config.type} subscription`);
    const target = this.#targetOf(config.url);
    const { refusal } = target;
    if (refusal) return { kind: 'refused', reason: 'host_not_allowed', message: `${refusal.message}: ${refusal.hint}` };
    const asked = await this.#ask(target, { method: 'POST', headers, body }, onAnswer);
    return withinDeadline(asked, ackDeadlineMs, onLate);
  }

  async probe(url: string): Promise<ProbeResult> {
    const { probeDeadlineMs } = this.#options;
    const target = this.#targetOf(url);
    const { refusal } = target;
    if (refusal) return { kind: 'refused', message: refusal.message, hint: refusal.hint };
    const headers = { 'User-Agent': userAgent };
    const asked = await this.#ask(target, { method: 'HEAD', headers, body: null });
    return probeWithin(asked, probeDeadlineMs);
  }

  /** Parsing a URL costs as much as signing the body, and it is the same one every time. */
  #targetOf(text: string): Target {
    const known = this.#targets.get(text);
    if (known) return known;
    const url = new URL(text);
    const target = { origin: url.origin, path: url.pathname + url.search, refusal: this.#options.safetyBelt(url) };
    if (this.#targets.size >= rememberedTargets) this.#targets.clear();
    this.#targets.set(text, target);
    return target;
  }

  async #ask({ origin, path }: Target, request: Request, onAnswer?: DeliveryRequest['onAnswer']): Promise<Asked> {
    this.#agent ??= openAgent(this.#options);
    return askServer(await this.#agent, { origin, path, ...request }, onAnswer);
  }

  async close(): Promise<void> {
    await (await this.#agent)?.destroy();
  }
}
