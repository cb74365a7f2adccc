import type { DropReason } from '../../core/types.ts';
import type { DeliveryView, StateBody } from '../../http/control-api.ts';
import { type ClientOptions, ControlClient } from '../client.ts';
import type { CommandContext } from '../command.ts';
import { dropReasonText, outcomeText } from '../outcome-text.ts';
import { count, number, shortId, shortType, table } from '../text.ts';

/** `aep-mock ctl status`: counters, subscriptions and tunnels of a running mock. */
export async function status(options: ClientOptions, { render }: CommandContext): Promise<number> {
  const state = await new ControlClient(options).get<StateBody>('/_mock/state');
  render.data({ type: 'status', ...state }, statusText(state));
  return 0;
}

function statusText({ url, version, profile, seed, now, counters, subscriptions, tunnels }: StateBody): string {
  const { published, attempts, delivered, dropped, discarded } = counters;
  const rows = subscriptions.map((s) => [
    `  ${s.id}`,
    s.status,
    s.destination,
    count(s.events.length, 'type'),
    `${number(s.queued)} queued`,
    `${s.in_flight} in flight`,
    `${s.scheduled} scheduled`,
    [s.held ? 'held: nobody listens' : '', s.next_due_at ? `next ${s.next_due_at}` : ''].filter(Boolean).join(', '),
  ]);
  return [
    `${url}  aep-mock ${version}, profile ${profile}, seed ${seed}, ${now}`,
    `${count(published, 'event')} published, ${count(attempts, 'attempt')}, ${number(delivered)} delivered, ${number(dropped)} dropped, ${number(discarded)} discarded`,
    `${count(subscriptions.length, 'subscription')}${rows.length > 0 ? `\n${table(rows)}` : ''}`,
    `${count(tunnels.length, 'tunnel')}${tunnels.map((t) => `\n  ${t.id}  to ${t.forward_to}, claims ${t.claim}, since ${t.connected_at}`).join('')}`,
  ].join('\n');
}

export interface DeliveriesOptions extends ClientOptions {
  subscription?: string | undefined;
  event?: string | undefined;
  state?: string | undefined;
  limit?: number | undefined;
}

/** `aep-mock ctl deliveries`: the latest deliveries with what became of them, newest first. */
export async function deliveries(options: DeliveriesOptions, { render }: CommandContext): Promise<number> {
  const { subscription: subscription_id, event: event_id, state, limit } = options;
  const query = { subscription_id, event_id, state, limit: limit?.toString() };
  const { items } = await new ControlClient(options).get<{ items: DeliveryView[] }>('/_mock/deliveries', query);
  if (render.format === 'json') {
    for (const item of items) render.data({ type: 'delivery', ...item }, undefined);
  } else {
    render.data({ type: 'deliveries' }, items.length > 0 ? table(items.map(deliveryRow)) : 'no deliveries');
  }
  return 0;
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
    last?.outcome ? outcomeText(last.outcome) : '',
    view.state === 'dropped' && view.reason !== undefined
      ? dropReasonText(view.reason as DropReason)
      : (view.reason ?? ''),
    view.due_at === undefined ? '' : `due ${view.due_at}`,
  ];
}

/** `aep-mock ctl reset`: everything as it was at the start. */
export async function reset(options: ClientOptions, { render }: CommandContext): Promise<number> {
  await new ControlClient(options).post('/_mock/reset');
  render.data({ type: 'reset' }, 'reset: subscribers, subscriptions, deliveries and tokens are gone');
  return 0;
}
