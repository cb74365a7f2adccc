import { createRng } from '../../core/rng.ts';
import { fail } from '../../errors.ts';
import { resolveTypes } from '../../events/catalog.ts';
import {
  type AttemptFacts,
  type FinishedFacts,
  finishedLine,
  lateLine,
  noticeLine,
  pendingLine,
} from '../../narration/attempt-line.ts';
import { verdictInForce } from '../../narration/outcome-text.ts';
import { shortId, shortType } from '../../narration/text.ts';
import { type AnswerFate, RelayClient } from '../../relay/client.ts';
import { describeTarget, type ForwardTarget, forwardUrl, parseForwardTarget } from '../../relay/forward-target.ts';
import type { Claim, ClaimsFrame, Judged, RelayedDelivery, WelcomeFrame } from '../../relay/frames.ts';
import { SystemClock } from '../../runtime/clock.ts';
import type { LateAnswer } from '../../runtime/destinations/port.ts';
import { freshSeed } from '../../runtime/fresh-seed.ts';
import { version } from '../../version.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { PendingAttempts } from '../pending-attempts.ts';
import { describeSubscriptions, relayNotices, wayOnText } from '../relay-notices.ts';
import type { Renderer } from '../render.ts';
import { renderSummary } from '../render-summary.ts';
import { Summary } from '../summary.ts';

export interface ListenOptions {
  server: string;
  token: string | undefined;
  forwardTo: string | undefined;
  events: string[];
  subscription: string[];
  urlPrefix: string | undefined;
  /** The secret for a subscription that is made; undefined leaves it to the mock. */
  webhookSecret: string | undefined;
  insecure: boolean;
}

/** `aep-mock listen`: relays the deliveries of a running mock to a handler on localhost until it is told to stop. */
export async function listen(options: ListenOptions, { render, interrupted }: CommandContext): Promise<number> {
  const { server, token, insecure, webhookSecret } = options;
  if (options.forwardTo === undefined) {
    throw fail('MISSING_OPTION', {
      command: 'listen',
      option: '--forward-to',
      example: '--forward-to 3000/webhooks/akeneo',
    });
  }
  const target = parseForwardTarget(options.forwardTo);
  const claim = claimOf(options);
  const events = options.events.flatMap((pattern) => resolveTypes(pattern));
  const ensure = {
    events: events.length > 0 ? events : null,
    ...(webhookSecret === undefined ? {} : { secret: webhookSecret }),
  };
  const clock = new SystemClock();
  const log = new ListenLog(render, target, claim, () => clock.now());
  const client = new RelayClient({
    url: server,
    ...(token === undefined ? {} : { token }),
    client: `aep-mock/${version}`,
    forwardTo: target,
    insecure,
    claim,
    ...(claim.kind === 'all' ? { ensure } : {}),
    rng: createRng(freshSeed()),
    on: {
      ...relayNotices(server, describeTarget(target), render),
      connected: (welcome) => log.connected(welcome, server),
      regained: (welcome, restarted) => log.regained(welcome, restarted, server),
      claims: (claims) => log.claims(claims),
      delivery: (delivery) => log.started(delivery),
      answered: (delivery, _answer, fate) => log.answered(delivery, fate),
      verdict: (delivery, judged) => log.finished(delivery, judged),
      late: (delivery, answer, judged) => log.late(delivery, answer, judged),
    },
  });
  // The signal may come while there is no connection yet.
  const stopped = interrupted().then(async (signal) => {
    await client.close();
    return signal;
  });
  await client.start();
  const signal = await stopped;
  log.end();
  return exitCodeOf(signal);
}

function claimOf({ subscription, urlPrefix, events }: ListenOptions): Claim {
  // Each says which subscriptions to relay.
  const given = {
    '--subscription': subscription.length > 0,
    '--url-prefix': urlPrefix !== undefined,
    '--events': events.length > 0,
  };
  const options = Object.entries(given).flatMap(([flag, isGiven]) => (isGiven ? [flag] : []));
  if (options.length > 1) throw fail('CONFLICTING_OPTIONS', { options });
  if (subscription.length > 0) return { kind: 'ids', ids: subscription };
  return urlPrefix === undefined ? { kind: 'all' } : { kind: 'url', prefix: urlPrefix };
}

const flagOf = (claim: Exclude<Claim, { kind: 'all' }>): string =>
  claim.kind === 'url' ? `--url-prefix ${claim.prefix}` : `--subscription ${claim.ids.join(',')}`;

const unreported = {
  lost: 'answered while the mock was away: it comes again',
  abandoned: 'cut off, because listen ends: it comes again when somebody listens',
};

/** Verdicts that end a delivery with its subscription. */
const stopping: ReadonlySet<string> = new Set(['suspend', 'revoke', 'discard']);

/** Puts what happens at the tunnel into lines. */
class ListenLog {
  readonly #render: Renderer;
  readonly #target: ForwardTarget;
  readonly #claim: Claim;
  readonly #now: () => number;
  readonly #summary: Summary;
  readonly #pending = new PendingAttempts<RelayedDelivery>();
  #ackDeadlineMs = 0;

  constructor(render: Renderer, target: ForwardTarget, claim: Claim, now: () => number) {
    this.#render = render;
    this.#target = target;
    this.#claim = claim;
    this.#now = now;
    this.#summary = new Summary(now(), () => this.#ackDeadlineMs);
  }

  connected(welcome: WelcomeFrame, server: string): void {
    this.#ackDeadlineMs = welcome.ack_deadline_ms;
    const forwardTo = describeTarget(this.#target);
    const { subscriptions } = welcome;
    this.#render.ready(
      { type: 'ready', url: server, forwardTo, subscriptions },
      `ready: relaying ${server} to ${forwardTo}`,
      describeSubscriptions(subscriptions),
    );
    if (subscriptions.length === 0 && this.#claim.kind !== 'all')
      this.#render.warn(
        `nothing matches ${flagOf(this.#claim)} yet: is it right? It is relayed as soon as something does`,
      );
  }

  regained(welcome: WelcomeFrame, restarted: boolean, server: string): void {
    this.#ackDeadlineMs = welcome.ack_deadline_ms;
    const how = restarted
      ? 'was restarted: its subscriptions are new, and what the old one held, queued or was to retry is gone'
      : 'is back';
    this.#render.warn(`the mock at ${server} ${how}`);
    this.#subscriptions('relay.regained', welcome);
  }

  claims(claims: ClaimsFrame): void {
    this.#subscriptions('relay.claims', claims);
  }

  started(delivery: RelayedDelivery): void {
    if (this.#render.format !== 'pretty') return;
    const at = this.#now();
    const show = (): void =>
      this.#render.data({ type: 'attempt.started' }, pendingLine(at, this.#facts(delivery), this.#render.style));
    this.#pending.started(delivery, show);
  }

  /** The line of an attempt waits for the verdict. Without a connection none will come. */
  answered(delivery: RelayedDelivery, fate: AnswerFate): void {
    this.#pending.finished(delivery);
    if (fate === 'reported' || fate === 'judged') return;
    const { event_type, event_id } = delivery;
    const text = `${shortType(event_type)}  ${shortId(event_id)}  ${unreported[fate]}`;
    this.#render.data(
      { type: 'attempt.unreported', why: fate, ...this.#facts(delivery) },
      noticeLine(this.#now(), text, this.#render.style),
    );
  }

  finished(delivery: RelayedDelivery, { outcome, verdict, health, fault, duplicate_of }: Judged): void {
    this.#pending.finished(delivery);
    const at = this.#now();
    const attempt: FinishedFacts = Object.assign(this.#facts(delivery), { outcome, verdict });
    if (health) attempt.health = health;
    if (fault) attempt.fault = fault;
    if (duplicate_of !== undefined) attempt.duplicateOf = duplicate_of;
    // An answer that took no time at all was not measured: the mock's clock is virtual.
    const isTimeless = 'durationMs' in outcome && outcome.durationMs === 0;
    this.#summary.seen(delivery.event_id);
    this.#summary.finished(attempt);
    if (verdict.do === 'drop') this.#summary.dropped();
    else if (stopping.has(verdictInForce(verdict, health).do)) this.#summary.lost();
    this.#render.data(
      () => ({
        ...{ type: 'attempt.finished', time: new Date(at).toISOString(), deliveryId: delivery.delivery_id },
        ...attempt,
      }),
      () => finishedLine(at, attempt, { ackDeadlineMs: this.#ackDeadlineMs, style: this.#render.style, isTimeless }),
    );
    if (verdict.do === 'suspend' || verdict.do === 'revoke') this.#stopped(at, delivery, verdict.do);
    else if (health?.suspends) this.#stopped(at, delivery, 'suspend');
  }

  late(delivery: RelayedDelivery, { status, durationMs }: LateAnswer, { verdict, health }: Judged): void {
    const at = this.#now();
    const attempt = { ...this.#facts(delivery), status, durationMs };
    this.#summary.late(attempt);
    this.#render.data(
      { type: 'attempt.late', time: new Date(at).toISOString(), deliveryId: delivery.delivery_id, ...attempt },
      lateLine(at, attempt, verdictInForce(verdict, health), this.#ackDeadlineMs, this.#render.style),
    );
  }

  end(): void {
    this.#pending.close();
    renderSummary(this.#summary, this.#now(), this.#render);
  }

  #stopped(at: number, { subscription_id: id, url }: RelayedDelivery, how: 'suspend' | 'revoke'): void {
    const text = `subscription ${shortId(id)}: what was queued is lost; ${wayOnText(how, { id, url })}`;
    this.#render.data(
      { type: 'subscription.stopped', subscriptionId: id, how },
      noticeLine(at, this.#render.style.red(text), this.#render.style),
    );
  }

  #facts({ event_id, event_type, subscription_id, attempt, url }: RelayedDelivery): AttemptFacts {
    const destination = forwardUrl(this.#target, url);
    return { eventId: event_id, eventType: event_type, subscriptionId: subscription_id, attempt, destination };
  }

  #subscriptions(type: string, { subscriptions }: WelcomeFrame | ClaimsFrame): void {
    this.#render.data({ type, subscriptions }, describeSubscriptions(subscriptions));
  }
}
