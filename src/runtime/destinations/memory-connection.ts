import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';

/**
 * Connects a client to an HTTP server in this process: both speak HTTP/1.1 as over a socket, byte for byte, and there is none.
 * Node takes any Duplex for a connection (nodejs.org/api/http.html#event-connection), and so does undici.
 */
export function connectInMemory(server: Server): Socket {
  const [near, far] = duplexPair();
  joinEnds(near, far);
  server.emit('connection', Object.assign(far, socketMembers));
  return near as unknown as Socket;
}

/** When one end breaks the other one does. */
function joinEnds(near: Duplex, far: Duplex): void {
  near.once('close', () => far.destroy());
  far.once('close', () => near.destroy(far.errored ?? undefined));
}

/** What frameworks ask of a socket besides reading and writing. It is the near end of a URL with https. */
const socketMembers = {
  encrypted: true,
  remoteAddress: '127.0.0.1',
  remoteFamily: 'IPv4',
  setKeepAlive: same,
  setNoDelay: same,
  setTimeout: same,
};

function same<Of>(this: Of): Of {
  return this;
}
