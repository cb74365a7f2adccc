import type { Outcome } from '../core/types.ts';
import { realDeadline } from '../runtime/clock.ts';
import type { DeliveryRequest, ProbeResult } from '../runtime/destinations/port.ts';
import type { Claim, HelloFrame, ProbeResultFrame, ResultFrame, ServerFrame } from './frames.ts';
import { serialiseFrame } from './protocol.ts';

/** What the server end needs of a WebSocket. Nothing here throws, and sending to a closed one does nothing. */
export interface TunnelSocket {
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Why a tunnel that closes takes nothing more, as WebSocket close codes (RFC 6455, 7.4.1). */
export const closeCodes = { done: 1000, goingAway: 1001, refused: 1008 } as const;

/** A peer that was silent for this many heartbeats is gone. */
const toleratedSilentBeats = 2;

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
  #deliveries = new Map<string, (outcome: Outcome | undefined) => void>();
  #probes = new Map<string, (result: ProbeResult) => void>();
  #silentBeats = 0;
  #leaving = false;

  constructor(id: string, connectedAt: number, socket: TunnelSocket) {
    this.id = id;
    this.connectedAt = connectedAt;
    this.#socket = socket;
  }

  send(frame: ServerFrame): void {
    this.#socket.send(serialiseFrame(frame));
  }

  get inFlight(): number {
    return this.#deliveries.size;
  }

  /** Sends a delivery. Undefined when the tunnel was lost before an answer; an answer after the deadline changes nothing. */
  deliver(id: string, url: string, request: DeliveryRequest): Promise<Outcome | undefined> {
    const { ackDeadlineMs } = request;
    return new Promise((resolve) => {
      const cancelDeadline = realDeadline(ackDeadlineMs, () => settle({ kind: 'timeout', durationMs: ackDeadlineMs }));
      const settle = (outcome: Outcome | undefined): void => {
        if (!this.#deliveries.delete(id)) return;
        cancelDeadline();
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
    const durationMs = frame.duration_ms;
    this.#deliveries.get(frame.id)?.(
      'error' in frame
        ? { kind: 'transportError', reason: frame.error.reason, message: frame.error.message, durationMs }
        : { kind: 'answered', status: frame.status, durationMs },
    );
  }

  probed(frame: ProbeResultFrame): void {
    this.#probes.get(frame.id)?.(
      'error' in frame ? { kind: 'failed', message: frame.error } : { kind: 'answered', status: frame.status },
    );
  }

  /** A sign of life from the other end. */
  alive(): void {
    this.#silentBeats = 0;
  }

  /** Asks for a sign of life. False when none came for too long. */
  beat(): boolean {
    if (this.#silentBeats++ >= toleratedSilentBeats) return false;
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
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #closeWhenDone(): void {
    if (this.#leaving && this.#deliveries.size + this.#probes.size === 0) this.close(closeCodes.done, 'left');
  }
}
