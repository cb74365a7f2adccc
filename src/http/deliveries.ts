/** The part of the control API that shows deliveries, attempts and events. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { openEvent } from '../core/envelope.ts';
import { fail } from '../errors.ts';
import { attemptsOf } from '../runtime/attempts.ts';
import type { DeliveryRecord } from '../runtime/delivery-records.ts';
import { deliveryTest } from '../testing/delivery-matcher.ts';
import { checkedQuery } from './body.ts';
import { type EventBody, eventAnswer, listOf } from './control-api.ts';
import { controlRoute, idInPath } from './control-route.ts';
import { attemptItem as attemptSchema, delivery } from './delivery-api.ts';
import { deliveryQuery, matcherOf, matcherParameters } from './delivery-query.ts';
import { attemptItem, deliveryView, isoTime } from './delivery-views.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';
import { wholeNumber } from './whole-number.ts';

const query = z.strictObject({
  ...matcherParameters,
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: wholeNumber(1, 10_000, 100),
});

const routes = {
  deliveries: controlRoute({
    method: 'get',
    path: '/_mock/deliveries',
    name: 'listDeliveries',
    summary: 'Deliveries with their attempts, newest first unless asked otherwise',
    query,
    answer: listOf(delivery),
  }),
  attempts: controlRoute({
    method: 'get',
    path: '/_mock/attempts',
    name: 'listAttempts',
    summary:
      'The attempts of these deliveries in the order in which they were started, newest first unless asked otherwise',
    query,
    answer: listOf(attemptSchema),
  }),
  event: controlRoute({
    method: 'get',
    path: '/_mock/events/{id}',
    name: 'getEvent',
    summary: 'An event as it was published, and its deliveries',
    parameters: [idInPath('id')],
    answer: eventAnswer,
    errors: [404],
  }),
};

export function mountDeliveries(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, routes.deliveries, (c) => {
    const { records, order, limit } = matching(ctx, checkedQuery(c, query));
    return c.json({ items: inOrder(records, order).slice(0, limit).map(deliveryView) });
  });
  serve(app, routes.attempts, (c) => {
    const { records, order, limit } = matching(ctx, checkedQuery(c, query));
    return c.json({ items: inOrder(attemptsOf(records), order).slice(0, limit).map(attemptItem) });
  });
  serve(app, routes.event, (c) => {
    const id = c.req.param('id');
    const sealed = ctx.archive.get(id);
    if (!sealed) throw fail('EVENT_NOT_FOUND', { id });
    const { records } = matching(ctx, { event_id: id, order: 'asc', limit: '0' });
    const answered: EventBody = {
      event: openEvent(sealed),
      published_at: isoTime(sealed.publishedAt),
      deliveries: records.map(deliveryView),
    };
    return c.json(answered);
  });
}

type Order = 'asc' | 'desc';

/** The deliveries that a query is about, oldest first. */
function matching(
  ctx: HttpContext,
  { order, limit, ...wanted }: z.output<typeof query>,
): { records: DeliveryRecord[]; order: Order; limit: number } {
  const isMeant = deliveryTest(deliveryQuery(matcherOf(wanted)));
  return { records: ctx.ledger.records().filter(isMeant), order, limit: Number(limit) };
}

const inOrder = <T>(oldestFirst: T[], order: Order): T[] => (order === 'asc' ? oldestFirst : oldestFirst.toReversed());
