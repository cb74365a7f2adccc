/** What a test in another language expects of the mock: `Mock.expectDelivered` and its like over HTTP, and the timeline. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { checked, readOptionalJson } from './body.ts';
import { listOf } from './control-api.ts';
import { controlRoute } from './control-route.ts';
import { delivery } from './delivery-api.ts';
import { deliveryQuery, matcherShape } from './delivery-query.ts';
import { deliveryView } from './delivery-views.ts';
import { longestWaitMs } from './journal-poll.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

/** A misspelt field would match everything: it is refused. */
const matcherBody = z
  .strictObject(matcherShape)
  .openapi('DeliveryMatcher', { description: 'Every field that is given has to fit' });
const deliveredBody = z
  .strictObject({
    ...matcherShape,
    count: z.int().min(1).optional().openapi({ description: 'Exactly so many; otherwise at least one' }),
    timeout_ms: z
      .int()
      .min(0)
      .max(longestWaitMs)
      .optional()
      .openapi({ description: 'How long a match may be in coming once everything is drained, in real time; 1,000' }),
  })
  .openapi('ExpectedDelivery');
const nothing = z.strictObject({});

const expectation = <Path extends string>(path: Path, name: string, summary: string, schema: z.ZodType) =>
  controlRoute({
    method: 'post',
    path,
    name,
    summary,
    body: { schema, required: false },
    answer: listOf(delivery),
    errors: [409],
  });

const routes = {
  delivered: expectation(
    '/_mock/expect/delivered',
    'expectDelivered',
    'Drains, and answers the deliveries that match and were acknowledged; 409 with the timeline when there are none',
    deliveredBody,
  ),
  never: expectation(
    '/_mock/expect/never',
    'expectNever',
    'Drains, and makes sure that nothing that matches was acknowledged or still can be; 409 with the timeline otherwise',
    matcherBody,
  ),
  all: expectation(
    '/_mock/expect/all-delivered',
    'expectAllDelivered',
    'Drains, and makes sure that everything that was published has arrived: every delivery was acknowledged, and every event that no filter kept back was taken by a subscription; 409 with the timeline otherwise',
    nothing,
  ),
  timeline: controlRoute({
    method: 'get',
    path: '/_mock/timeline',
    name: 'readTimeline',
    summary:
      'What happened so far, for a person: events, attempts, outcomes, times, the seed, and how to repeat the run',
    answer: 'text',
  }),
};

/** Mounts the expectations of the control API. A failed one is EXPECTATION_FAILED, 409. */
export function mountExpectations(app: OpenAPIHono, ctx: HttpContext): void {
  const { expectations } = ctx;
  serve(app, routes.delivered, async (c) => {
    const { count, timeout_ms: timeoutMs, ...matcher } = checked(deliveredBody, await readOptionalJson(c));
    const options = { ...(count !== undefined && { count }), ...(timeoutMs !== undefined && { timeoutMs }) };
    const deliveries = await expectations.delivered(deliveryQuery(matcher), options);
    return c.json({ items: deliveries.map(deliveryView) });
  });
  serve(app, routes.never, async (c) => {
    await expectations.never(deliveryQuery(checked(matcherBody, await readOptionalJson(c))));
    return c.json({ items: [] });
  });
  serve(app, routes.all, async (c) => {
    checked(nothing, await readOptionalJson(c));
    await expectations.allDelivered();
    return c.json({ items: ctx.ledger.records().map(deliveryView) });
  });
  serve(app, routes.timeline, (c) => c.text(expectations.timeline()));
}
