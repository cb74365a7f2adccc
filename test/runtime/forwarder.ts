import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Forwarder {
  /** Stays the same, whatever is behind it. */
  address: string;
  /** Leads there from now on, or nowhere: whoever is connected, or connects while it leads nowhere, is hung up on. */
  to(target: string | undefined): void;
  /** Passes on nothing more of whoever is connected, and says nothing of it: what a network does that drops packets. */
  silence(): void;
}

/** An address whose other end comes and goes: a broker that listens on another port each time, a network that fails. */
export async function startForwarder(first: string | undefined): Promise<Forwarder> {
  let target = first;
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    track(client);
    const [host = '', port = ''] = target?.split(':') ?? [];
    if (target === undefined) {
      client.destroy();
      return;
    }
    const far = connect(Number(port), host);
    track(far);
    client.pipe(far).pipe(client);
    client.once('close', () => far.destroy());
    far.once('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    address: `127.0.0.1:${(server.address() as { port: number }).port}`,
    to: (next) => {
      target = next;
      for (const socket of sockets) socket.destroy();
    },
    silence: () => {
      for (const socket of sockets) socket.unpipe().resume();
    },
  };
}
