import type { Outcome } from '../core/types.ts';
import { excerptBytes } from '../runtime/body-excerpt.ts';
import { monotonicNow, realDeadline } from '../runtime/clock.ts';
import {
  type AnswerBody,
  type DeliveryRequest,
  latePatience,
  type ProbeResult,
  type ReceivedAnswer,
} from '../runtime/destinations/port.ts';
import {
  type AnswerBodyFrame,
  type AnswerExcerpt,
  type Claim,
  type HelloFrame,
  heartbeat,
  type ProbeResultFrame,
  type Result,
  type VerdictsFrame,
} from './frames.ts';
import { type OtherFrame, Outgoing } from './outgoing.ts';
import { printable } from './printable.ts';
import { Recent } from './recent.ts';

/** So many answers that go on are in wait for the rest of their bodies. */
const rememberedAnswers = 100;

/** What came back of a delivery, with the time that the handler took. */
type Answer = ReceivedAnswer & { durationMs: number };

/** A delivery that was sent and is not answered. */
interface Sent {
  request: DeliveryRequest;
  /** When its deadline is, on the clock that never goes back. */
  dueAt: number;
  resolve(outcome: Outcome | undefined): void;
}

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
  readonly #outgoing: Outgoing;
  /** The claim as it is in force; it may be narrower than the one asked for. */
  claim: Claim = { kind: 'ids', ids: [] };
  hello: HelloFrame | undefined;
  /** The claimed subscriptions that its client was told last, as JSON. */
  told = '';
  readonly #sent = new Map<number, Sent>();
  /** Answers that are past their deadline: nobody waits for them, the developer is told all the same. */
  readonly #late = new Map<number, (answer: Answer) => void>();
  /** The latest answers whose bodies are to follow. */
  readonly #answers = new Recent<number, Answer>(rememberedAnswers);
  /** What is past its deadline while nobody knows whether the other end is still there. */
  readonly #overdue = new Set<number>();
  readonly #probes = new Map<number, (result: ProbeResult) => void>();
  /** When the deadlines are looked at next. */
  #lookAt = Number.POSITIVE_INFINITY;
  #cancelLook: () => void = () => {};
  #silentBeats = 0;
  #leaving = false;

  constructor(id: string, connectedAt: number, socket: TunnelSocket) {
    this.id = id;
    this.connectedAt = connectedAt;
    this.#socket = socket;
    this.#outgoing = new Outgoing((text) => socket.send(text));
  }

  send(frame: OtherFrame): void {
    this.#outgoing.send(frame);
  }

  /** Tells a verdict. Nobody waits for it: it goes with others, or with the next delivery. */
  judged(judged: VerdictsFrame['verdicts'][number]): void {
    this.#outgoing.judged(judged);
  }

  /** It was told to take nothing new. */
  get isLeaving(): boolean {
    return this.#leaving;
  }

  get inFlight(): number {
    return this.#sent.size;
  }

  /** Deliveries are past their deadline, and the other end has not shown yet that it is alive. */
  get isDoubtful(): boolean {
    return this.#overdue.size > 0;
  }

  /**
   * Sends a delivery. Undefined when the tunnel was lost before an answer; an answer after the deadline goes to `onLate`. Past the
   * deadline the other end is asked for a sign of life: a timeout is the handler's, and not that of a laptop that fell asleep.
   */
  deliver(id: number, url: string, request: DeliveryRequest): Promise<Outcome | undefined> {
    return new Promise((resolve) => {
      const dueAt = monotonicNow() + request.ackDeadlineMs;
      this.#sent.set(id, { request, dueAt, resolve });
      this.#lookBy(dueAt);
      this.#outgoing.deliver(id, url, request, this.#sent.size === 1);
    });
  }

  probe(id: number, url: string, headers: Record<string, string>, deadlineMs: number): Promise<ProbeResult> {
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

  answered(result: Result): void {
    const { id, duration_ms: durationMs } = result;
    if ('error' in result) {
      const { reason, message } = result.error;
      this.#late.delete(id);
      this.#settle(id, { kind: 'transportError', reason, message, durationMs });
      return;
    }
    const { status, headers, body } = result;
    const answer: Answer = { status, headers, durationMs };
    if (body) answer.body = bounded(body);
    else if (result.body_follows) this.#answers.remember(id, answer);
    this.#late.get(id)?.(answer);
    this.#late.delete(id);
    this.#settle(id, { kind: 'answered', status, durationMs }, answer);
  }

  answerContinued({ id, body }: AnswerBodyFrame): void {
    const answer = this.#answers.take(id);
    if (answer) answer.body = bounded(body);
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
    this.#cancelLook();
    for (const id of [...this.#sent.keys()]) this.#settle(id, undefined);
    for (const settle of [...this.#probes.values()]) settle({ kind: 'failed', message: 'the relay lost its tunnel' });
    this.#overdue.clear();
    this.#late.clear();
  }

  close(code: number, reason: string): void {
    this.#outgoing.flush();
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #settle(id: number, outcome: Outcome | undefined, answer?: Answer): void {
    const sent = this.#sent.get(id);
    if (!sent) return;
    this.#sent.delete(id);
    if (answer) sent.request.onAnswer?.(answer);
    sent.resolve(outcome);
    this.#closeWhenDone();
  }

  /** One timer for all that is in flight, at the first deadline it was told of: by then nearly everything is answered long since. */
  #lookBy(dueAt: number): void {
    if (dueAt >= this.#lookAt) return;
    this.#cancelLook();
    this.#lookAt = dueAt;
    this.#cancelLook = realDeadline(dueAt - monotonicNow(), () => this.#look());
  }

  #look(): void {
    const now = monotonicNow();
    this.#lookAt = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    for (const [id, { request, dueAt }] of this.#sent) {
      if (this.#overdue.has(id)) continue;
      if (dueAt > now) next = Math.min(next, dueAt);
      else this.#expire(id, request);
    }
    this.#lookBy(next);
  }

  #expire(id: number, request: DeliveryRequest): void {
    this.#listenOn(id, request);
    if (this.#overdue.size === 0) this.#socket.ping();
    this.#overdue.add(id);
  }

  /** The client gives its handler as long; a result that comes even later is nobody's. */
  #listenOn(id: number, { ackDeadlineMs, onLate, onAnswer }: DeliveryRequest): void {
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
    for (const id of this.#overdue) {
      const durationMs = this.#sent.get(id)?.request.ackDeadlineMs ?? 0;
      this.#settle(id, { kind: 'timeout', durationMs });
    }
    this.#overdue.clear();
  }

  /** Not at once: the verdict of what was answered last is still to be told. */
  #closeWhenDone(): void {
    if (!this.#leaving || this.#sent.size + this.#probes.size > 0) return;
    realDeadline(0, () => this.close(closeCodes.done, 'left'));
  }
}

/** As much of a body as is kept, whatever the other end sends. */
const bounded = ({ text, is_cut: isCut }: AnswerExcerpt): AnswerBody => ({
  text: text.slice(0, excerptBytes),
  isCut: isCut || text.length > excerptBytes,
});
