import type { DeliveryRequest } from '../runtime/destinations/port.ts';
import { type DeliveriesFrame, fullMessage, type ServerFrame, type VerdictsFrame } from './frames.ts';
import { serialiseFrame } from './protocol.ts';
import { TurnBatch } from './turn-batch.ts';

/** What is sent on its own. */
export type OtherFrame = Exclude<ServerFrame, DeliveriesFrame | VerdictsFrame>;

/** Gathers what goes through a tunnel into messages. */
export class Outgoing {
  readonly #send: (text: string) => void;
  readonly #batch = new TurnBatch(() => this.#write());
  /** A frame for each row of deliveries of one subscription. */
  #deliveries: DeliveriesFrame[] = [];
  /** The characters of their bodies. */
  #gathered = 0;
  #verdicts: VerdictsFrame['verdicts'] = [];

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  /** `isAlone`: nothing else is under way, so that there is nothing to go together with; it goes at once. */
  deliver(id: number, url: string, request: DeliveryRequest, isAlone: boolean): void {
    const { subscription, body, headers, attempt, ackDeadlineMs } = request;
    const head = {
      id,
      delivery_id: request.deliveryId,
      attempt,
      event_id: request.eventId,
      event_type: request.eventType,
      headers,
      length: body.length,
    };
    const last = this.#deliveries.at(-1);
    if (last?.subscription_id === subscription.id && last.url === url && last.ack_deadline_ms === ackDeadlineMs) {
      last.deliveries.push(head);
      last.bodies.push(body);
    } else {
      this.#deliveries.push({
        type: 'deliveries',
        subscription_id: subscription.id,
        url,
        method: 'POST',
        ack_deadline_ms: ackDeadlineMs,
        deliveries: [head],
        bodies: [body],
      });
    }
    this.#gathered += body.length;
    if (isAlone || this.#gathered >= fullMessage) this.#batch.now();
    else this.#batch.later();
  }

  /** Goes behind the next delivery, or at the end of the turn: nobody waits for it. */
  judged(judged: VerdictsFrame['verdicts'][number]): void {
    this.#verdicts.push(judged);
    this.#batch.later();
  }

  /** Sends a frame behind what is gathered. */
  send(frame: OtherFrame): void {
    this.#write(serialiseFrame(frame));
  }

  /** Sends what is gathered. */
  flush(): void {
    this.#write();
  }

  /** What is gathered, and `text` behind it, as one message. */
  #write(text = ''): void {
    let message = '';
    for (const frame of this.#deliveries) message += serialiseFrame(frame);
    if (this.#verdicts.length > 0) message += serialiseFrame({ type: 'verdicts', verdicts: this.#verdicts });
    message += text;
    if (message === '') return;
    this.#deliveries = [];
    this.#gathered = 0;
    this.#verdicts = [];
    this.#send(message);
  }
}
