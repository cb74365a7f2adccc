import { checkKeys } from '../core/check-keys.ts';
import { uuidv7 } from '../core/ids.ts';
import type { Rng } from '../core/rng.ts';
import type { Scope, State } from '../core/state.ts';
import { deliveryFailure, type ErrorReason } from './delivery-failure.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { type LogOwner, LogOwners } from './log-owners.ts';

/** An entry of the platform's logs, in its field order (contract, delivery: logs). */
export interface LogEntry {
  log_id: string;
  log_type: 'action' | 'error';
  /** RFC 3339 in whole seconds. */
  timestamp: string;
  operation: string;
  subscriber_id: string;
  subscription_id: string;
  error_type?: 'failed_delivery' | 'validation_error';
  error_reason?: ErrorReason;
  error_code?: number;
  error_message?: string;
  request?: { body: unknown; method: string; url: string };
  response?: { status: number; body?: unknown };
  documentation_url?: string;
}

/** Which entries of the platform's logs are meant. */
export interface LogQuery {
  logType?: LogEntry['log_type'] | undefined;
  subscriberId?: string | undefined;
  subscriptionId?: string | undefined;
  /** Milliseconds since the epoch; both ends belong to the range, which is one of the shown, whole seconds. */
  from?: number | undefined;
  to?: number | undefined;
  /** Only what this PIM and client id may see. */
  scope?: Scope | undefined;
}

const queryKeys: Record<keyof LogQuery, true> = {
  logType: true,
  subscriberId: true,
  subscriptionId: true,
  from: true,
  to: true,
  scope: true,
};

export interface PlatformLogsOptions {
  journal: Journal;
  state: () => State;
  rng: Rng;
  now: () => number;
}

/** Retained for 30 days; errors merge for 5 minutes from the first (documented: event-platform/logs). */
const retentionMs = 30 * 24 * 3_600_000;
const mergeWindowMs = 5 * 60_000;

/** Most entries that are kept; the oldest make room. */
const capacity = 10_000;

interface Kept {
  entry: LogEntry;
  scope: Scope;
  firstAt: number;
  /** When it happened last, in whole seconds as it is shown. */
  shownAt: number;
  order: number;
  mergeKey: string | undefined;
}

type Content = Omit<LogEntry, 'log_id' | 'log_type' | 'timestamp' | 'subscriber_id'>;

/** The platform's logs, as far as the platform would keep them. Reads the journal; a delivery that succeeds costs a few comparisons. */
export class PlatformLogs {
  readonly #options: PlatformLogsOptions;
  readonly #owners: LogOwners;
  /** Oldest first, by their first occurrence. */
  #kept: Kept[] = [];
  /** The error entries that an equal error may still join. */
  #merging = new Map<string, Kept>();
  #order = 0;

  constructor(options: PlatformLogsOptions) {
    this.#options = options;
    this.#owners = new LogOwners(options.state);
    options.journal.subscribe((entry) => this.#read(entry));
  }

  /** The entries that match, newest first. @throws INVALID_OPTION for a condition that is not known */
  entries(query: LogQuery = {}): LogEntry[] {
    checkKeys('a query of the logs', query, Object.keys(queryKeys));
    const { logType, subscriberId, subscriptionId, scope, from = 0, to = Number.POSITIVE_INFINITY } = query;
    const oldest = this.#options.now() - retentionMs;
    return this.#kept
      .filter(
        ({ entry, shownAt, scope: owner }) =>
          shownAt >= oldest &&
          shownAt >= from &&
          shownAt <= to &&
          (logType === undefined || entry.log_type === logType) &&
          (subscriberId === undefined || entry.subscriber_id === subscriberId) &&
          (subscriptionId === undefined || entry.subscription_id === subscriptionId) &&
          (scope === undefined || (owner.clientId === scope.clientId && owner.pimUrl === scope.pimUrl)),
      )
      .sort((a, b) => b.shownAt - a.shownAt || b.order - a.order)
      .map(({ entry }) => entry);
  }

  #read(fact: JournalEntry): void {
    switch (fact.type) {
      case 'attempt.finished':
        if (fact.verdict.do !== 'deliver' && fact.verdict.do !== 'hold') this.#addFailure(fact);
        break;
      case 'subscriber.created':
      case 'subscriber.updated':
      case 'subscriber.deleted':
        this.#addAction(
          fact.at,
          this.#owners.ofSubscriber(fact.subscriberId),
          `${fact.type.replace('.', '_')}_by_the_user`,
          '',
        );
        if (fact.type === 'subscriber.deleted') this.#owners.end(fact.subscriberId);
        break;
      case 'subscription.created':
      case 'subscription.updated':
      case 'subscription.suspended':
      case 'subscription.resumed':
      case 'subscription.revoked':
      case 'subscription.deleted': {
        const id = fact.subscriptionId;
        const by = 'by' in fact ? fact.by : 'user';
        this.#addAction(fact.at, this.#owners.ofSubscription(id), `${fact.type.replace('.', '_')}_by_the_${by}`, id);
        if (fact.type === 'subscription.deleted') this.#owners.end(id);
        break;
      }
      case 'creation.refused':
        this.#addRefusal(fact);
        break;
      case 'mock.reset':
        this.#kept = [];
        this.#merging.clear();
        this.#owners.clear();
        break;
    }
  }

  #addAction(at: number, owner: LogOwner | undefined, operation: string, subscriptionId: string): void {
    if (owner) this.#add(at, owner, 'action', { operation, subscription_id: subscriptionId });
  }

  #addFailure({ at, subscriptionId, outcome }: Extract<JournalEntry, { type: 'attempt.finished' }>): void {
    const failure = deliveryFailure(outcome);
    const owner = this.#owners.ofSubscription(subscriptionId);
    if (!failure || !owner) return;
    const { reason, code, message, response } = failure;
    this.#add(at, owner, 'error', {
      operation: 'failed_to_deliver_event',
      subscription_id: subscriptionId,
      error_type: 'failed_delivery',
      error_reason: reason,
      error_code: code,
      error_message: message,
      ...(response && { response }),
      documentation_url: `https://api.akeneo.com/event-platform/logs.html#${reason}`,
    });
  }

  #addRefusal(fact: Extract<JournalEntry, { type: 'creation.refused' }>): void {
    const { at, pimUrl, clientId, subscriberId, operation, request, response, message } = fact;
    this.#add(at, { pimUrl, clientId, subscriberId }, 'error', {
      operation: `failed_to_${operation}`,
      subscription_id: '',
      error_type: 'validation_error',
      error_code: response.status,
      error_message: message,
      request: { body: request.body, method: request.method, url: request.path },
      response,
    });
  }

  #add(at: number, { subscriberId, ...scope }: LogOwner, type: LogEntry['log_type'], content: Content): void {
    const shownAt = at - (at % 1_000);
    const timestamp = `${new Date(shownAt).toISOString().slice(0, 19)}Z`;
    const { operation, ...rest } = content;
    const order = ++this.#order;
    const mergeKey = type === 'error' ? mergeKeyOf(scope, subscriberId, content) : undefined;
    const open = mergeKey === undefined ? undefined : this.#merging.get(mergeKey);
    if (open && at - open.firstAt < mergeWindowMs) {
      open.entry = { ...open.entry, ...rest, timestamp };
      Object.assign(open, { shownAt, order });
      return;
    }
    const entry: LogEntry = {
      log_id: uuidv7(this.#options.rng, at),
      log_type: type,
      timestamp,
      operation,
      subscriber_id: subscriberId,
      ...rest,
    };
    const kept: Kept = { entry, scope, firstAt: at, shownAt, order, mergeKey };
    this.#kept.push(kept);
    if (mergeKey !== undefined) this.#merging.set(mergeKey, kept);
    this.#makeRoom(at);
  }

  #makeRoom(now: number): void {
    for (let oldest = this.#kept[0]; oldest; oldest = this.#kept[0]) {
      if (this.#kept.length <= capacity && oldest.shownAt >= now - retentionMs) return;
      this.#kept.shift();
      if (oldest.mergeKey !== undefined && this.#merging.get(oldest.mergeKey) === oldest)
        this.#merging.delete(oldest.mergeKey);
    }
  }
}

/** Documented: equal subscription and message. What has no subscription is told apart by whose it is, or strangers would merge. */
function mergeKeyOf({ pimUrl, clientId }: Scope, subscriberId: string, content: Content): string {
  return [pimUrl, clientId, subscriberId, content.subscription_id, content.operation, content.error_message].join('\n');
}
