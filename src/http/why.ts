import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { fail } from '../errors.ts';
import type { JournalEntry } from '../runtime/journal.ts';
import { matchId } from '../runtime/match-id.ts';
import { explainDelivery } from '../runtime/why.ts';
import { checkedQuery } from './body.ts';
import { type WhyBody, whyAnswer } from './control-api.ts';
import { controlRoute } from './control-route.ts';
import { isoTime } from './delivery-views.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const query = z.strictObject({ event_id: z.string().min(1), subscription_id: z.string().min(1).optional() });

const route = controlRoute({
  method: 'get',
  path: '/_mock/why',
  name: 'explainEvent',
  summary: 'Where an event is for each subscription, or why it never went there',
  query,
  answer: whyAnswer,
  errors: [404],
});

/** Both ids may be given in part. */
export function mountWhy(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, route, (c) => {
    const { event_id: event, subscription_id: subscription } = checkedQuery(c, query);
    return c.json(why(ctx, event, subscription));
  });
}

function why(ctx: HttpContext, event: string, subscription: string | undefined): WhyBody {
  const { state, journal, policy } = ctx;
  const eventId = matchId(event, publishedIds(journal.entries()), 'event');
  if (eventId === undefined) throw noEvent(ctx, event);
  const subscriptionId = subscription === undefined ? undefined : wholeSubscriptionId(ctx, subscription);
  const answer = explainDelivery({
    state,
    entries: journal.entries(),
    policy,
    now: ctx.now(),
    eventId,
    subscriptionId,
  });
  if (!answer) throw fail('EVENT_NOT_FOUND', { id: event });
  return {
    event_id: eventId,
    event_type: answer.eventType,
    published_at: isoTime(answer.publishedAt),
    items: answer.explanations.map(({ subscriptionId: id, reason, message, deliveryId, duplicateOf, fault }) => ({
      subscription_id: id,
      reason,
      message,
      ...(deliveryId !== undefined && { delivery_id: deliveryId }),
      ...(duplicateOf !== undefined && { duplicate_of: duplicateOf }),
      ...(fault !== undefined && { fault }),
    })),
  };
}

/** Lines show both kinds of ids, and one is easily taken for the other. */
function noEvent({ state, journal }: HttpContext, id: string): Error {
  const known = new Set([...state.subscriptions.keys(), ...deletedIds(journal.entries())]);
  if (matchId(id, known, 'subscription') === undefined) return fail('EVENT_NOT_FOUND', { id });
  const hint = `this is the id of a subscription: "aep-mock ctl status" shows how it does, "aep-mock ctl why EVENT ${id}" what became of an event there`;
  return fail('EVENT_NOT_FOUND', { id, hint });
}

/** Among those that are there and those that the journal remembers. */
function wholeSubscriptionId({ state, journal }: HttpContext, given: string): string {
  const id = matchId(given, [...state.subscriptions.keys(), ...deletedIds(journal.entries())], 'subscription');
  if (id === undefined) throw fail('SUBSCRIPTION_NOT_FOUND', { id: given });
  return id;
}

function* publishedIds(entries: Iterable<JournalEntry>): Generator<string> {
  for (const entry of entries) if (entry.type === 'event.published') yield entry.eventId;
}

function* deletedIds(entries: Iterable<JournalEntry>): Generator<string> {
  for (const entry of entries) if (entry.type === 'subscription.deleted') yield entry.subscriptionId;
}
