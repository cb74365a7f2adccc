import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { runCli, spawnCli, startCliMock, stopAll } from './cli-process.ts';

afterEach(stopAll);

/** A path in a folder of its own. */
function readyPath(): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return { folder, path: join(folder, 'ready.json') };
}

const contentOf = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

it('--ready-file has the ready line while the mock is ready, and is gone at its end', async () => {
  const { folder, path } = readyPath();
  const mock = await startCliMock(['--ready-file', path]);
  expect(contentOf(path)).toEqual(mock.ready);
  expect(mock.ready).toMatchObject({ type: 'ready', url: mock.url, pid: mock.child.pid });
  expect(readdirSync(folder)).toEqual(['ready.json']);
  await mock.stop('SIGTERM');
  expect(readdirSync(folder)).toEqual([]);
});

it('the ready line is the first that start prints under json, with the port that it was given', async () => {
  const mock = await startCliMock(['--demo']);
  const { stdout } = await mock.stop();
  const first = JSON.parse(stdout.split('\n')[0] ?? '') as { type: string; url: string };
  expect(first).toMatchObject({ type: 'ready', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/) });
});

it('a ready file that a killed mock has left is taken away before the next is ready', async () => {
  const { path } = readyPath();
  const killed = await startCliMock(['--ready-file', path]);
  await killed.stop('SIGKILL');
  expect(existsSync(path)).toBe(true);
  const taken = await runCli(['start', '--ready-file', path, '--port', '0', '--ca', '/nowhere.pem']);
  expect(taken.code).toBe(2);
  expect(existsSync(path)).toBe(false);
});

it('the ready file of a mock that runs stays when another cannot start', async () => {
  const { path } = readyPath();
  const mock = await startCliMock(['--ready-file', path]);
  const { port } = new URL(mock.url);
  expect((await runCli(['start', '--ready-file', path, '--port', port])).code).toBe(3);
  expect(contentOf(path)).toEqual(mock.ready);
});

it('exec has one too', async () => {
  const { folder, path } = readyPath();
  const print = 'console.log(require("node:fs").readFileSync(process.argv[1], "utf8"))';
  const run = spawnCli(['exec', '--ready-file', path, '--', process.execPath, '-e', print, path]);
  const { stdout } = await run.finished;
  expect(JSON.parse(stdout)).toMatchObject({ type: 'ready', url: expect.stringContaining('http://127.0.0.1:') });
  expect(readdirSync(folder)).toEqual([]);
});

it('a path that cannot be written is an error before anything is started', async () => {
  const { folder, path } = readyPath();
  const cases: [string, string][] = [
    [join(folder, 'nowhere', 'ready.json'), 'its folder does not exist'],
    [folder, 'it is there, and is no ready file'],
  ];
  writeFileSync(path, 'my notes');
  cases.push([path, 'it is there, and is no ready file']);
  for (const [file, reason] of cases) {
    const { code, stdout, stderr } = await runCli(['start', '--port', '0', '--ready-file', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^aep-mock: cannot write ${file}: ${reason}; [^\\n]+\\n$`));
  }
  expect(readFileSync(path, 'utf8')).toBe('my notes');
});
