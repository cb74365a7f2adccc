import { assess } from '../core/health.ts';
import { sizeOf } from '../core/queue.ts';
import { destinationName, type Lane } from '../core/state.ts';
import type { HealthView, Subscription, SubscriptionStatus } from '../core/types.ts';
import type { PublishCounts } from '../runtime/publish-counts.ts';
import type { StateBody } from './control-api.ts';
import { isoTime } from './delivery-views.ts';
import type { HttpContext } from './ports.ts';

type SubscriptionState = StateBody['subscriptions'][number];

/** `GET /_mock/state`: counters, and every subscription with its queue, its rate and how it does. */
export function stateBody(ctx: HttpContext): StateBody {
  const { version, profile, seed, state, policy } = ctx;
  const stops = latestStops(ctx);
  return {
    url: ctx.url(),
    version,
    profile,
    seed,
    now: isoTime(ctx.now()),
    ack_deadline_ms: policy.ackDeadlineMs,
    counters: { ...state.counters },
    subscriptions: [...state.subscriptions.values()].map((s) => ({
      ...subscriptionState(ctx, s, state.lanes.get(s.id)),
      ...stops.get(s.id),
    })),
    tunnels: ctx.tunnels(),
  };
}

function subscriptionState(ctx: HttpContext, subscription: Subscription, lane: Lane | undefined): SubscriptionState {
  const scheduled = [...(lane?.live.values() ?? [])].filter((delivery) => delivery.state === 'scheduled');
  const nextDueAt =
    scheduled.length > 0
      ? scheduled.reduce((least, { dueAt }) => Math.min(least, dueAt), Number.POSITIVE_INFINITY)
      : undefined;
  const latency = ctx.latency.of(subscription.id);
  const missed = ctx.missed.of(subscription.id);
  const inFlight = lane?.inFlight ?? 0;
  return {
    id: subscription.id,
    subscriber_id: subscription.subscriberId,
    status: subscription.status,
    type: subscription.config.type,
    destination: destinationName(subscription),
    events: subscription.events,
    ...(subscription.filter !== undefined && { filter: subscription.filter }),
    queued: lane ? sizeOf(lane.queue) : 0,
    in_flight: inFlight,
    scheduled: scheduled.length,
    held: lane?.gate === 'held',
    ...(nextDueAt !== undefined && { next_due_at: isoTime(nextDueAt) }),
    ...(lane && subscription.config.type === 'https' && measures(ctx, lane)),
    ...(latency && { latency: { ...latency, histogram: ctx.latency.barsOf(subscription.id) } }),
    ...(subscription.config.type !== 'https' && { broker: publications(ctx, subscription, inFlight) }),
    ...(missed > 0 && { missed }),
  };
}

/** With those that are under way. */
function publications({ publishCounts }: HttpContext, { id }: Subscription, inFlight: number): PublishCounts {
  const { published, ...counts } = publishCounts.of(id);
  return { published: published + inFlight, ...counts };
}

type StopView = Pick<SubscriptionState, 'stopped' | 'health'>;

/**
 * Who stopped what is suspended or revoked, and how it did by then: its window ended with it. The journal is read only when there is
 * such a subscription.
 */
function latestStops({ state, journal }: HttpContext): Map<string, StopView> {
  const stops = new Map<string, StopView>();
  const healths = new Map<string, HealthView>();
  const wanted = new Map<string, SubscriptionStatus>();
  for (const { id, status } of state.subscriptions.values())
    if (status === 'suspended' || status === 'revoked') wanted.set(id, status);
  if (wanted.size === 0) return stops;
  for (const entry of journal.entries()) {
    if (entry.type === 'attempt.finished' && entry.health && wanted.has(entry.subscriptionId))
      healths.set(entry.subscriptionId, entry.health);
    if (entry.type === 'subscription.resumed') healths.delete(entry.subscriptionId);
    if (entry.type !== 'subscription.suspended' && entry.type !== 'subscription.revoked') continue;
    const { at, by, reason, subscriptionId } = entry;
    const health = healths.get(subscriptionId);
    if (entry.type === `subscription.${wanted.get(subscriptionId)}`)
      stops.set(subscriptionId, { stopped: { at: isoTime(at), by, reason }, ...(health && { health }) });
  }
  return stops;
}

/** What the platform measures of https destinations only: brokers have no rate and no success rate. */
function measures({ policy, now }: HttpContext, lane: Lane): Pick<SubscriptionState, 'rate_per_second' | 'health'> {
  return {
    ...(policy.rateMax !== null && { rate_per_second: lane.rate.perSecond }),
    health: assess(lane.window, now(), policy),
  };
}
