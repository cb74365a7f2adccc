import { type ResendMode, whyUndeliverable } from '../core/resend.ts';
import type { State } from '../core/state.ts';
import type { Rejection, SealedEvent } from '../core/types.ts';
import { AepMockError, fail } from '../errors.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { DeliveryRecord } from './delivery-records.ts';
import type { Driver } from './driver.ts';
import type { EventArchive } from './event-archive.ts';

/** What a past delivery is found and sent again with. */
export interface SendAgainParts {
  state(): State;
  ledger: DeliveryLedger;
  archive: EventArchive;
  driver: Pick<Driver, 'resend'>;
  /** The event that goes out: itself, or its content under a new id. */
  again(event: SealedEvent): SealedEvent;
}

/**
 * Sends a past delivery again, whatever became of it, and answers the delivery that came of it.
 * @throws DELIVERY_NOT_FOUND, EVENT_FORGOTTEN, SUBSCRIPTION_SUSPENDED, SUBSCRIPTION_ENDED, SUBSCRIPTION_NOT_FOUND
 */
export function sendAgain(parts: SendAgainParts, deliveryId: string, as: ResendMode): DeliveryRecord {
  const { ledger, archive, driver } = parts;
  const { eventId, subscriptionId } = deliveryOf(ledger, deliveryId);
  // Before an id is drawn for it: what is refused leaves no trace.
  const undeliverable = whyUndeliverable(parts.state(), subscriptionId);
  if (undeliverable) throw refused(undeliverable);
  const published = archive.get(eventId);
  if (!published) throw fail('EVENT_FORGOTTEN', { id: eventId, deliveryId });
  const event = parts.again(published);
  if (as === 'new_event') archive.add(event);
  const made = driver.resend({ event, subscriptionId, resendOf: deliveryId, as });
  if (made.rejection) throw refused(made.rejection);
  return deliveryOf(ledger, made.deliveryId ?? '');
}

/** @throws DELIVERY_NOT_FOUND */
export function deliveryOf(ledger: DeliveryLedger, id: string): DeliveryRecord {
  const found = ledger.records().find((record) => record.id === id);
  if (!found) throw fail('DELIVERY_NOT_FOUND', { id });
  return found;
}

const refused = ({ code, ...details }: Rejection): AepMockError => new AepMockError(code, details);
