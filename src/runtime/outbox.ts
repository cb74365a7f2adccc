import type { NotificationType } from './notification.ts';

/** An e-mail that the platform would have sent. Field names are those of the control API. */
export interface Email {
  to: string;
  subject: string;
  text: string;
  /** RFC 3339, on the mock's clock. */
  at: string;
  subscription_id: string;
  notification_type: NotificationType;
}

/** Most e-mails that are kept; the oldest make room. */
const capacity = 1_000;

/** The platform's e-mails: written here instead of being sent, for the developer to read. */
export class Outbox {
  #emails: Email[] = [];

  add(email: Email): void {
    this.#emails.push(email);
    if (this.#emails.length > capacity) this.#emails.shift();
  }

  /** Newest first. */
  emails(): Email[] {
    return this.#emails.toReversed();
  }

  clear(): void {
    this.#emails = [];
  }
}
