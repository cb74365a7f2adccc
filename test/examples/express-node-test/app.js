import express from 'express';
import { isSigned } from './signature.js';

/** @import { PimEvent } from './catalogue.js' */

/**
 * @param {object} options
 * @param {readonly string[]} options.secrets one secret; two while it is being changed
 * @param {{ put(event: PimEvent): Promise<void> }} options.inbox keeps an event, or rejects
 */
export function createApp({ secrets, inbox }) {
  const app = express();

  // The platform asks with HEAD whether somebody is there before it takes a subscription.
  app.head('/webhooks/akeneo', (_request, response) => {
    response.sendStatus(200);
  });

  // The bytes as they came: a body that was parsed and written again has another signature.
  app.post('/webhooks/akeneo', express.raw({ type: () => true, limit: '1mb' }), async (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signatures = [request.get('X-AKENEO-SIGNATURE-PRIMARY'), request.get('X-AKENEO-SIGNATURE-SECONDARY')];
    if (!isSigned(body, signatures, secrets)) return response.sendStatus(401);
    const event = readEvent(body);
    if (!event) return response.sendStatus(400);
    try {
      await inbox.put(event);
    } catch {
      // What could not be kept has not arrived: the platform tries again after a 503.
      return response.sendStatus(503);
    }
    return response.sendStatus(200);
  });

  return app;
}

/**
 * The event in a verified body; undefined when it is none.
 * @param {Buffer} body
 * @returns {PimEvent | undefined}
 */
function readEvent(body) {
  try {
    const event = JSON.parse(body.toString());
    return [event.id, event.type, event.time].every((field) => typeof field === 'string') ? event : undefined;
  } catch {
    return undefined;
  }
}
