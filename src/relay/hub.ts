import type { Capturable } from '../core/capturable.ts';
import type { JournalFact, Outcome, Subscription } from '../core/types.ts';
import { userAgent } from '../core/user-agent.ts';
import { AepMockError, fail } from '../errors.ts';
import { realDeadline } from '../runtime/clock.ts';
import type { DeliveryRequest, ProbeResult } from '../runtime/destinations/port.ts';
import { freshSeed } from '../runtime/fresh-seed.ts';
import { checkHello } from './check-hello.ts';
import { describeClaim, isRelayUrl, strongest } from './claims.ts';
import { type CreatedSubscription, type EnsurePort, ensureSubscription } from './ensure.ts';
import { type FallbackPort, Fallbacks } from './fallbacks.ts';
import { type ClaimedSubscription, type Frame, type HelloFrame, heartbeat, type UnknownFrame } from './frames.ts';
import { printable } from './printable.ts';
import { readMessage } from './protocol.ts';
import { Recent } from './recent.ts';
import { type Reach, type Route, Routes } from './routes.ts';
import { closeCodes, Tunnel, type TunnelSocket } from './tunnel.ts';

/** What the hub needs of the mock. */
export interface RelayHubOptions extends FallbackPort, EnsurePort {
  /** The mock's time, for what is shown. */
  now(): number;
  ackDeadlineMs: number;
  heartbeatMs?: number;
  /** Without a tunnel: deliveries are held until there is one, or fail as to a host where nobody listens. */
  whileOffline?: 'hold' | 'fail';
}

type FinishedAttempt = Extract<JournalFact, { type: 'attempt.finished' }>;

/** Where the socket's owner reports what comes in. */
export interface TunnelEnd {
  received(text: string): void;
  alive(): void;
  closed(reason: string): void;
}

/** What the hub remembers of subscriptions: which were claimed, and which it made because somebody listened. */
export interface HubMemory {
  claimedOnce: [id: string, url: string][];
  fallbacks: string[];
}

/** A tunnel as it is shown. */
export interface TunnelView {
  id: string;
  connected_at: string;
  forward_to: string;
  claim: string;
  subscriptions: string[];
}

/** Verdicts follow outcomes at once; this only bounds what a subscription that ended meanwhile leaves behind. */
const rememberedOutcomes = 1_000;
const closeDeadlineMs = 1_000;
const tunnelLost = 'the relay lost its tunnel before the answer';
const noTunnel = 'no tunnel is connected; start one with "aep-mock listen --forward-to URL"';
const probeHeaders = { 'User-Agent': userAgent };

const idsOf = (subscriptions: readonly ClaimedSubscription[] = []): string[] =>
  subscriptions.flatMap(({ id, status }) => (status === 'revoked' ? [] : [id]));

/** The server end of the relay: knows the tunnels, decides which takes what, and says when there is one again. */
export class RelayHub implements Capturable<HubMemory> {
  readonly #options: RelayHubOptions;
  readonly #heartbeatMs: number;
  readonly #run = freshSeed().toString(36);
  readonly #routes: Routes;
  /** Every open connection; those that were welcomed are in `#tunnels` too. */
  readonly #connections = new Set<Tunnel>();
  readonly #tunnels = new Set<Tunnel>();
  readonly #fallbacks: Fallbacks;
  /** Counts resets: what was sent before one has no verdict after it. */
  #epoch = 0;
  readonly #awaitingVerdict = new Recent<string, { tunnel: Tunnel; id: number; outcome: Outcome }>(rememberedOutcomes);
  readonly #onlineListeners = new Set<() => void>();
  #lastTunnel = 0;
  #lastSent = 0;
  /** Tunnels are welcomed one after the other, so that two that come at once do not each make a subscription. */
  #welcoming: Promise<void> = Promise.resolve();
  #stopHeart: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  #allClosed: (() => void) | undefined;

  constructor(options: RelayHubOptions) {
    this.#options = options;
    this.#heartbeatMs = options.heartbeatMs ?? heartbeat.everyMs;
    this.#fallbacks = new Fallbacks(options);
    this.#routes = new Routes(this.#tunnels, options.subscriptions);
  }

  /** Takes a new connection; its first frame has to be a hello. */
  accept(socket: TunnelSocket): TunnelEnd {
    const tunnel = new Tunnel(`t${++this.#lastTunnel}`, this.#options.now(), socket);
    if (this.#closing) tunnel.close(closeCodes.goingAway, 'the mock stops');
    this.#connections.add(tunnel);
    this.#stopHeart ??= realDeadline(this.#heartbeatMs, this.#beat);
    return {
      received: (text) => {
        tunnel.alive();
        this.#receive(tunnel, text);
      },
      // A pong comes from the WebSocket itself: only who has said hello may live on that alone.
      alive: () => {
        if (tunnel.hello) tunnel.alive();
      },
      closed: (reason) => this.#lose(tunnel, reason),
    };
  }

  /** Where a subscription's deliveries go now. */
  resolve(subscription: Subscription): Reach {
    return this.#routes.of(subscription)?.reach ?? 'unclaimed';
  }

  /** Delivers through one of the tunnels that take the subscription. When that one is lost, the next has its turn at the same attempt. */
  async send(request: DeliveryRequest): Promise<Outcome> {
    const epoch = this.#epoch;
    for (let wasLost = false; ; wasLost = true) {
      const route = this.#routes.of(request.subscription);
      const tunnel = route && takeTurn(route);
      if (!tunnel || (wasLost && !this.#isStillOwed(request, epoch)))
        return wasLost ? this.#offline('connection_reset', tunnelLost) : this.#offline('connection_refused', noTunnel);
      const id = ++this.#lastSent;
      const outcome = await tunnel.deliver(id, route.url, request);
      if (!outcome) continue;
      if (epoch === this.#epoch) this.#awaitingVerdict.remember(request.deliveryId, { tunnel, id, outcome });
      return outcome;
    }
  }

  /** Sends the creation probe through the tunnel that claims the URL; undefined when none does. */
  probe(url: string): Promise<ProbeResult> | undefined {
    const [tunnel] = strongest(this.#tunnels, url);
    if (tunnel) return tunnel.probe(++this.#lastSent, url, probeHeaders, this.#options.ackDeadlineMs);
    return isRelayUrl(url) ? Promise.resolve({ kind: 'failed', message: noTunnel }) : undefined;
  }

  /** Tells the client what the platform makes of a delivery that went through its tunnel. */
  verdict({ deliveryId, outcome, verdict, health, fault, duplicateOf }: FinishedAttempt): void {
    const sent = this.#awaitingVerdict.take(deliveryId);
    if (!sent) return;
    const { tunnel, id } = sent;
    // Of a delivery that was taken its health says nothing unless it tips: who shows it shows it of failures.
    const isHealthTold = health !== undefined && (health.suspends || verdict.do !== 'deliver');
    const isAsTold = verdict.do === 'deliver' && outcome === sent.outcome;
    if (isAsTold && !isHealthTold && !fault && duplicateOf === undefined) {
      tunnel.judged(id);
      return;
    }
    tunnel.judged({
      id,
      outcome,
      verdict,
      ...(isHealthTold && { health }),
      ...(fault && { fault }),
      ...(duplicateOf !== undefined && { duplicate_of: duplicateOf }),
    });
  }

  /** Calls `listener` when a tunnel has come or claims have changed: held deliveries may be able to go. Returns its end. */
  onOnline(listener: () => void): () => void {
    this.#onlineListeners.add(listener);
    return () => this.#onlineListeners.delete(listener);
  }

  /** To be called when a subscription was made, changed or ended. */
  claimsChanged(): void {
    this.#reroute();
    this.#fallbacks.stepAside(this.#routes.claimed().values());
    this.#tellOnline();
  }

  capture(): HubMemory {
    return { claimedOnce: this.#routes.capture(), fallbacks: this.#fallbacks.capture() };
  }

  /**
   * To be called when the mock starts over. Tunnels stay: they are told what they claim now, and those that asked for a subscription
   * and have none get one again.
   */
  restore({ claimedOnce, fallbacks }: HubMemory): Promise<void> {
    this.#epoch++;
    this.#routes.restore(claimedOnce);
    this.#fallbacks.restore(fallbacks);
    this.#awaitingVerdict.clear();
    for (const tunnel of this.#tunnels) if (tunnel.hello) tunnel.claim = tunnel.hello.claim;
    this.#welcoming = this.#welcoming.then(async () => {
      for (const tunnel of this.#tunnels) await this.#ensureAgain(tunnel);
      this.claimsChanged();
    });
    return this.#welcoming;
  }

  tunnels(): TunnelView[] {
    const claimed = this.#routes.claimed();
    return [...this.#tunnels].map((tunnel) => ({
      id: tunnel.id,
      connected_at: new Date(tunnel.connectedAt).toISOString(),
      forward_to: tunnel.hello?.forward_to ?? '',
      claim: describeClaim(tunnel.claim),
      subscriptions: idsOf(claimed.get(tunnel)),
    }));
  }

  /** Ends every tunnel; what is in flight comes back as if they were lost. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#stopHeart?.();
      const cancel = realDeadline(closeDeadlineMs, () => {
        for (const tunnel of this.#connections) tunnel.terminate();
        resolve();
      });
      this.#allClosed = () => {
        cancel();
        resolve();
      };
      // All of them go before what was in flight comes back, so that none is offered what another one had.
      for (const tunnel of this.#connections) this.#depart(tunnel, 'the mock stops');
      for (const tunnel of this.#connections) {
        tunnel.lost();
        tunnel.close(closeCodes.goingAway, 'the mock stops');
      }
      if (this.#connections.size === 0) this.#allClosed();
    });
    return this.#closing;
  }

  #receive(tunnel: Tunnel, text: string): void {
    let isWhole = true;
    for (const frame of readMessage(text)) {
      if (tunnel.hello) {
        if (frame) this.#take(tunnel, frame);
        else isWhole = false;
      } else {
        this.#greet(tunnel, frame?.type === 'hello' ? frame : undefined);
        if (!tunnel.hello) return;
      }
    }
    if (isWhole) return;
    const message = `tunnel ${tunnel.id} sent something that is no frame: ${printable(text.slice(0, 80))}`;
    this.#options.record({ type: 'mock.warning', message });
  }

  #take(tunnel: Tunnel, frame: Frame | UnknownFrame): void {
    switch (frame.type) {
      case 'results':
        for (const result of frame.results) tunnel.answered(result);
        break;
      case 'answer_body':
        tunnel.answerContinued(frame);
        break;
      case 'probe_result':
        tunnel.probed(frame);
        break;
      case 'leave':
        this.#depart(tunnel, 'left');
        tunnel.leave();
        break;
    }
  }

  #greet(tunnel: Tunnel, hello: HelloFrame | undefined): void {
    try {
      const checked = checkHello(hello);
      tunnel.hello = checked;
      tunnel.claim = checked.claim;
      this.#welcoming = this.#welcoming
        .then(() => this.#welcome(tunnel, checked))
        .catch((error) => this.#refuse(tunnel, error));
    } catch (error) {
      this.#refuse(tunnel, error);
    }
  }

  async #welcome(tunnel: Tunnel, hello: HelloFrame): Promise<void> {
    for (const other of this.#tunnels) {
      if (other.hello?.session !== hello.session) continue;
      this.#lose(other, 'its client has connected anew');
      other.terminate();
    }
    const created = await this.#ensure(tunnel);
    if (!this.#connections.has(tunnel) || tunnel.isLeaving || this.#closing) return;
    this.#tunnels.add(tunnel);
    const subscriptions = this.#routes.refresh().get(tunnel) ?? [];
    tunnel.told = JSON.stringify(subscriptions);
    const { ackDeadlineMs, record } = this.#options;
    const greeting = { tunnel: tunnel.id, run: this.#run, ack_deadline_ms: ackDeadlineMs, subscriptions };
    tunnel.send({ type: 'welcome', ...greeting, ...(created && { created }) });
    const message = `${hello.client} forwards to ${hello.forward_to}`;
    record({ type: 'relay.connected', tunnel: tunnel.id, subscriptions: idsOf(subscriptions), message });
    this.claimsChanged();
  }

  async #ensure(tunnel: Tunnel): Promise<CreatedSubscription | undefined> {
    const created = await ensureSubscription(tunnel, this.#tunnels, this.#options);
    const wish = tunnel.hello?.ensure;
    if (wish?.events !== null) return created;
    if (created) this.#fallbacks.add(created.id);
    else if (wish.secret !== undefined) this.#fallbacks.changeSecret(wish.secret);
    return created;
  }

  async #ensureAgain(tunnel: Tunnel): Promise<void> {
    try {
      const created = await this.#ensure(tunnel);
      if (!created) return;
      this.#tell(tunnel, this.#routes.refresh().get(tunnel) ?? [], created);
    } catch (error) {
      this.#refuse(tunnel, error);
    }
  }

  #refuse(tunnel: Tunnel, reason: unknown): void {
    const error = reason instanceof AepMockError ? reason : fail('INTERNAL', { reason: String(reason) });
    tunnel.send({ type: 'error', code: error.code, message: error.message, hint: error.hint });
    tunnel.close(closeCodes.refused, error.code);
  }

  #lose(tunnel: Tunnel, reason: string): void {
    if (!this.#connections.delete(tunnel)) return;
    this.#depart(tunnel, reason);
    tunnel.lost();
    if (this.#connections.size === 0) this.#allClosed?.();
  }

  /** The tunnel gets nothing more; what is in flight through it may still be answered. */
  #depart(tunnel: Tunnel, reason: string): void {
    if (!this.#tunnels.has(tunnel)) return;
    const subscriptions = idsOf(this.#routes.claimed().get(tunnel));
    this.#tunnels.delete(tunnel);
    this.#reroute();
    const message = tunnel.inFlight > 0 ? `${reason}, with ${tunnel.inFlight} in flight` : reason;
    this.#options.record({ type: 'relay.disconnected', tunnel: tunnel.id, subscriptions, message });
  }

  /** Works the routes out anew and tells the clients for which something has changed. */
  #reroute(): void {
    for (const [tunnel, subscriptions] of this.#routes.refresh()) this.#tell(tunnel, subscriptions);
  }

  #tell(tunnel: Tunnel, subscriptions: ClaimedSubscription[], created?: CreatedSubscription): void {
    const told = JSON.stringify(subscriptions);
    if (told === tunnel.told) return;
    tunnel.told = told;
    tunnel.send({ type: 'claims', subscriptions, ...(created && { created }) });
  }

  #tellOnline(): void {
    for (const listener of this.#onlineListeners) listener();
  }

  /** Its subscription may have ended, or the mock been reset, while it was in flight. */
  #isStillOwed({ subscription }: DeliveryRequest, epoch: number): boolean {
    if (epoch !== this.#epoch || subscription.status !== 'active') return false;
    for (const { id } of this.#options.subscriptions()) if (id === subscription.id) return true;
    return false;
  }

  #offline(reason: 'connection_refused' | 'connection_reset', message: string): Outcome {
    if (this.#options.whileOffline !== 'fail') return { kind: 'held' };
    return { kind: 'transportError', reason, message, durationMs: 0 };
  }

  readonly #beat = (): void => {
    for (const tunnel of this.#connections) {
      if (tunnel.beat()) continue;
      this.#lose(tunnel, 'silent for too long');
      tunnel.terminate();
    }
    this.#stopHeart = this.#connections.size > 0 ? realDeadline(this.#heartbeatMs, this.#beat) : undefined;
  };
}

/** The tunnel whose turn it is; one that may have fallen asleep only when there is no other. */
function takeTurn(route: Route): Tunnel | undefined {
  const { tunnels } = route;
  for (let n = 0; n < tunnels.length; n++) {
    const tunnel = tunnels[route.next++ % tunnels.length];
    if (!tunnel?.isDoubtful) return tunnel;
  }
  return tunnels[route.next++ % tunnels.length];
}
