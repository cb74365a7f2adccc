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

const server = { address: '127.0.0.1', family: 'IPv4', port: 443 };

/**
 * What apps and frameworks ask of a socket besides reading and writing: that of an https server on this machine, whose client has no
 * certificate. The client's port is missing, there is none. No timer runs: how long a handler may take is the mock's to say.
 */
const socketMembers = {
  encrypted: true,
  authorized: false,
  connecting: false,
  pending: false,
  remoteAddress: '127.0.0.1',
  remoteFamily: 'IPv4',
  localAddress: server.address,
  localFamily: server.family,
  localPort: server.port,
  address: () => ({ ...server }),
  getPeerCertificate: () => ({}),
  getProtocol: () => 'TLSv1.3',
  ref: same,
  unref: same,
  setKeepAlive: same,
  setNoDelay: same,
  setTimeout: same,
  destroySoon,
  resetAndDestroy,
};

function same<Of>(this: Of): Of {
  return this;
}

/** Ends when everything is written. */
function destroySoon(this: Duplex): void {
  this.end(() => this.destroy());
}

function resetAndDestroy(this: Duplex): Duplex {
  return this.destroy(Object.assign(new Error('the handler has reset the connection'), { code: 'ECONNRESET' }));
}
