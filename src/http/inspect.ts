/** The part of the control API that shows one delivery closely, and sends it again. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { openEvent } from '../core/envelope.ts';
import { deliveryOf } from '../runtime/send-again.ts';
import type { WireExchange } from '../runtime/wire-log.ts';
import { checked, readOptionalJson } from './body.ts';
import { controlRoute, idInPath } from './control-route.ts';
import { deliveryView, isoTime } from './delivery-views.ts';
import {
  type DeliveryDetail,
  deliveryDetail,
  type Resent,
  resendAnswer,
  resendBody,
  type WireView,
} from './inspect-api.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const routes = {
  detail: controlRoute({
    method: 'get',
    path: '/_mock/deliveries/{id}',
    name: 'getDelivery',
    summary: 'A delivery with its event, and its attempts as they went over the wire',
    parameters: [idInPath('id')],
    answer: deliveryDetail,
    errors: [404],
  }),
  resend: controlRoute({
    method: 'post',
    path: '/_mock/deliveries/{id}/resend',
    name: 'resendDelivery',
    summary: 'Send a delivery again, to the same subscription, whatever became of it',
    parameters: [idInPath('id')],
    body: { schema: resendBody, required: false },
    status: 202,
    answer: resendAnswer,
    errors: [404, 409],
  }),
};

export function mountInspect(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, routes.detail, (c) => c.json(detail(ctx, c.req.param('id'))));
  serve(app, routes.resend, async (c) => {
    const { as } = checked(resendBody, await readOptionalJson(c));
    const { id, eventId, subscriptionId, duplicateOf } = ctx.resend(c.req.param('id'), as);
    const answered: Resent = {
      delivery_id: id,
      event_id: eventId,
      subscription_id: subscriptionId,
      ...(duplicateOf !== undefined && { duplicate_of: duplicateOf }),
    };
    return c.json(answered, 202);
  });
}

function detail({ ledger, archive, wire, policy }: HttpContext, id: string): DeliveryDetail {
  const record = deliveryOf(ledger, id);
  const event = archive.get(record.eventId);
  return {
    delivery: deliveryView(record),
    ...(event && { event: openEvent(event) }),
    wire: wire.of(id).map(wireView),
    ack_deadline_ms: policy.ackDeadlineMs,
  };
}

function wireView(exchange: WireExchange): WireView {
  const { attempt, sentAt, tookMs, isHttp, destination: url, headers, body, answer } = exchange;
  return {
    attempt,
    sent_at: isoTime(sentAt),
    ...(tookMs !== undefined && { took_ms: tookMs }),
    request: { ...(isHttp && { method: 'POST' }), url, headers, body },
    ...(answer && {
      response: { status: answer.status, headers: answer.headers, body: answer.body, is_cut: answer.isCut },
    }),
  };
}
