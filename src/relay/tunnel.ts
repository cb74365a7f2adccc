import type { Outcome } from '../core/types.ts';
import { excerptBytes } from '../runtime/body-excerpt.ts';
import { nextTurn, realDeadline } from '../runtime/clock.ts';
import {
  type DeliveryRequest,
  latePatience,
  type ProbeResult,
  type ReceivedAnswer,
} from '../runtime/destinations/port.ts';
import {
  type AnswerBodyFrame,
  type Claim,
  type HelloFrame,
  heartbeat,
  type Judged,
  type ProbeResultFrame,
  type ResultFrame,
  type ServerFrame,
} from './frames.ts';
import { printable } from './printable.ts';
import { serialiseFrame } from './protocol.ts';
import { Recent } from './recent.ts';

/** So many answers that are in wait for their bodies, which most have not. */
const rememberedAnswers = 100;

/** What came back of a delivery, with the time that the handler took. */
type Answer = ReceivedAnswer & { durationMs: number };

/** What the server end needs of a WebSocket. Nothing here throws, and sending to a closed one does nothing. */
export interface TunnelSocket {
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Why a tunnel that closes takes nothing more, as WebSocket close codes (RFC 6455, 7.4.1). */
export const closeCodes = { done: 1000, goingAway: 1001, refused: 1008 } as const;

/** The server end of one connection: what is in flight through it. Which deliveries it gets is the hub's affair. */
export class Tunnel {
  readonly id: string;
  readonly connectedAt: number;
  readonly #socket: TunnelSocket;
  /** The claim as it is in force; it may be narrower than the one asked for. */
  claim: Claim = { kind: 'ids', ids: [] };
  hello: HelloFrame | undefined;
  /** The claimed subscriptions that its client was told last, as JSON. */
  told = '';
  #deliveries = new Map<string, (outcome: Outcome | undefined, answer?: Answer) => void>();
  /** Answers that are past their deadline: nobody waits for them, the developer is told all the same. */
  readonly #late = new Map<string, (answer: Answer) => void>();
  /** The latest answers, whose bodies may follow. */
  readonly #answers = new Recent<Answer>(rememberedAnswers);
  /** What is past its deadline while nobody knows whether the other end is still there. */
  readonly #overdue = new Set<() => void>();
  #probes = new Map<string, (result: ProbeResult) => void>();
  #verdicts: Judged[] = [];
  #silentBeats = 0;
  #leaving = false;

  constructor(id: string, connectedAt: number, socket: TunnelSocket) {
    this.id = id;
    this.connectedAt = connectedAt;
    this.#socket = socket;
  }

  send(frame: ServerFrame): void {
    // What follows from a verdict comes behind it.
    if (frame.type !== 'delivery') this.#tellVerdicts();
    this.#socket.send(serialiseFrame(frame));
  }

  /** Tells a verdict, together with the others of this turn: the next delivery may go before it. */
  judged(judged: Judged): void {
    this.#verdicts.push(judged);
    if (this.#verdicts.length === 1) void nextTurn().then(() => this.#tellVerdicts());
  }

  #tellVerdicts(): void {
    if (this.#verdicts.length === 0) return;
    const verdicts = this.#verdicts;
    this.#verdicts = [];
    this.#socket.send(serialiseFrame({ type: 'verdicts', verdicts }));
  }

  /** It was told to take nothing new. */
  get isLeaving(): boolean {
    return this.#leaving;
  }

  get inFlight(): number {
    return this.#deliveries.size;
  }

  /** Deliveries are past their deadline, and the other end has not shown yet that it is alive. */
  get isDoubtful(): boolean {
    return this.#overdue.size > 0;
  }

  /**
   * Sends a delivery. Undefined when the tunnel was lost before an answer; an answer after the deadline goes to `onLate`. Past the
   * deadline the other end is asked for a sign of life: a timeout is the handler's, and not that of a laptop that fell asleep.
   */
  deliver(id: string, url: string, request: DeliveryRequest): Promise<Outcome | undefined> {
    const { ackDeadlineMs } = request;
    return new Promise((resolve) => {
      const cancelDeadline = realDeadline(ackDeadlineMs, () => {
        this.#listenOn(id, request);
        if (this.#overdue.size === 0) this.#socket.ping();
        this.#overdue.add(() => settle({ kind: 'timeout', durationMs: ackDeadlineMs }));
      });
      const settle = (outcome: Outcome | undefined, answer?: Answer): void => {
        if (!this.#deliveries.delete(id)) return;
        cancelDeadline();
        if (answer) request.onAnswer?.(answer);
        resolve(outcome);
        this.#closeWhenDone();
      };
      this.#deliveries.set(id, settle);
      this.send({
        type: 'delivery',
        id,
        delivery_id: request.deliveryId,
        attempt: request.attempt,
        subscription_id: request.subscription.id,
        event_id: request.eventId,
        event_type: request.eventType,
        url,
        method: 'POST',
        headers: request.headers,
        body: request.body,
        ack_deadline_ms: ackDeadlineMs,
      });
    });
  }

  probe(id: string, url: string, headers: Record<string, string>, deadlineMs: number): Promise<ProbeResult> {
    return new Promise((resolve) => {
      const late = { kind: 'failed', message: `no answer through the relay within ${deadlineMs} ms` } as const;
      const cancelDeadline = realDeadline(deadlineMs, () => settle(late));
      const settle = (result: ProbeResult): void => {
        if (!this.#probes.delete(id)) return;
        cancelDeadline();
        resolve(result);
        this.#closeWhenDone();
      };
      this.#probes.set(id, settle);
      this.send({ type: 'probe', id, url, method: 'HEAD', headers, ack_deadline_ms: deadlineMs });
    });
  }

  answered(frame: ResultFrame): void {
    const { id, duration_ms: durationMs } = frame;
    if ('error' in frame) {
      const { reason, message } = frame.error;
      this.#late.delete(id);
      this.#deliveries.get(id)?.({ kind: 'transportError', reason, message, durationMs });
      return;
    }
    const { status, headers } = frame;
    const answer: Answer = { status, headers, durationMs };
    this.#answers.remember(id, answer);
    this.#late.get(id)?.(answer);
    this.#late.delete(id);
    this.#deliveries.get(id)?.({ kind: 'answered', status, durationMs }, answer);
  }

  answerContinued({ id, body, is_cut: isCut }: AnswerBodyFrame): void {
    const answer = this.#answers.take(id);
    if (answer) answer.body = { text: body.slice(0, excerptBytes), isCut: isCut || body.length > excerptBytes };
  }

  probed(frame: ProbeResultFrame): void {
    this.#probes.get(frame.id)?.(
      'error' in frame
        ? { kind: 'failed', message: printable(frame.error) }
        : { kind: 'answered', status: frame.status },
    );
  }

  /** A sign of life from the other end. */
  alive(): void {
    this.#silentBeats = 0;
    if (this.#overdue.size > 0) this.#settleOverdue();
  }

  /** Asks for a sign of life. False when none came for too long. */
  beat(): boolean {
    if (this.#silentBeats++ >= heartbeat.toleratedSilentBeats) return false;
    this.#socket.ping();
    return true;
  }

  /** Closes as soon as nothing is in flight any more. */
  leave(): void {
    this.#leaving = true;
    this.#closeWhenDone();
  }

  /** The connection is gone: so is whatever was in flight through it. */
  lost(): void {
    for (const settle of [...this.#deliveries.values()]) settle(undefined);
    for (const settle of [...this.#probes.values()]) settle({ kind: 'failed', message: 'the relay lost its tunnel' });
    this.#overdue.clear();
    this.#late.clear();
  }

  close(code: number, reason: string): void {
    this.#tellVerdicts();
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** The client gives its handler as long; a result that comes even later is nobody's. */
  #listenOn(id: string, { ackDeadlineMs, onLate, onAnswer }: DeliveryRequest): void {
    if (!onLate) return;
    const cancel = realDeadline(ackDeadlineMs * latePatience, () => this.#late.delete(id));
    this.#late.set(id, (answer) => {
      cancel();
      onAnswer?.(answer);
      // The way through the tunnel counts, too: it was late at this end.
      onLate({ status: answer.status, durationMs: Math.max(answer.durationMs, ackDeadlineMs) });
    });
  }

  #settleOverdue(): void {
    for (const settle of [...this.#overdue]) settle();
    this.#overdue.clear();
  }

  /** Not at once: the verdict of what was answered last is still to be told. */
  #closeWhenDone(): void {
    if (!this.#leaving || this.#deliveries.size + this.#probes.size > 0) return;
    realDeadline(0, () => this.close(closeCodes.done, 'left'));
  }
}
