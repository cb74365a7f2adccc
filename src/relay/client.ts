import type { Rng } from '../core/rng.ts';
import type { Outcome } from '../core/types.ts';
import { type AepMockError, fail } from '../errors.ts';
import { realDeadline, realPause } from '../runtime/clock.ts';
import type { LateAnswer } from '../runtime/destinations/port.ts';
import { failureWords } from '../runtime/transport-error.ts';
import { dial, type Link } from './dial.ts';
import { describeTarget, type ForwardTarget } from './forward-target.ts';
import { createForwarder, type Forwarder } from './forwarder.ts';
import {
  type AnswerExcerpt,
  type Claim,
  type ClaimsFrame,
  type DeliveriesFrame,
  type EnsureRequest,
  type HelloFrame,
  heartbeat,
  type Judged,
  type LocalAnswer,
  type ProbeFrame,
  type RelayedDelivery,
  type Result,
  relayProtocol,
  type ServerFrame,
  type WelcomeFrame,
} from './frames.ts';
import { Recent } from './recent.ts';

/**
 * What becomes of the handler's answer. `reported`: the mock has it. `judged`: it is not told, and the attempt was a timeout already.
 * `lost`: the connection was gone, and the delivery comes again. `abandoned`: we left before there was one.
 */
export type AnswerFate = 'reported' | 'judged' | 'lost' | 'abandoned';

/** What happens at the client, for whoever shows it. */
export interface RelayClientEvents {
  connected(welcome: WelcomeFrame): void;
  /** What the tunnel takes has changed. */
  claims(claims: ClaimsFrame): void;
  /** A delivery goes to the handler. */
  delivery(delivery: RelayedDelivery): void;
  /** The handler answered or could not be asked. */
  answered(delivery: RelayedDelivery, answer: LocalAnswer, fate: AnswerFate): void;
  /** What the platform makes of a delivery; before `answered` when the handler is late. */
  verdict(delivery: RelayedDelivery, judged: Judged): void;
  /** The handler answered a delivery that the platform had given up, with this verdict. */
  late(delivery: RelayedDelivery, answer: LateAnswer, judged: Judged): void;
  probe(probe: ProbeFrame, answer: { status: number } | { error: string }): void;
  /** The connection to the mock is gone, or could not be made again. */
  lost(reason: string, nextTryMs: number): void;
  /** `restarted`: it is another run of the mock, and what the one before held is gone. */
  regained(welcome: WelcomeFrame, restarted: boolean): void;
  /** We leave as soon as so many requests are answered. */
  draining(answers: number): void;
  /** The first of a row of requests that did not reach the handler. */
  handlerUnreachable(message: string): void;
  handlerBack(): void;
  /** The server refuses something; the connection ends after it. */
  error(error: AepMockError): void;
}

export interface RelayClientOptions {
  /** The mock, as http(s)://host:port. */
  url: string;
  token?: string;
  /** Name and version that the server is told, as `aep-mock/0.1.0`. */
  client: string;
  forwardTo: ForwardTarget;
  insecure?: boolean;
  claim: Claim;
  ensure?: EnsureRequest;
  /** For the session's name and the jitter of reconnections. */
  rng: Rng;
  reconnect?: { minMs: number; maxMs: number };
  heartbeatMs?: number;
  /** How long `close` waits for the handler: as long as the platform would, if it is not said. */
  drainMs?: number;
  /** Waits before the next try; returns its cancellation. */
  pause?: (ms: number, fn: () => void) => () => void;
  on?: Partial<RelayClientEvents>;
}

/** A delivery that the handler was asked about. What was passed on to it is not kept: it would outlive two collections. */
interface Forwarding {
  delivery: RelayedDelivery;
  /** The outcome that the mock was told, where the handler answered. */
  answered: Outcome | undefined;
  /** That it was a timeout: its answer may still come. */
  timedOut: Judged | undefined;
}

const rememberedDeliveries = 1_000;
const reachedNobody = new Set([
  'connection_refused',
  'dns_lookup_failure',
  'network_unreachable',
  'invalid_certificate',
  'invalid_tls_handshake',
]);

/** The developer's end of the relay: keeps a tunnel to the mock open and forwards what comes through it. */
export class RelayClient {
  readonly #options: RelayClientOptions;
  readonly #on: Partial<RelayClientEvents>;
  readonly #hello: HelloFrame;
  readonly #forwarder: Forwarder;
  readonly #awaitingVerdict = new Recent<number, Forwarding>(rememberedDeliveries);
  /** What the mock waits for. */
  readonly #open = new Set<Forwarding | ProbeFrame>();
  readonly #stopDialling = new AbortController();
  #link: Link | undefined;
  #handlerDown = false;
  #hasLeft = false;
  #wake: () => void = () => {};
  #closing: Promise<void> | undefined;

  /** @throws INVALID_OPTION when the URL is none */
  constructor(options: RelayClientOptions) {
    if (!URL.canParse(options.url) || !/^https?:$/.test(new URL(options.url).protocol)) {
      const expected = 'the http(s) URL of a running mock, like http://127.0.0.1:8090';
      throw fail('INVALID_OPTION', { option: '--server', value: options.url, expected });
    }
    const { client, claim, ensure, forwardTo, insecure = false, rng } = options;
    this.#options = options;
    this.#on = options.on ?? {};
    this.#hello = {
      type: 'hello',
      protocol: relayProtocol,
      client,
      session: [rng.uint32(), rng.uint32()].map((n) => n.toString(16).padStart(8, '0')).join(''),
      forward_to: describeTarget(forwardTo),
      claim,
      ...(ensure && { ensure }),
    };
    this.#forwarder = createForwarder({ forwardTo, insecure });
  }

  /**
   * Resolves when the mock has welcomed the tunnel; from then on a lost connection is made again until `close`. Undefined when it is
   * closed before.
   * @throws SERVER_UNREACHABLE, SERVER_REFUSED, RELAY_REFUSED
   */
  async start(): Promise<WelcomeFrame | undefined> {
    let link: Link;
    try {
      link = await this.#dial();
    } catch (error) {
      if (this.#closing) return undefined;
      throw error;
    }
    this.#on.connected?.(link.welcome);
    void this.#stay(link);
    return link.welcome;
  }

  /** Takes nothing new, waits (bounded) for what the handler is working on, and leaves. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#leave();
    return this.#closing;
  }

  async #stay(first: Link): Promise<void> {
    let link: Link | undefined = first;
    while (link) {
      const { run }: WelcomeFrame = link.welcome;
      const reason: string = await link.closed;
      this.#link = undefined;
      this.#awaitingVerdict.clear();
      this.#open.clear();
      link = await this.#again(reason);
      if (link) this.#on.regained?.(link.welcome, link.welcome.run !== run);
    }
  }

  /** Tries until it is connected; undefined when closed meanwhile. */
  async #again(lost: string): Promise<Link | undefined> {
    let reason = lost;
    for (let tries = 0; !this.#closing; tries++) {
      const delayMs = this.#backoff(tries);
      this.#on.lost?.(reason, delayMs);
      await new Promise<void>((resolve) => {
        const cancel = (this.#options.pause ?? realPause)(delayMs, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      if (this.#closing) break;
      try {
        return await this.#dial();
      } catch (error) {
        reason = (error as Error).message;
      }
    }
    return undefined;
  }

  /** Doubles up to the maximum; half of it is chance, so that many clients do not come back at the same moment. */
  #backoff(tries: number): number {
    const { minMs, maxMs } = this.#options.reconnect ?? { minMs: 250, maxMs: 10_000 };
    const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(tries, 30));
    return Math.round((ceiling / 2) * (1 + this.#options.rng.next()));
  }

  async #dial(): Promise<Link> {
    const { url, token, heartbeatMs = heartbeat.everyMs } = this.#options;
    const link = await dial({
      url,
      hello: this.#hello,
      heartbeatMs,
      signal: this.#stopDialling.signal,
      onFrame: (frame, from) => this.#receive(frame, from),
      ...(token !== undefined && { token }),
    });
    if (this.#closing) link.terminate();
    this.#link = link;
    return link;
  }

  #receive(frame: ServerFrame, link: Link): void {
    switch (frame.type) {
      case 'deliveries':
        this.#deliverAll(frame, link);
        break;
      case 'verdicts':
        for (const judged of frame.verdicts) this.#judge(judged);
        break;
      case 'probe':
        void this.#probe(frame, link);
        break;
      case 'claims':
        this.#on.claims?.(frame);
        break;
      case 'error':
        this.#on.error?.(fail('RELAY_REFUSED', { url: this.#options.url, reason: frame.message, hint: frame.hint }));
        break;
    }
  }

  #judge(told: Judged | number): void {
    const forwarding = this.#awaitingVerdict.take(typeof told === 'number' ? told : told.id);
    if (!forwarding) return;
    const judged = typeof told === 'number' ? takenAsTold(forwarding) : told;
    if (!judged) return;
    if (judged.outcome.kind === 'timeout') {
      forwarding.timedOut = judged;
      this.#open.delete(forwarding);
    }
    this.#on.verdict?.(forwarding.delivery, judged);
  }

  #deliverAll({ subscription_id, url, ack_deadline_ms, deliveries, bodies }: DeliveriesFrame, link: Link): void {
    for (const [n, { id, delivery_id, attempt, event_id, event_type, headers }] of deliveries.entries()) {
      const delivery = { id, delivery_id, attempt, subscription_id, event_id, event_type, url, ack_deadline_ms };
      void this.#deliver(delivery, headers, bodies[n] ?? '', link);
    }
  }

  async #deliver(
    delivery: RelayedDelivery,
    headers: Record<string, string>,
    content: string,
    link: Link,
  ): Promise<void> {
    const { id, url, ack_deadline_ms } = delivery;
    const forwarding: Forwarding = { delivery, answered: undefined, timedOut: undefined };
    this.#open.add(forwarding);
    this.#awaitingVerdict.remember(id, forwarding);
    let isTold = false;
    let hasEnded = false;
    let body: AnswerExcerpt | undefined;
    // The handler first, and the mock before whoever looks on: they wait.
    const answering = this.#forwarder.deliver({ url, headers, ack_deadline_ms }, content, (came) => {
      hasEnded = true;
      body = came && { text: came.text, is_cut: came.isCut };
      // The verdict does not wait for a body.
      if (isTold && body) link.send({ type: 'answer_body', id, body });
    });
    this.#on.delivery?.(delivery);
    const answer = await answering;
    const { duration_ms: durationMs } = answer;
    this.#open.delete(forwarding);
    const { timedOut } = forwarding;
    const fate = this.#fateOf(link, timedOut !== undefined);
    if (fate === 'reported') {
      const result: Result = { id, ...answer };
      if ('status' in answer) {
        forwarding.answered = { kind: 'answered', status: answer.status, durationMs };
        if (body) result.body = body;
        if (!hasEnded) result.body_follows = true;
      }
      link.report(result, this.#open.size === 0);
      isTold = true;
    }
    if (!this.#hasLeft) this.#noteHandler(answer);
    this.#on.answered?.(delivery, answer, fate);
    if (timedOut && 'status' in answer) {
      const { status } = answer;
      this.#on.late?.(delivery, { status, durationMs: Math.max(durationMs, ack_deadline_ms) }, timedOut);
    }
  }

  /** The answer of a connection that is gone is nobody's: the server offers the delivery again. */
  #fateOf(link: Link, isJudged: boolean): AnswerFate {
    if (link === this.#link && !this.#hasLeft) return 'reported';
    if (isJudged) return 'judged';
    return this.#hasLeft ? 'abandoned' : 'lost';
  }

  async #probe(frame: ProbeFrame, link: Link): Promise<void> {
    this.#open.add(frame);
    const answer = await this.#forwarder.probe(frame);
    this.#open.delete(frame);
    this.#on.probe?.(frame, answer);
    link.send(answer);
  }

  #noteHandler(answer: LocalAnswer): void {
    const down = 'error' in answer && reachedNobody.has(answer.error.reason);
    if (down === this.#handlerDown) return;
    this.#handlerDown = down;
    if (!down) this.#on.handlerBack?.();
    else if ('error' in answer) this.#on.handlerUnreachable?.(failureWords(answer.error));
  }

  async #leave(): Promise<void> {
    const link = this.#link;
    this.#stopDialling.abort();
    this.#wake();
    if (link) {
      if (this.#open.size > 0) this.#on.draining?.(this.#open.size);
      link.send({ type: 'leave' });
      // The server closes when it waits for nothing any more: all is answered or has timed out.
      const { drainMs = link.welcome.ack_deadline_ms } = this.#options;
      await Promise.race([link.closed, new Promise<void>((resolve) => realDeadline(drainMs, resolve))]);
      link.terminate();
    }
    this.#hasLeft = true;
    await this.#forwarder.close();
  }
}

/** The verdict that an id alone stands for: it is delivered, by the answer that was told. */
const takenAsTold = ({ delivery: { id }, answered }: Forwarding): Judged | undefined =>
  answered && { id, outcome: answered, verdict: { do: 'deliver' } };
