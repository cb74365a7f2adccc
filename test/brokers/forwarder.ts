import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Forwarder {
  /** Stays the same, whatever is behind it. */
  address: string;
  /** Leads to another broker from now on, or nowhere: who connects then is hung up on. */
  to(target: string | undefined): void;
}

/** An address for brokers that come and go: Kafka's cluster listens on a port of its own choice each time. */
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
    const broker = connect(Number(port), host);
    track(broker);
    client.pipe(broker).pipe(client);
    client.once('close', () => broker.destroy());
    broker.once('close', () => client.destroy());
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
  };
}
