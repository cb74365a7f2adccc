import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Frame, UnknownFrame } from '../../src/relay/frames.ts';
import { readMessage, serialiseFrame } from '../../src/relay/protocol.ts';
import { Happenings } from './happenings.ts';

/** A bare server of the relay that welcomes whoever comes, each as another run, for saying what the hub never would. */
export class RawServer {
  readonly url: string;
  readonly frames = new Happenings<Frame | UnknownFrame | undefined>();
  #socket: WebSocket | undefined;

  static async start(): Promise<RawServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => server.close());
    await once(server, 'listening');
    return new RawServer(server);
  }

  private constructor(server: WebSocketServer) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let runs = 0;
    server.on('connection', (socket) => {
      onTestFinished(() => socket.terminate());
      this.#socket = socket;
      socket.on('message', (data) => [...readMessage(data.toString())].forEach(this.frames.add));
      const run = `run ${++runs}`;
      this.say({ type: 'welcome', tunnel: 't1', run, ack_deadline_ms: 1_000, subscriptions: [] });
    });
  }

  say(frame: Frame): void {
    this.#socket?.send(serialiseFrame(frame));
  }

  deliver(id: number): void {
    const head = { id, delivery_id: `d${id}`, attempt: 1, event_id: 'e', event_type: 't', headers: {}, length: 2 };
    const of = { subscription_id: 's', url: 'https://shop.example', method: 'POST', ack_deadline_ms: 1_000 } as const;
    this.say({ type: 'deliveries', ...of, deliveries: [head], bodies: ['{}'] });
  }

  cut(): void {
    this.#socket?.terminate();
  }
}
