import { Hono } from 'hono';
import { type PimEvent, readEvent } from './pim-event.ts';
import { isSigned } from './signature.ts';

export interface WebhookOptions {
  /** One secret; two while it is being changed. */
  secrets: readonly string[];
  /** Keeps an event, or rejects. */
  inbox: { put(event: PimEvent): Promise<void> };
}

/** The endpoint of the subscription, to be mounted: `app.route('/webhooks/akeneo', createWebhook(…))`. */
export function createWebhook({ secrets, inbox }: WebhookOptions): Hono {
  const webhook = new Hono();

  // The platform asks with HEAD whether somebody is there before it takes a subscription; Hono answers HEAD from GET.
  webhook.get('/', (c) => c.body(null, 200));

  webhook.post('/', async (c) => {
    // The bytes as they came: a body that was parsed and written again has another signature.
    const body = new Uint8Array(await c.req.arrayBuffer());
    const signatures = [c.req.header('X-AKENEO-SIGNATURE-PRIMARY'), c.req.header('X-AKENEO-SIGNATURE-SECONDARY')];
    if (!isSigned(body, signatures, secrets)) return c.text('not signed by the platform', 401);
    const event = readEvent(body);
    if (!event) return c.text('not an event', 400);
    await inbox.put(event);
    return c.body(null, 200);
  });

  // What could not be kept has not arrived: the platform tries again after a 503.
  webhook.onError((_error, c) => c.text('cannot take events now', 503));

  return webhook;
}
