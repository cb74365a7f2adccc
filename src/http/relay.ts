import { upgradeWebSocket } from '@hono/node-server';
import type { Env, Hono, Schema } from 'hono';
import type { RawData, WebSocket } from 'ws';
import { fail } from '../errors.ts';
import { relayPath } from '../relay/frames.ts';
import type { RelayHub } from '../relay/hub.ts';

/** Serves the relay: an upgrade becomes a tunnel of the hub, whatever guards the path has let it through. */
export function mountRelay<E extends Env, S extends Schema, B extends string>(app: Hono<E, S, B>, hub: RelayHub): void {
  app.get(
    relayPath,
    // The adapter's own events wrap each message in an Event object; the socket itself does without, and has pings.
    upgradeWebSocket(() => ({ onOpen: (_event, context) => join(hub, context.raw as WebSocket) })),
    (c) => {
      const { code, message, hint } = fail('RELAY_UPGRADE_REQUIRED', {});
      return c.json({ errors: [{ message, code, hint }] }, 426, { Upgrade: 'websocket' });
    },
  );
}

function join(hub: RelayHub, socket: WebSocket): void {
  let failure: string | undefined;
  const end = hub.accept({
    send: (text) => socket.send(text),
    ping: () => socket.ping(),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  });
  socket.on('message', (data: RawData) => end.received(data.toString()));
  socket.on('ping', () => end.alive());
  socket.on('pong', () => end.alive());
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('close', (code) => end.closed(failure ?? (code === 1006 ? 'its connection broke' : 'closed')));
}
