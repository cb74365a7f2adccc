import { createRng } from '../../core/rng.ts';
import type { Outcome, Verdict } from '../../core/types.ts';
import { fail } from '../../errors.ts';
import { resolveTypes } from '../../events/catalog.ts';
import { createRelayClient } from '../../relay/client.ts';
import { describeTarget, type ForwardTarget, forwardUrl, parseForwardTarget } from '../../relay/forward-target.ts';
import type { Claim, ClaimsFrame, DeliveryFrame, WelcomeFrame } from '../../relay/frames.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { freshSeed } from '../../runtime/fresh-seed.ts';
import { version } from '../../version.ts';
import { type AttemptFacts, finishedLine, noticeLine, pendingLine } from '../attempt-line.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { PendingAttempts } from '../pending-attempts.ts';
import { describeSubscriptions, relayNotices } from '../relay-notices.ts';
import type { Renderer } from '../render.ts';
import { renderSummary } from '../render-summary.ts';
import { Summary } from '../summary.ts';
import { shortId, shortType } from '../text.ts';

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
  const log = new ListenLog(render, target, () => clock.now());
  const client = createRelayClient({
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
      regained: (welcome) => log.regained(welcome, server),
      claims: (claims) => log.claims(claims),
      delivery: (delivery) => log.started(delivery),
      answered: (delivery, _answer, reported) => log.answered(delivery, reported),
      verdict: (delivery, outcome, verdict) => log.finished(delivery, outcome, verdict),
    },
  });
  const stop = interrupted();
  await client.start();
  const signal = await stop;
  await client.close();
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

/** Puts what happens at the tunnel into lines. */
class ListenLog {
  readonly #render: Renderer;
  readonly #target: ForwardTarget;
  readonly #now: () => number;
  readonly #summary: Summary;
  readonly #pending = new PendingAttempts();
  #ackDeadlineMs = 0;

  constructor(render: Renderer, target: ForwardTarget, now: () => number) {
    this.#render = render;
    this.#target = target;
    this.#now = now;
    this.#summary = new Summary(now());
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
  }

  regained(welcome: WelcomeFrame, server: string): void {
    this.#ackDeadlineMs = welcome.ack_deadline_ms;
    this.#render.warn(`the mock at ${server} is back`);
    this.#subscriptions('relay.regained', welcome);
  }

  claims(claims: ClaimsFrame): void {
    this.#subscriptions('relay.claims', claims);
  }

  started(delivery: DeliveryFrame): void {
    if (this.#render.format !== 'pretty') return;
    const at = this.#now();
    const show = (): void =>
      this.#render.data({ type: 'attempt.started' }, pendingLine(at, this.#facts(delivery), this.#render.style));
    this.#pending.started(delivery.id, show);
  }

  /** The line of an attempt waits for the verdict. Without a connection none will come. */
  answered(delivery: DeliveryFrame, reported: boolean): void {
    if (reported) return;
    this.#pending.finished(delivery.id);
    const text = `${shortType(delivery.event_type)}  ${shortId(delivery.event_id)}  answered while the mock was away: it comes again`;
    this.#render.data(
      { type: 'attempt.unreported', ...this.#facts(delivery) },
      noticeLine(this.#now(), text, this.#render.style),
    );
  }

  finished(delivery: DeliveryFrame, outcome: Outcome, verdict: Verdict): void {
    this.#pending.finished(delivery.id);
    const at = this.#now();
    const attempt = { ...this.#facts(delivery), outcome, verdict };
    if (delivery.attempt === 1) this.#summary.published();
    this.#summary.finished(attempt);
    this.#render.data(
      { type: 'attempt.finished', time: new Date(at).toISOString(), deliveryId: delivery.delivery_id, ...attempt },
      finishedLine(at, attempt, this.#ackDeadlineMs, this.#render.style),
    );
  }

  end(): void {
    this.#pending.close();
    renderSummary(this.#summary, this.#now(), this.#render);
  }

  #facts({ event_id, event_type, subscription_id, attempt, url }: DeliveryFrame): AttemptFacts {
    const destination = forwardUrl(this.#target, url);
    return { eventId: event_id, eventType: event_type, subscriptionId: subscription_id, attempt, destination };
  }

  #subscriptions(type: string, { subscriptions }: WelcomeFrame | ClaimsFrame): void {
    this.#render.data({ type, subscriptions }, describeSubscriptions(subscriptions));
  }
}
