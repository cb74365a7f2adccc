import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { recordedEvent } from '../recordings/recorded-event.ts';
import { type CliProcess, runCli, spawnCli, startCliMock, stopAll } from './cli-process.ts';
import { startHandler } from './handler.ts';

afterEach(stopAll);

/** As `| head -1` does. */
const leave = ({ child }: CliProcess): void => {
  child.stdout?.destroy();
  child.stderr?.destroy();
};

describe('whoever reads the lines of a command leaves, and', () => {
  it('record goes on: the platform is answered, and its deliveries are in the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const out = join(folder, 'capture.ndjson');
    const recorder = spawnCli(['record', '--out', out, '--port', '0', '--format', 'json']);
    const { url } = JSON.parse(await recorder.line(/"type":"ready"/)) as { url: string };
    leave(recorder);
    for (let n = 0; n < 5; n++) {
      const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(recordedEvent(`e${n}`)) });
      expect(status).toBe(200);
    }
    expect((await recorder.stop()).code).toBe(130);
    expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(5);
  });

  it('start goes on: the handler gets its deliveries', async () => {
    const handler = await startHandler();
    onTestFinished(() => handler.close());
    const mock = await startCliMock(['--forward-to', String(handler.port)]);
    leave(mock);
    for (let n = 1; n <= 3; n++) {
      expect((await runCli(['trigger', 'product.updated', '--server', mock.url])).code).toBe(0);
      await handler.count(n);
    }
    expect((await mock.stop()).code).toBe(130);
  });

  it('listen goes on: so does its handler', async () => {
    const handler = await startHandler();
    onTestFinished(() => handler.close());
    const mock = await startCliMock();
    const listener = spawnCli(['listen', '--server', mock.url, '--forward-to', String(handler.port)]);
    await listener.line(/ready/);
    leave(listener);
    for (let n = 1; n <= 3; n++) {
      await runCli(['trigger', 'product.updated', '--server', mock.url]);
      await handler.count(n);
    }
    expect((await listener.stop()).code).toBe(130);
  });

  it('a command that only has something to say ends, which is no error', async () => {
    const events = spawnCli(['events']);
    leave(events);
    expect((await events.finished).code).toBe(0);
  });
});
