import { isObject } from '../core/is-object.ts';
import { fail } from '../errors.ts';
import { count } from '../narration/text.ts';
import { monotonicNow, realDeadline, realPause } from '../runtime/clock.ts';
import type { DeliveryRecord } from '../runtime/delivery-records.ts';
import type { JournalReader } from '../runtime/journal.ts';
import type { EventExplanation } from '../runtime/why.ts';
import { checkOptions, milliseconds, someNumber, words } from './check-options.ts';
import { type DeliveryMatcher, deliveryTest, describeMatcher } from './delivery-matcher.ts';
import { deliveryText } from './timeline.ts';
import { untakenEvents, untakenText } from './untaken-events.ts';

/** What a predicate may resolve with: not the values that say "not yet". */
export type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>;

/** How long is waited, and for what. */
export interface WaitOptions {
  /** In real time; 5,000. */
  timeoutMs?: number;
  /** What is waited for, in words, for the message of the failure. */
  what?: string;
}

/** How many deliveries are expected, and how long is waited for them. */
export interface ExpectDelivered {
  /** Exactly so many, 1 or more; otherwise at least one. */
  count?: number;
  /** How long a match may be in coming once everything is drained, in real time; 1,000. */
  timeoutMs?: number;
}

/** What expectations need of the mock. */
export interface ExpectationParts {
  deliveries(): DeliveryRecord[];
  journal: JournalReader;
  /** Why an event went where it did, or nowhere. */
  why(eventId: string): EventExplanation | undefined;
  drain(): Promise<void>;
  timeline(): string;
  /** What to do where time has to pass; undefined where it passes by itself. */
  wayOn(): string | undefined;
  /** A time of the mock's clock as the timeline tells it. */
  since(at: number): string;
  /** Nothing happens any more. */
  isClosed(): boolean;
}

/** Most deliveries or events that a failure shows one by one. */
const mostShown = 5;
const more = (all: number): string[] => (all > mostShown ? [`… and ${all - mostShown} more`] : []);

/** How often a condition is looked at that may depend on more than the mock. */
const pollMs = 10;

/** What a test says about a run, and waits for. Whatever fails says why, with the timeline. */
export class Expectations {
  readonly #parts: ExpectationParts;

  constructor(parts: ExpectationParts) {
    this.#parts = parts;
  }

  timeline(): string {
    return this.#parts.timeline();
  }

  /** See `Mock.waitFor`. */
  async waitFor<T>(predicate: () => T, options: WaitOptions = {}): Promise<Truthy<Awaited<T>>> {
    checkOptions('waitFor', options, { timeoutMs: milliseconds, what: words });
    const { timeoutMs = 5_000, what = 'what the test waits for' } = options;
    const { found, value } = await this.#until(predicate, timeoutMs);
    if (found) return value as Truthy<Awaited<T>>;
    const way = this.#parts.wayOn();
    const until = this.#parts.isClosed() ? 'before the mock was closed' : `within ${timeoutMs} ms`;
    const reason = `${what} did not come true ${until}${way === undefined ? '' : `; ${way}`}`;
    throw fail('WAIT_TIMEOUT', { reason, timeline: this.timeline() });
  }

  /** See `Mock.expectDelivered`. */
  async delivered(matcher: DeliveryMatcher = {}, options: ExpectDelivered = {}): Promise<DeliveryRecord[]> {
    checkOptions('expectDelivered', options, { count: someNumber, timeoutMs: milliseconds });
    const { count: wanted, timeoutMs = 1_000 } = options;
    const isMeant = deliveryTest(matcher);
    await this.#parts.drain();
    const delivered = (): DeliveryRecord[] =>
      this.#parts.deliveries().filter((delivery) => delivery.state === 'delivered' && isMeant(delivery));
    const { value } = await this.#until(() => {
      const found = delivered();
      return found.length >= (wanted ?? 1) ? found : undefined;
    }, timeoutMs);
    const found = value ?? delivered();
    if (wanted === undefined ? found.length > 0 : found.length === wanted) return found;
    const expected = wanted === undefined ? 'a delivery' : count(wanted, 'delivery', 'deliveries');
    const isNear = deliveryTest(withoutEnding(matcher));
    const near = this.#parts.deliveries().filter((delivery) => delivery.state !== 'delivered' && isNear(delivery));
    throw this.#failed(
      `expected ${expected} ${describeMatcher(matcher)} to have been delivered, got ${found.length || 'none'}`,
      found.length > 0 ? found : near,
    );
  }

  /** See `Mock.expectNever`. */
  async never(matcher: DeliveryMatcher = {}): Promise<void> {
    const isMeant = deliveryTest(matcher);
    await this.#parts.drain();
    const met = this.#parts.deliveries().filter((d) => d.state !== 'dropped' && d.state !== 'discarded' && isMeant(d));
    if (met.length === 0) return;
    const delivered = met.filter(({ state }) => state === 'delivered').length;
    const what = delivered > 0 ? `${delivered} ${delivered === 1 ? 'was' : 'were'}` : `${met.length} still may be`;
    throw this.#failed(`expected no delivery ${describeMatcher(matcher)} ever to be acknowledged, and ${what}`, met);
  }

  /** See `Mock.expectAllDelivered`. */
  async allDelivered(): Promise<void> {
    await this.#parts.drain();
    const left = this.#parts.deliveries().filter(({ state }) => state !== 'delivered');
    const untaken = untakenEvents(this.#parts.journal.entries());
    const missing = [
      left.length > 0 && `${count(left.length, 'delivery', 'deliveries')} ${left.length === 1 ? 'was' : 'were'} not`,
      untaken.length > 0 &&
        `${count(untaken.length, 'event')} ${untaken.length === 1 ? 'was' : 'were'} taken by nobody`,
    ].filter((part) => part !== false);
    if (missing.length === 0) return;
    const about = untaken.slice(0, mostShown).map((event) => untakenText(event, this.#parts.why(event.eventId)));
    throw this.#failed(`expected everything to be delivered, and ${missing.join(', and ')}`, left, [
      ...about,
      ...more(untaken.length),
    ]);
  }

  /** Runs `body`, and adds the timeline to the message of whatever it throws. */
  async explain<T>(body: () => T | Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      throw withTimeline(error, this.timeline());
    }
  }

  #failed(said: string, about: readonly DeliveryRecord[], further: readonly string[] = []): Error {
    const shown = about.slice(0, mostShown).map((delivery) => deliveryText(delivery, this.#parts.since));
    const lines = [...shown, ...more(about.length), ...further].map((line) => `  ${line}`);
    const isPending = about.some(({ state }) => state === 'scheduled');
    const way = isPending ? this.#parts.wayOn() : undefined;
    const reason = [`${said}${way === undefined ? '' : `; ${way}`}`, ...lines].join('\n');
    return fail('EXPECTATION_FAILED', { reason, timeline: this.timeline() });
  }

  /** Asks at once, after whatever happens in the mock, and every few milliseconds for what happens elsewhere. */
  async #until<T>(ask: () => T, timeoutMs: number): Promise<{ found: boolean; value: Awaited<T> }> {
    let isOver = false;
    let wake = (): void => {};
    let cancel = (): void => {};
    const over = new Promise<undefined>((resolve) => {
      cancel = realDeadline(timeoutMs, () => {
        isOver = true;
        wake();
        resolve(undefined);
      });
    });
    const unsubscribe = this.#parts.journal.subscribe(() => wake());
    try {
      for (;;) {
        const wasOver = isOver || this.#parts.isClosed();
        const askedAt = monotonicNow();
        // A predicate that never settles is no reason to wait for ever.
        const value = (await Promise.race([ask(), over])) as Awaited<T>;
        if (value || wasOver) return { found: Boolean(value), value };
        // Asking must not keep the mock from what is waited for: at most half of the time goes into it.
        const tookMs = monotonicNow() - askedAt;
        if (tookMs > 1) await new Promise<void>((resolve) => void realPause(tookMs, resolve));
        await new Promise<void>((resolve) => {
          const stop = realDeadline(pollMs, resolve);
          wake = () => {
            stop();
            resolve();
          };
          if (isOver) wake();
        });
      }
    } finally {
      cancel();
      unsubscribe();
    }
  }
}

/** The query without what says how a delivery ended: deliveries that ended otherwise say more than none. */
function withoutEnding(matcher: DeliveryMatcher): DeliveryMatcher {
  if (typeof matcher === 'function') return matcher;
  const { state: _state, status: _status, attempts: _attempts, ...rest } = matcher;
  return rest;
}

const told = new WeakSet<object>();

/** The same error with the timeline in its message, once. Runners that have taken an error apart show what has its fields. */
export function withTimeline(error: unknown, timeline: string): unknown {
  if (!isObject(error) || typeof error.message !== 'string' || told.has(error)) return error;
  if (hasTimeline(error)) return error;
  told.add(error);
  const { message, stack } = error;
  error.message = `${message}\n\n${timeline}`;
  // Runners print the stack, which begins with the message as it was.
  if (typeof stack === 'string') error.stack = stack.replace(message, () => `${message}\n\n${timeline}`);
  return error;
}

/** Our own failures have theirs. */
const hasTimeline = ({ code }: Record<string, unknown>): boolean =>
  code === 'EXPECTATION_FAILED' || code === 'WAIT_TIMEOUT';
