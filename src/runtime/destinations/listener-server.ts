import { createServer, type RequestListener, type Server } from 'node:http';
import type { HandlerReports } from './call-fetch.ts';
import { isResponse } from './in-process-handler.ts';

/**
 * A server that listens nowhere, around a Node listener. What the listener throws would end a process of its own: here its connection
 * breaks, which is what the platform would see of that.
 */
export function listenerServer(
  listener: (...of: Parameters<RequestListener>) => unknown,
  reports: HandlerReports,
): Server {
  return createServer(async (request, response) => {
    try {
      const returned = await listener(request, response);
      if (isResponse(returned) && !response.headersSent) request.socket.destroy(reports.wrongStyle(returned));
    } catch (error) {
      // Nobody waits for it any more: it may well have thrown because of that.
      if (request.socket.destroyed) return;
      reports.threw(error);
      if (!response.writableEnded) request.socket.destroy();
    }
  });
}
