import { createServer, type RequestListener } from 'node:http';
import express from 'express';
import { Agent, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectInMemory } from '../../src/runtime/destinations/memory-connection.ts';

/** Asks a listener over a connection in memory. */
async function ask(listener: RequestListener): Promise<{ status: number; body: unknown }> {
  const server = createServer(listener);
  const agent = new Agent({
    connect: (_options, connected) => queueMicrotask(() => connected(null, connectInMemory(server))),
  });
  onTestFinished(() => agent.destroy());
  const { statusCode: status, body } = await request('http://handler.localhost/hook', { dispatcher: agent });
  return { status, body: await body.json() };
}

describe('a connection in memory', () => {
  it('is to an app what a connection of an https server on this machine is', async () => {
    const app = express().set('trust proxy', 'loopback');
    app.get('/hook', ({ ip, ips, protocol, secure, socket }, response) => {
      const { remoteAddress, remoteFamily, localAddress, localPort } = socket;
      response.json({ ip, ips, protocol, secure, remoteAddress, remoteFamily, localAddress, localPort });
    });
    expect((await ask(app)).body).toEqual({
      ip: '127.0.0.1',
      ips: [],
      protocol: 'https',
      secure: true,
      remoteAddress: '127.0.0.1',
      remoteFamily: 'IPv4',
      localAddress: '127.0.0.1',
      localPort: 443,
    });
  });

  it('takes what a listener asks of its socket', async () => {
    const { body } = await ask((asked, response) => {
      const { socket } = asked;
      asked.setTimeout(1_000);
      response.setTimeout(1_000);
      socket.setTimeout(1_000).setKeepAlive(true).setNoDelay(true).unref().ref();
      response.end(JSON.stringify(socket.address()));
    });
    expect(body).toEqual({ address: '127.0.0.1', family: 'IPv4', port: 443 });
  });

  it('ends behind the whole answer when the listener closes it', async () => {
    const long = 'x'.repeat(300_000);
    const { body } = await ask((_asked, response) => {
      response.setHeader('Connection', 'close');
      response.end(JSON.stringify(long));
    });
    expect(body).toBe(long);
  });

  it('can be reset', async () => {
    const asked = ask((_asked, response) => void response.socket?.resetAndDestroy());
    await expect(asked).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
