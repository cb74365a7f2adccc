import type { DropReason, Outcome } from '../../core/types.ts';
import type { DeliveryView, OutcomeView, StateBody } from '../../http/control-api.ts';
import { dropReasonText, failureText, healthText, outcomeText, stopReasonText } from '../../narration/outcome-text.ts';
import { count, number, oneLine, shortId, shortType, table, timeOfDay } from '../../narration/text.ts';

import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import type { Renderer } from '../render.ts';
import { latencyText } from '../summary.ts';

type SubscriptionState = StateBody['subscriptions'][number];
type BrokerState = NonNullable<SubscriptionState['broker']>;

const subscriptionsShown = 20;

export interface StatusOptions extends ClientOptions {
  /** How many subscriptions and tunnels are shown. */
  limit?: number | undefined;
}

/** `aep-mock ctl status`: counters, subscriptions and tunnels of a running mock. */
export async function status(options: StatusOptions, { render }: CommandContext): Promise<number> {
  const state = await new ControlClient(options).get<StateBody>('/_mock/state');
  render.data({ type: 'status', ...state }, statusText(state, options.limit ?? subscriptionsShown));
  return 0;
}

function statusText(state: StateBody, limit: number): string {
  const { url, version, profile, seed, now, counters, subscriptions, tunnels } = state;
  const { published, attempts, delivered, dropped, discarded } = counters;
  const shown = subscriptions.slice(0, limit);
  const rows = shown.map((s) => [
    `  ${s.id}`,
    s.status,
    s.destination,
    count(s.events.length, 'type'),
    `${number(s.queued)} queued`,
    `${s.in_flight} in flight`,
    `${s.scheduled} scheduled`,
    [
      s.held ? 'held: nobody listens' : '',
      s.next_due_at ? `next ${s.next_due_at}` : '',
      stoppedText(s, now),
      s.missed ? `${count(s.missed, 'event')} published while suspended: lost` : '',
    ]
      .filter(Boolean)
      .join(', '),
  ]);
  return [
    `${url}  aep-mock ${version}, profile ${profile}, seed ${seed}, ${now}`,
    `${count(published, 'event')} published, ${count(attempts, 'attempt')}, ${number(delivered)} delivered, ${number(dropped)} dropped, ${number(discarded)} discarded`,
    `${count(subscriptions.length, 'subscription')}${rows.length > 0 ? `\n${table(rows)}` : ''}`,
    ...andMore(subscriptions.length, limit),
    ...shown.flatMap(measured),
    `${count(tunnels.length, 'tunnel')}${tunnels
      .slice(0, limit)
      .map((t) => `\n  ${t.id}  to ${t.forward_to}, claims ${t.claim}, since ${t.connected_at}`)
      .join('')}`,
    ...andMore(tunnels.length, limit),
  ].join('\n');
}

/** Since when it stands still, by whom and why: the time of day will do for what happened within the last day. */
function stoppedText({ status, stopped }: SubscriptionState, now: string): string {
  if (!stopped) return '';
  const at = Date.parse(stopped.at);
  const since = Date.parse(now) - at < dayMs ? timeOfDay(at).slice(0, 'hh:mm:ss'.length) : stopped.at;
  const who = stopped.by === 'user' ? 'its user' : 'the platform';
  const why = stopped.reason === 'requested' ? '' : `: ${stopReasonText(stopped.reason)}`;
  return `${status} by ${who} since ${since}${why}`;
}

const dayMs = 86_400_000;

const andMore = (all: number, limit: number): string[] =>
  all > limit ? [`  and ${number(all - limit)} more; --limit shows them`] : [];

/**
 * How a subscription does, on a line of its own once there is something to say. The answer times are the handler's own, while the success
 * rate counts what is injected too.
 */
function measured({
  id,
  status,
  in_flight: inFlight,
  rate_per_second: rate,
  health,
  latency,
  broker,
}: SubscriptionState): string[] {
  if (broker) return [`  sub ${shortId(id)}: ${brokerText(broker, inFlight)}`];
  // Where success is counted the rate is limited, unless all limits are lifted.
  const isUnlimited = rate === undefined && health !== undefined && status === 'active';
  const parts = [
    isUnlimited ? 'rate unlimited' : '',
    rate === undefined ? '' : `${number(Math.round(rate * 10) / 10)} events/s`,
    health && health.requests > 0 ? healthText(health) : '',
    latency ? `handler: ${latencyText(latency)}` : '',
  ].filter(Boolean);
  return isUnlimited || latency || health?.requests ? [`  sub ${shortId(id)}: ${parts.join(' · ')}`] : [];
}

/** What became of the messages of a Pub/Sub or Kafka subscription. */
function brokerText({ published, acknowledged, failed, last_error: error }: BrokerState, inFlight: number): string {
  const parts = [`${number(published)} published`, `${number(acknowledged)} acknowledged`, `${number(failed)} failed`];
  const last = error
    ? ` · last error ${error.reason.replaceAll('_', ' ')} at ${error.at}: ${oneLine(error.message)}`
    : '';
  return `${[...parts, `${number(inFlight)} in flight`].join(', ')}${last}`;
}

const deliveriesShown = 100;
/** The mock answers so many at once. */
const mostDeliveries = 10_000;

export interface DeliveriesOptions extends ClientOptions {
  subscription?: string | undefined;
  event?: string | undefined;
  state?: string | undefined;
  limit?: number | undefined;
}

/** `aep-mock ctl deliveries`: the latest deliveries with what became of them, newest first. */
export async function deliveries(options: DeliveriesOptions, { render }: CommandContext): Promise<number> {
  const { subscription: subscription_id, event: event_id, state, limit = deliveriesShown } = options;
  // One more than is shown tells whether there are more.
  const query = { subscription_id, event_id, state, limit: Math.min(limit + 1, mostDeliveries).toString() };
  const client = new ControlClient(options);
  const answer = await client.get<{ items: DeliveryView[] }>('/_mock/deliveries', query);
  const items = answer.items.slice(0, limit);
  if (render.format === 'json') {
    for (const item of items) render.data({ type: 'delivery', ...item }, undefined);
  } else {
    render.data({ type: 'deliveries' }, items.length > 0 ? table(items.map(deliveryRow)) : 'no deliveries');
    if (answer.items.length > limit) render.warn(`the latest ${number(limit)} are shown; --limit shows more`);
  }
  // A subscription that is gone still has deliveries in the journal.
  if (subscription_id !== undefined && items.length === 0) await warnOfNone(subscription_id, client, render);
  return 0;
}

async function warnOfNone(id: string, client: ControlClient, render: Renderer): Promise<void> {
  const { subscriptions } = await client.get<StateBody>('/_mock/state');
  if (subscriptions.some((subscription) => subscription.id === id)) return;
  render.warn(`no subscription has the id "${id}"; "aep-mock ctl status" shows them all, and it takes a whole id here`);
}

function deliveryRow(view: DeliveryView): string[] {
  const last = view.attempts.at(-1);
  return [
    view.id,
    view.state,
    shortType(view.event_type),
    view.event_id,
    `sub ${shortId(view.subscription_id)}`,
    count(view.attempts.length, 'attempt'),
    last?.outcome ? outcomeText(asOutcome(last.outcome)) : '',
    last?.outcome ? failureText(asOutcome(last.outcome)) : '',
    view.state === 'dropped' && view.reason !== undefined
      ? dropReasonText(view.reason as DropReason)
      : (view.reason ?? ''),
    view.due_at === undefined ? '' : `due ${view.due_at}`,
    view.duplicate_of === undefined ? '' : `duplicate of ${view.duplicate_of}`,
    last?.fault ? `injected: ${last.fault.rule}` : '',
  ];
}

/** The outcome behind its view. */
function asOutcome(view: OutcomeView): Outcome {
  if (view.kind === 'refused' || view.kind === 'held') return view;
  const { duration_ms: durationMs, ...outcome } = view;
  switch (outcome.kind) {
    case 'transport_error':
      return { ...outcome, kind: 'transportError', durationMs };
    case 'publish_failed':
      return { ...outcome, kind: 'publishFailed', durationMs };
    default:
      return { ...outcome, durationMs };
  }
}

/** `aep-mock ctl reset`: everything as it was at the start. */
export async function reset(options: ClientOptions, { render }: CommandContext): Promise<number> {
  await new ControlClient(options).post('/_mock/reset');
  render.data({ type: 'reset' }, 'reset: subscribers, subscriptions, deliveries and tokens are gone');
  return 0;
}
