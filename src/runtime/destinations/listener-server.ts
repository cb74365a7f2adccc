import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { HandlerReports } from './call-fetch.ts';
import { isResponse } from './in-process-handler.ts';

/** Says which delivery a request is made for, and is taken off before a listener sees it. */
export const deliveryIdHeader = 'x-aep-mock-delivery-id';

/**
 * A server that listens nowhere, around a Node listener. What the listener throws would end a process of its own: here its connection
 * breaks, which is what the platform would see of that.
 */
export function listenerServer(
  listener: (...of: Parameters<RequestListener>) => unknown,
  reports: HandlerReports,
): Server {
  return createServer(async (request, response) => {
    const deliveryId = takeDeliveryId(request);
    try {
      const returned = await listener(request, response);
      if (isResponse(returned) && !response.headersSent) request.socket.destroy(reports.wrongStyle(returned));
    } catch (error) {
      // Nobody waits for it any more: it may well have thrown because of that.
      if (request.socket.destroyed) return;
      reports.threw(error, deliveryId);
      if (!response.writableEnded) request.socket.destroy();
    }
  });
}

/** From all three views of the headers. Node makes `headersDistinct` when it is first read, of the raw ones as they came. */
function takeDeliveryId({ headers, headersDistinct, rawHeaders }: IncomingMessage): string | undefined {
  const deliveryId = headers[deliveryIdHeader];
  const place = rawHeaders.indexOf(deliveryIdHeader);
  if (typeof deliveryId !== 'string' || place < 0) return undefined;
  delete headers[deliveryIdHeader];
  delete headersDistinct[deliveryIdHeader];
  rawHeaders.splice(place, 2);
  return deliveryId;
}
