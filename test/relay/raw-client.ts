import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Frame, UnknownFrame } from '../../src/relay/frames.ts';
import { readMessage } from '../../src/relay/protocol.ts';
import { Happenings } from './happenings.ts';

/** A bare WebSocket on the relay's path, for saying what the client never would. */
export class RawClient {
  readonly socket: WebSocket;
  readonly frames = new Happenings<Frame | UnknownFrame>();
  readonly closed: Promise<number>;

  constructor(url: string, headers: Record<string, string> = {}, autoPong = true) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/_mock/relay`, { headers, autoPong });
    this.socket.on('message', (data) => {
      for (const frame of readMessage(data.toString())) if (frame) this.frames.add(frame);
    });
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
    this.socket.on('error', () => {});
    onTestFinished(() => this.socket.terminate());
  }

  async say(...messages: unknown[]): Promise<void> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    for (const message of messages) this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async frame<T extends Frame['type']>(type: T, from = 0): Promise<Extract<Frame, { type: T }>> {
    const found = await this.frames.when((frame) => frame.type === type, from);
    return found as Extract<Frame, { type: T }>;
  }

  /** Waits for a delivery and gives the id that it came with. */
  async delivered(from = 0): Promise<number> {
    const { deliveries } = await this.frame('deliveries', from);
    return deliveries[0]?.id ?? Number.NaN;
  }
}

export const hello = (extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'hello',
  protocol: 1,
  client: 'somebody/1',
  session: 's',
  forward_to: 'nowhere',
  claim: { kind: 'all' },
  ...extra,
});
