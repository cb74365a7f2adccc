import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { runCli, spawnCli, startCliMock, stopAll } from './cli-process.ts';
import { startHandler } from './handler.ts';

afterEach(stopAll);

/** A server that takes requests and answers none of them. */
async function silentServer() {
  const server = createServer(() => {});
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

describe('listen', () => {
  it('stops at once while it still connects', async () => {
    const { server, port } = await silentServer();
    const connected = once(server, 'upgrade');
    const listener = spawnCli(['listen', '--server', `http://127.0.0.1:${port}`, '--forward-to', '3000']);
    await connected;
    expect((await listener.stop()).code).toBe(130);
  });

  it('waits no longer than the platform for a handler that hangs, says so, and shows the verdict', async () => {
    const { server, port } = await silentServer();
    const asked = once(server, 'request');
    const mock = await startCliMock(['--policy', 'ackDeadlineMs=1500']);
    const listener = spawnCli(['listen', '--server', mock.url, '--forward-to', `${port}/hook`]);
    await listener.line(/^ready: relaying/);
    await runCli(['trigger', 'product.updated', '--server', mock.url]);
    await asked;
    const { code, stdout, stderr } = await listener.stop();
    expect(code).toBe(130);
    expect(stderr).toContain('waiting for 1 answer; ^C again to stop');
    expect(stdout).toMatch(/\[timeout\] .* retry 1\/3/);
    expect(stdout).not.toContain('comes again');
  });

  it.each([
    ['--subscription', 'no-such-id'],
    ['--url-prefix', 'https://nowhere.example/'],
  ])('warns when %s matches nothing yet', async (flag, value) => {
    const mock = await startCliMock();
    const listener = spawnCli(['listen', '--server', mock.url, '--forward-to', '3000', flag, value]);
    await listener.line(/^aep-mock: nothing matches/);
    const { stderr } = await listener.stop();
    expect(stderr).toContain(`nothing matches ${flag} ${value} yet`);
  });

  it('says after a 404 that the subscription is revoked and how to go on, and goes on that way', async () => {
    const mock = await startCliMock();
    const handler = await startHandler(404);
    onTestFinished(() => handler.close());
    const args = ['listen', '--server', mock.url, '--forward-to', `${handler.port}/hook`];
    const listener = spawnCli(args);
    await listener.line(/^ready: relaying/);
    await runCli(['trigger', 'product.updated', '--server', mock.url]);
    await listener.line(/is revoked: .*restart listen to make another/);
    const { stdout } = await listener.stop();
    expect(stdout).not.toContain('no subscription yet');
    const again = spawnCli(args);
    await again.line(/^ {2}secret/);
  });

  it('prints each attempt as an object of a line when told to print JSON', async () => {
    const mock = await startCliMock();
    const handler = await startHandler(200);
    onTestFinished(() => handler.close());
    const to = ['--server', mock.url, '--forward-to', `${handler.port}/hook`];
    const listener = spawnCli(['listen', ...to, '--format', 'json']);
    await listener.line(/"ready"/);
    await runCli(['trigger', 'product.updated', '--server', mock.url]);
    await listener.line(/"attempt\.finished"/);
    const { stdout } = await listener.stop();
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(['ready', 'attempt.finished', 'summary']);
    expect(lines[1]).toMatchObject({
      eventType: 'com.akeneo.pim.v1.product.updated',
      destination: `http://localhost:${handler.port}/hook`,
      outcome: { kind: 'answered', status: 200, durationMs: expect.any(Number) },
      verdict: { do: 'deliver' },
    });
  });

  it('says that what a mock held is gone when another one has taken its place', async () => {
    const mock = await startCliMock();
    const listener = spawnCli(['listen', '--server', mock.url, '--forward-to', '3000']);
    await listener.line(/^ready: relaying/);
    await mock.stop('SIGKILL');
    await listener.line(/lost the mock at/);
    await startCliMock([], Number(new URL(mock.url).port));
    await listener.line(/the mock at .* was restarted: .*gone/);
  });
});
