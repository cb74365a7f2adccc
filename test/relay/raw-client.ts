import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { Happenings } from './happenings.ts';

/** A bare WebSocket on the relay's path, for saying what the client never would. */
export class RawClient {
  readonly socket: WebSocket;
  readonly frames = new Happenings<{ type: string; [field: string]: unknown }>();
  readonly closed: Promise<number>;

  constructor(url: string, headers: Record<string, string> = {}, autoPong = true) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/_mock/relay`, { headers, autoPong });
    this.socket.on('message', (data) => {
      const [line = '', ...body] = data.toString().split('\n');
      this.frames.add({ ...JSON.parse(line), ...(body.length > 0 && { body: body.join('\n') }) });
    });
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
    this.socket.on('error', () => {});
    onTestFinished(() => this.socket.terminate());
  }

  async say(...messages: unknown[]): Promise<void> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    for (const message of messages) this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  frame(type: string): Promise<{ [field: string]: unknown }> {
    return this.frames.when((frame) => frame.type === type);
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
