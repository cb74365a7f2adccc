import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { cli, runCli, spawnCli, stopAll } from './cli-process.ts';

afterAll(stopAll);

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** A port where nobody listens: one that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a usage error is one line with the way out, and exit code 2', () => {
  const cases: [string[], RegExp, RegExp?][] = [
    [['strat'], /^aep-mock: unknown command 'strat'; /, /did you mean start/],
    [['start', '--prot', '1'], /^aep-mock: unknown option '--prot'; /, /did you mean --port/],
    [['start', 'extra'], /too many arguments/],
    [['start', '--port', 'x'], /--port: "x" is not a whole number from 0 to 65535/],
    [['start', '--policy', 'ackDeadlinMs=1'], /"ackDeadlinMs" is not a row/, /did you mean ackDeadlineMs/],
    [['start', '--host', '0.0.0.0', '--port', '0'], /would open the mock to other machines/, /--token/],
    [['start', '--forward-to', 'http://', '--port', '0'], /--forward-to: "http:\/\/" is not a local handler/],
    [
      ['start', '--events', 'product.updatd', '--forward-to', '3000', '--port', '0'],
      /unknown event type "product.updatd"; .* com\.akeneo\.pim\.v1\.product\.updated; /,
    ],
    [['start', '--events', 'nope', '--print-config'], /unknown event type "nope"/],
    [['start', '--forward-to', 'http://', '--print-config'], /--forward-to: "http:\/\/" is not a local handler/],
    [['start', '--config', '.'], /config file \.: it is a directory/],
    [['trigger', 'product.updated', '--as', 'bob'], /^aep-mock: --as: "bob" is not type:identifier/],
    [['start', '--config', 'nowhere.json'], /config file nowhere.json: there is no such file/],
    [['start', '--ca', '/nowhere.pem', '--port', '0'], /cannot read \/nowhere.pem: there is no such file/],
    [['listen'], /^aep-mock: listen needs --forward-to; /, /for example/],
    [['listen', '--forward-to', 'not a url'], /--forward-to: "not a url" is not a local handler/],
    [['listen', '--forward-to', '3000', '--server', 'localhost'], /--server: "localhost" is not an http/],
    [
      ['listen', '--forward-to', '3000', '--webhook-secret', 'short'],
      /--webhook-secret: .* 16 to 256 characters \(its length is 5\)/,
    ],
    [['listen', '--forward-to', '3000', '--events', 'nope.*'], /unknown event type "nope/],
    [
      ['listen', '--forward-to', '3000', '--events', 'product.*', '--subscription', 'a'],
      /--subscription and --events exclude each other/,
    ],
    [['trigger'], /trigger needs an event type/],
    [['trigger', '--file', 'event.json', '--seed', '1'], /--seed and --file exclude each other/],
    [['trigger', 'product.updated', '--count', '0'], /--count: 0 is not a whole number from 1 to 10000/],
    [['trigger', 'product.updated', '--set', 'x'], /--set: "x" is not an assignment/],
    [['replay'], /missing required argument 'file'/],
    [['replay', 'nowhere.ndjson'], /cannot read nowhere.ndjson: there is no such file/],
    [['replay', '.'], /cannot read \.: it is a directory/],
    [['events', 'product.updatd'], /unknown event type/],
  ];
  it.each(cases)('aep-mock %j', async (args, message, hint) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(stderr).toMatch(message);
    if (hint) expect(stderr).toMatch(hint);
    expect(stderr).toMatch(/^aep-mock: [^\n]+; [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('names the variable that has a bad value', async () => {
    const { code, stderr } = await runCli(['start'], { env: { AEP_MOCK_PORT: 'x' } });
    expect(stderr).toContain('AEP_MOCK_PORT: "x" is not a whole number');
    expect(code).toBe(2);
  });

  it.each([
    ['{"prot": 1}', 'config file aep-mock.config.json: unknown key "prot"; did you mean "port"?'],
    ['{"port": "x"}', '"port" in aep-mock.config.json: "x" is not a whole number'],
    ['oops', 'config file aep-mock.config.json: it is not valid JSON'],
  ])('names what is wrong in a config file with %s', async (content, message) => {
    const { code, stderr } = await runCli(['start'], { cwd: folderWith({ 'aep-mock.config.json': content }) });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('names the line of a recording that is no JSON, before anything is sent', async () => {
    const cwd = folderWith({ 'day.ndjson': 'this is no JSON\n' });
    const { code, stderr } = await runCli(['replay', 'day.ndjson'], { cwd });
    expect(stderr).toMatch(/^aep-mock: day.ndjson:1: it is not valid JSON/);
    expect(code).toBe(2);
  });
});

describe('a connection error is one line with the way out, and exit code 3', () => {
  it('says that the port is in use, and which one to try', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runCli(['start', '--port', String(port)]);
    expect(stderr).toMatch(/^aep-mock: port \d+ on 127\.0\.0\.1 is already in use; .*--port 0/);
    expect(code).toBe(3);
  });

  it.each([[['trigger', 'product.updated']], [['ctl', 'status']], [['listen', '--forward-to', '3000']]])(
    'aep-mock %j says that no mock answers',
    async (args) => {
      const server = `http://127.0.0.1:${await freePort()}`;
      const { code, stderr } = await runCli(args, { env: { AEP_MOCK_URL: server } });
      expect(stderr).toContain(`aep-mock: no aep-mock answers at ${server} (connection refused); `);
      expect(stderr).toContain('aep-mock start');
      expect(code).toBe(3);
    },
  );

  it('tells a server that is no aep-mock from one that is not there', async () => {
    const server = createHttpServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runCli(['ctl', 'status', '--server', `http://127.0.0.1:${port}`]);
    expect(stderr).toMatch(/answered 200: that is no answer of an aep-mock; is this the URL of an aep-mock\?/);
    expect(code).toBe(2);
  });
});

describe('commands that need no mock', () => {
  it('print the version and the help on stdout', async () => {
    expect(await runCli(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(await runCli(['start', '--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('AEP_MOCK_WHILE_OFFLINE'),
    });
  });

  it('list the event types, and show a sample that is the same every time', async () => {
    expect((await runCli(['events'])).stdout).toMatch(/^product\.updated {2,}\S/m);
    const samples = await Promise.all([1, 2].map(() => runCli(['events', 'product.updated.delta'])));
    const [first, second] = samples.map(({ stdout }) => JSON.parse(stdout));
    expect(first).toMatchObject({ specversion: '1.0', type: 'com.akeneo.pim.v1.product.updated.delta' });
    expect(first).toEqual(second);
  });

  it('print the profile table with evidence and sources', async () => {
    expect((await runCli(['profile'])).stdout).toMatch(/ackDeadlineMs: .*\n {2}2024-09 {2}3000 {2}stated {6}R8/);
    const lines = (await runCli(['profile', '--format', 'json'])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ type: 'policy', name: 'probe', '2026-09': expect.objectContaining({ value: 'none' }) }),
    );
  });

  it('print every option with its value and origin, secrets redacted', async () => {
    const cwd = folderWith({
      'aep-mock.config.json':
        '{"profile": "2026-09", "clientSecret": "very-secret", "connections": [{"kind": "app", "clientId": "a", "clientSecret": "very-secret"}]}',
    });
    const { code, stdout } = await runCli(['start', '--print-config', '--seed', '7'], {
      cwd,
      env: { AEP_MOCK_PORT: '0' },
    });
    expect(stdout).toMatch(/^profile +2026-09 +aep-mock.config.json$/m);
    expect(stdout).toMatch(/^port +0 +AEP_MOCK_PORT$/m);
    expect(stdout).toMatch(/^seed +7 +--seed$/m);
    expect(stdout).toMatch(/^host +127.0.0.1 +default$/m);
    expect(stdout).toMatch(/^clientSecret +\*\*\*redacted\*\*\* +aep-mock.config.json$/m);
    expect(stdout).not.toContain('very-secret');
    expect(code).toBe(0);
  });

  it('say in one line that their output cannot be written', async () => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const child = spawn(process.execPath, [cli, 'events'], { stdio: ['ignore', full, 'pipe'] });
    const [stderr] = await Promise.all([text(child.stderr ?? Readable.from([])), once(child, 'close')]);
    expect(stderr).toMatch(/^aep-mock: cannot write to stdout: ENOSPC[^\n]*\n$/);
    expect(child.exitCode).toBe(2);
  });

  it('take it quietly when the reader of their output leaves early', async () => {
    const run = spawnCli(['events']);
    run.child.stdout?.destroy();
    expect(await run.finished).toMatchObject({ code: 0, stderr: '' });
  });
});
