import type { Capturable } from '../core/capturable.ts';
import type { Policy } from '../core/profile.ts';
import type { State } from '../core/state.ts';
import type { Contact } from '../core/types.ts';
import { userAgent } from '../core/user-agent.ts';
import { type Clock, realDeadline } from './clock.ts';
import type { SafetyBelt } from './destinations/safety-belt.ts';
import { type AgentOptions, exchange, openAgent } from './http-exchange.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { emailOf, isTransition, type Notification, notificationOf, type Transition } from './notification.ts';
import type { Outbox } from './outbox.ts';
import { sign } from './signature.ts';
import { transportReason } from './transport-error.ts';

export interface NotifierOptions extends AgentOptions {
  journal: Journal;
  clock: Clock;
  outbox: Outbox;
  safetyBelt: SafetyBelt;
  state: () => State;
  /** Resolves when no delivery is in flight. */
  deliveriesDone: () => Promise<void>;
  /** Starts the deliveries that have come due: they go before a notification of the same moment. */
  startDeliveries: () => void;
  policy: Policy;
  /** How long a webhook may take to answer, in real milliseconds. */
  ackDeadlineMs?: number;
}

/** Documented: acknowledged within 5 s; up to 3 tries, 1 s and 2 s apart (event-platform/notification-webhooks). */
const documentedDeadlineMs = 5_000;
const retryDelaysMs = [1_000, 2_000];

/** A notification on its way to a webhook. */
interface Post {
  url: string;
  body: string;
  headers: Record<string, string>;
  transition: Transition;
  notification: Notification;
  contact: Contact;
}

/** A try that waits for the clock. */
interface Retry {
  post: Post;
  tries: number;
  dueAt: number;
}

type Reply = { acknowledged: true } | { acknowledged: false; isRetried: boolean; message: string };

const pastDeadline = new Error('no answer within the deadline');

/**
 * Tells the subscriber's contact when a subscription is suspended, revoked or resumed: by e-mail, which ends in the outbox, or with
 * signed webhook requests. The default channel is e-mail; who configured the webhook gets it in every profile, because it was only
 * added since.
 */
export class Notifier implements Capturable<Retry[]> {
  readonly #options: NotifierOptions;
  readonly #end: () => void;
  #agent: ReturnType<typeof openAgent> | undefined;
  /** What waits for the clock, with its cancellation. */
  readonly #retries = new Map<Retry, () => void>();
  #inFlight = 0;
  #last: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];
  /** Tries that began before are of no interest any more. */
  #era = 0;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#end = options.journal.subscribe((entry) => this.#read(entry));
  }

  /** Resolves when no notification is on its way. One that waits for the clock before it is tried again is not. */
  async idle(): Promise<void> {
    while (this.#inFlight > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Whether no notification is on its way. */
  get isIdle(): boolean {
    return this.#inFlight === 0;
  }

  /** What waits to be tried again. Retries are never changed. */
  capture(): Retry[] {
    return [...this.#retries.keys()];
  }

  /** Gives up what is on its way. */
  restore(retries: readonly Retry[]): void {
    this.#forget();
    for (const retry of retries) this.#wait(retry);
  }

  /** Gives up what is on its way. Idempotent. */
  async close(): Promise<void> {
    this.#end();
    this.#forget();
    await (await this.#agent)?.destroy();
    await this.idle();
  }

  #read(entry: JournalEntry): void {
    if (entry.type === 'mock.reset') this.#options.outbox.clear();
    else if (isTransition(entry)) this.#notify(entry);
  }

  #forget(): void {
    this.#era++;
    for (const cancel of this.#retries.values()) cancel();
    this.#retries.clear();
  }

  #notify(transition: Transition): void {
    const { subscriptions, subscribers } = this.#options.state();
    const subscription = subscriptions.get(transition.subscriptionId);
    const contact = subscription && subscribers.get(subscription.subscriberId)?.contact;
    if (!contact) return;
    const notification = notificationOf(transition, subscription, this.#options.policy);
    const channels = contact.notificationChannels ?? ['email'];
    const { notificationWebhookUrl: url, notificationWebhookSecret: secret } = contact;
    this.#track(async () => {
      if (channels.includes('email')) this.#email(contact, notification, transition);
      if (!channels.includes('webhook') || url === undefined || secret === undefined) return;
      const body = JSON.stringify(notification);
      const headers = {
        'Content-Type': 'application/json',
        'User-Agent': userAgent,
        'X-AKENEO-SIGNATURE-PRIMARY': sign(body, secret),
        'X-AKENEO-SIGNATURE-ALGORITHM': 'HmacSHA256',
      };
      await this.#try({ url, body, headers, transition, notification, contact }, 1);
    });
  }

  /**
   * Runs work that `idle()` waits for, once the current step is over. On a clock that stands still meanwhile one after the other and
   * after the deliveries, because who is answered first must not show in the journal.
   */
  #track(work: () => Promise<void>): void {
    const { clock, deliveriesDone } = this.#options;
    const era = this.#era;
    this.#inFlight++;
    const turn = clock.isManual ? this.#last.then(deliveriesDone) : Promise.resolve();
    this.#last = turn
      .then(() => (era === this.#era ? work() : undefined))
      .finally(() => {
        this.#inFlight--;
        if (this.#inFlight === 0) for (const resolve of this.#waiting.splice(0)) resolve();
      });
  }

  #wait(retry: Retry): void {
    const { clock, startDeliveries } = this.#options;
    const cancel = clock.wakeAt(retry.dueAt, () => {
      this.#retries.delete(retry);
      startDeliveries();
      this.#track(() => this.#try(retry.post, retry.tries));
    });
    this.#retries.set(retry, cancel);
  }

  async #try(post: Post, tries: number): Promise<void> {
    const { url, notification, contact, transition } = post;
    const { clock, journal, safetyBelt } = this.#options;
    const named = { subscriptionId: notification.subscription_id, notification: notification.notification_type };
    const refusal = safetyBelt(new URL(url));
    const era = this.#era;
    const reply: Reply = refusal
      ? { acknowledged: false, isRetried: false, message: `${refusal.message}: ${refusal.hint}` }
      : await this.#post(post);
    if (era !== this.#era) return;

    if (reply.acknowledged) {
      journal.append({ type: 'notification.sent', ...named, channel: 'webhook', to: url });
      return;
    }
    const delayMs = retryDelaysMs[tries - 1];
    if (reply.isRetried && delayMs !== undefined) {
      this.#wait({ post, tries: tries + 1, dueAt: clock.now() + delayMs });
      return;
    }
    const { message } = reply;
    journal.append({ type: 'notification.failed', ...named, to: url, tries: refusal ? 0 : tries, message });
    if (!contact.notificationChannels?.includes('email')) this.#email(contact, notification, transition);
  }

  async #post({ url, body, headers }: Post): Promise<Reply> {
    this.#agent ??= openAgent(this.#options);
    const agent = await this.#agent;
    const { origin, pathname, search } = new URL(url);
    const asked = exchange(agent, { origin, path: pathname + search, method: 'POST', headers, body });
    const { ackDeadlineMs = documentedDeadlineMs } = this.#options;
    const cancel = realDeadline(ackDeadlineMs, () => asked.abort(pastDeadline));
    try {
      const { status } = await asked.answer;
      if (status >= 200 && status < 300) return { acknowledged: true };
      return {
        acknowledged: false,
        isRetried: status >= 500 || status === 429,
        message: `answered with status ${status}`,
      };
    } catch (error) {
      const message =
        error === pastDeadline
          ? `no answer within ${ackDeadlineMs} ms`
          : transportReason(error).reason.replaceAll('_', ' ');
      return { acknowledged: false, isRetried: true, message };
    } finally {
      cancel();
    }
  }

  #email({ technicalEmail: to }: Contact, notification: Notification, transition: Transition): void {
    const { journal, clock, outbox } = this.#options;
    const { subscription_id, notification_type } = notification;
    const at = new Date(clock.now()).toISOString();
    outbox.add({ to, ...emailOf(notification, transition), at, subscription_id, notification_type });
    journal.append({
      type: 'notification.sent',
      subscriptionId: subscription_id,
      notification: notification_type,
      channel: 'email',
      to,
    });
  }
}
