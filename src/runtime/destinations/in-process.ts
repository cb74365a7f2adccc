import type { Server } from 'node:http';
import { inspect } from 'node:util';
import type { Agent } from 'undici';
import type { Capturable } from '../../core/capturable.ts';
import { isObject } from '../../core/is-object.ts';
import type { JournalFact, Outcome, Subscription } from '../../core/types.ts';
import { userAgent } from '../../core/user-agent.ts';
import { type AepMockError, fail } from '../../errors.ts';
import { nextTurn } from '../clock.ts';
import { openAgent } from '../http-exchange.ts';
import { askServer } from './ask-server.ts';
import type { CallEnd } from './call-end.ts';
import { callFetch, type HandlerReports, type HandlerRequest } from './call-fetch.ts';
import { HandlerCalls } from './handler-calls.ts';
import { type HandlerCall, handlerCall, type InProcessHandler } from './in-process-handler.ts';
import { deliveryIdHeader, listenerServer } from './listener-server.ts';
import { connectInMemory } from './memory-connection.ts';
import type { DeliveryRequest, ProbeResult } from './port.ts';
import type { ClaimingDestination } from './registry.ts';
import { type Asked, probeWithin, withinDeadline } from './within-deadline.ts';

export type { InProcessHandler };

export interface InProcessOptions {
  /** Where warnings about handlers go. */
  record(fact: Extract<JournalFact, { type: 'mock.warning' }>): void;
  /** Time for the creation probe, in real milliseconds. */
  probeDeadlineMs: number;
}

/** A handler that was registered. */
interface Registered {
  ask(request: HandlerRequest): Promise<Asked>;
  server?: Server;
  findings: Findings;
}

/** What a handler did wrong since it was last probed. */
interface Findings {
  /** HANDLER_STYLE */
  problem?: AepMockError;
  /** What it threw, in one line. */
  thrown?: string;
}

/** The handlers that were registered, by themselves and by their hosts. */
interface KnownHandlers {
  urls: [InProcessHandler, url: string][];
  handlers: [host: string, Registered][];
}

/** The hosts of URLs that exist in this process only, one for each handler. */
const parentHost = 'in-process.aep-mock.localhost';
const hostPattern = new RegExp(
  `^https://((?:[^/?#:]+\\.)?${parentHost.replaceAll('.', '\\.')})(?::443)?(?=[/?#]|$)`,
  'i',
);

const hostOf = (url: string): string | undefined => hostPattern.exec(url)?.[1]?.toLowerCase();

/** Delivery to functions and apps in this process, without a socket. Everything else is as over the wire. */
export class InProcessDestination implements ClaimingDestination, Capturable<KnownHandlers> {
  readonly #options: InProcessOptions;
  readonly #urls = new Map<InProcessHandler, string>();
  readonly #handlers = new Map<string, Registered>();
  readonly #underWay = new Set<CallEnd>();
  readonly #calls = new HandlerCalls();
  /** One client for all Node listeners; each host has connections of its own. */
  #agent: Promise<Agent> | undefined;
  /** Those before it, whose last requests are still on their way. */
  readonly #retired = new Set<Agent>();

  constructor(options: InProcessOptions) {
    this.#options = options;
  }

  /**
   * The https URL of a handler, with `/` for its path; any other path will do as well. The same handler always has the same one.
   * @throws INVALID_OPTION
   */
  register(handler: InProcessHandler): string {
    const known = this.#urls.get(handler);
    if (known !== undefined) return known;
    const call = handlerCall(handler);
    const host = `handler-${this.#urls.size + 1}.${parentHost}`;
    const url = `https://${host}/`;
    this.#put(host, this.#prepare(call, url));
    this.#urls.set(handler, url);
    return url;
  }

  capture(): KnownHandlers {
    return { urls: [...this.#urls], handlers: [...this.#handlers] };
  }

  /** Those that were registered since can still be reached, until others are registered: these get the numbers of then. */
  restore({ urls, handlers }: KnownHandlers): void {
    this.#urls.clear();
    for (const [handler, url] of urls) this.#urls.set(handler, url);
    for (const [host, registered] of handlers) this.#put(host, registered);
  }

  /** Whether a handler that has not answered yet is what runs. */
  get isCalling(): boolean {
    return this.#calls.isInside;
  }

  /** HANDLER_STYLE when the handler of a URL has the wrong form, as far as its last probe and what came after it showed. */
  problemOf(url: string): AepMockError | undefined {
    return this.#handlers.get(hostOf(url) ?? '')?.findings.problem;
  }

  claims({ config }: Subscription): boolean {
    return config.type === 'https' && hostOf(config.url) !== undefined;
  }

  async send(request: DeliveryRequest): Promise<Outcome> {
    const { deliveryId, subscription, headers, body, ackDeadlineMs, onLate, onAnswer } = request;
    const { config } = subscription;
    if (config.type !== 'https') throw new TypeError(`a handler was given a ${config.type} subscription`);
    const handler = this.#handlers.get(hostOf(config.url) ?? '');
    if (!handler) {
      const message = `no handler of this process has the URL ${config.url}`;
      return { kind: 'transportError', reason: 'connection_refused', message, durationMs: 0 };
    }
    const asked = await this.#ask(handler, { url: config.url, method: 'POST', headers, body, deliveryId, onAnswer });
    return withinDeadline(asked, ackDeadlineMs, onLate);
  }

  probeClaimed(url: string): Promise<ProbeResult> | undefined {
    const host = hostOf(url);
    if (host === undefined) return undefined;
    const handler = this.#handlers.get(host);
    if (handler) return this.#probe(handler, url);
    return Promise.resolve({ kind: 'failed', message: 'no handler of this process has that URL' });
  }

  async #probe(handler: Registered, url: string): Promise<ProbeResult> {
    handler.findings = {};
    const asked = await this.#ask(handler, { url, method: 'HEAD', headers: { 'User-Agent': userAgent }, body: null });
    const result = await probeWithin(asked, this.#options.probeDeadlineMs);
    const { problem, thrown } = handler.findings;
    if (problem) return { kind: 'refused', message: problem.message, hint: problem.hint };
    if (thrown === undefined)
      return result.kind === 'answered' && result.status === 404 ? { ...result, hint: routeHint(url) } : result;
    const message = `the handler threw ${thrown}`;
    return result.kind === 'answered' ? { ...result, message } : { kind: 'failed', message };
  }

  async #ask(handler: Registered, request: HandlerRequest): Promise<Asked> {
    // Whoever published is not to find their own handler on the stack.
    await nextTurn();
    return handler.ask(request);
  }

  #prepare(call: HandlerCall, url: string): Registered {
    const warn = (message: string): void =>
      this.#options.record({ type: 'mock.warning', message: `the handler ${url} ${message}` });
    const wrongStyle = (did: string): AepMockError => {
      const style = call.style === 'fetch' && call.isOpaque ? 'opaque' : call.style;
      const problem = fail('HANDLER_STYLE', { style, did });
      registered.findings.problem = problem;
      warn(`has the wrong form: ${problem.message}; ${problem.hint}`);
      return problem;
    };
    const reports: HandlerReports = {
      threw: (error, deliveryId) => {
        const thrown = oneLine(error);
        registered.findings.thrown = thrown;
        // A wrapper without parameters around a Node listener hands it a response that there is not.
        if (call.style === 'fetch' && call.isOpaque && error instanceof TypeError) {
          wrongStyle(`threw ${thrown}`);
          return;
        }
        const consequence = call.style === 'fetch' ? 'a server answers 500 to that' : 'that ends a server';
        const at = deliveryId === undefined ? '' : ` at delivery ${deliveryId}`;
        warn(`threw ${thrown}${at}; ${consequence}`);
      },
      wrongStyle: (returned) => wrongStyle(`returned ${kindOf(returned)}, which is no Response`),
    };
    const registered: Registered = { findings: {}, ...this.#reach(call, reports) };
    return registered;
  }

  #reach(call: HandlerCall, reports: HandlerReports): Pick<Registered, 'ask' | 'server'> {
    const underWay = this.#underWay;
    if (call.style === 'fetch') {
      const fetch = this.#calls.aroundFetch(call.fetch);
      return { ask: async (request) => callFetch({ fetch, reports, underWay }, request) };
    }
    return {
      server: listenerServer(this.#calls.aroundListener(call.listener), reports),
      ask: async ({ url, method, headers: sent, body, deliveryId, onAnswer }) => {
        const { origin, pathname, search } = new URL(url);
        const headers = deliveryId === undefined ? sent : { ...sent, [deliveryIdHeader]: deliveryId };
        const request = { origin, path: pathname + search, method, headers, body };
        return askServer(await this.#openAgent(), request, onAnswer);
      },
    };
  }

  #put(host: string, registered: Registered): void {
    const former = this.#handlers.get(host);
    this.#handlers.set(host, registered);
    // A connection that is kept open leads to the former one.
    if (former?.server && former !== registered) void this.#retireAgent();
  }

  async #retireAgent(): Promise<void> {
    const opening = this.#agent;
    this.#agent = undefined;
    const agent = await opening;
    if (!agent) return;
    this.#retired.add(agent);
    await agent.close();
    this.#retired.delete(agent);
  }

  #openAgent(): Promise<Agent> {
    this.#agent ??= openAgent({
      connect: ({ hostname }, connected) => {
        const server = this.#handlers.get(hostname)?.server;
        // undici expects to be called back later, as by a network.
        queueMicrotask(() =>
          server ? connected(null, connectInMemory(server)) : connected(new Error(`no handler at ${hostname}`), null),
        );
      },
    });
    return this.#agent;
  }

  async close(): Promise<void> {
    for (const call of this.#underWay) call.abort(closed);
    const agents = [...this.#retired, await this.#agent];
    await Promise.all(agents.map((agent) => agent?.destroy()));
  }
}

/** In the words of undici, so that it is told like any connection that the mock closes. */
const closed = Object.assign(new Error('the mock has closed'), { code: 'UND_ERR_DESTROYED' });

const onOneLine = { depth: 1, breakLength: Number.POSITIVE_INFINITY };

/** Anything can be thrown, also what cannot be shown. */
function oneLine(thrown: unknown): string {
  try {
    const text = isObject(thrown) && !(thrown instanceof Error) ? inspect(thrown, onOneLine) : String(thrown);
    return text.split('\n')[0] ?? '';
  } catch {
    return kindOf(thrown);
  }
}

/** The app is there, so it is its route that is not. */
function routeHint(url: string): string {
  const { pathname } = new URL(url);
  return `give the path if your app routes it elsewhere than at ${pathname}: subscribe({ handler, path: '/webhooks/akeneo' })`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
