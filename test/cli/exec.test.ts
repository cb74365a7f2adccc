import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { cli, runCli, spawnCli, stopAll } from './cli-process.ts';
import { startHandler } from './handler.ts';

afterEach(stopAll);

/** Runs a script in a Node of its own, as anybody's test command. */
const exec = (flags: string[], script: string, ...args: string[]) =>
  spawnCli(['exec', ...flags, '--', process.execPath, '-e', script, ...args]);

/** Runs until a signal comes, tells of it, and ends with the exit code. */
const untilSignal = (code: number): string => `
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'])
    process.on(name, () => { console.log('got ' + name); process.exitCode = ${code}; clearInterval(alive); });
  const alive = setInterval(() => {}, 1000);
  console.log('running on ' + process.env.AEP_MOCK_URL);`;

const isGone = (url: string): Promise<boolean> =>
  fetch(`${url}/_mock/health`).then(
    () => false,
    () => true,
  );

describe('aep-mock exec', () => {
  it('runs a command with a mock of its own, whose URLs and credentials it is told', async () => {
    const script = `
      const { AEP_MOCK_URL: url, AKENEO_CLIENT_ID, AKENEO_TOKEN } = process.env;
      const headers = { 'X-PIM-URL': process.env.AKENEO_PIM_URL, 'X-PIM-TOKEN': AKENEO_TOKEN, 'X-PIM-CLIENT-ID': AKENEO_CLIENT_ID };
      const answers = [await fetch(url + '/_mock/health'), await fetch(process.env.AEP_URL + '/api/v1/subscribers', { headers })];
      const names = Object.keys(process.env).filter((name) => /^(AEP|AKENEO)_/.test(name)).sort();
      console.log(JSON.stringify({ names, statuses: answers.map(({ status }) => status), secret: process.env.AEP_WEBHOOK_SECRET }));`;
    const flags = ['--webhook-secret', 'a-secret-of-my-own', '--client-id', 'shop'];
    const { code, stdout, stderr } = await exec(flags, script, '--input-type=module').finished;
    expect({ code, stdout: JSON.parse(stdout) }).toEqual({
      code: 0,
      stdout: {
        names: [
          'AEP_MOCK_URL',
          'AEP_URL',
          'AEP_WEBHOOK_SECRET',
          'AKENEO_CLIENT_ID',
          'AKENEO_CLIENT_SECRET',
          'AKENEO_PASSWORD',
          'AKENEO_PIM_URL',
          'AKENEO_TOKEN',
          'AKENEO_USERNAME',
        ],
        statuses: [200, 200],
        secret: 'a-secret-of-my-own',
      },
    });
    expect(stderr).toMatch(/^aep-mock: a mock runs on http:\/\/127\.0\.0\.1:\d+, seed \d+\n$/);
  });

  it('lets aep-mock commands inside talk to that mock, its token included', async () => {
    const inside = [process.execPath, cli, 'trigger', 'product.updated', '--format', 'json'];
    const { code, stdout } = await runCli(['exec', '--token', 'open-sesame', '--', ...inside]);
    expect({ code, type: JSON.parse(stdout.split('\n')[0] ?? '').type }).toEqual({ code: 0, type: 'event.published' });
  });

  it('gives the command its standard input, and standard output to the command alone', async () => {
    const run = spawnCli(['exec', '--', process.execPath, '-e', 'process.stdin.pipe(process.stdout)']);
    run.child.stdin?.end('one\ntwo\n');
    expect(await run.finished).toMatchObject({ code: 0, stdout: 'one\ntwo\n' });
  });

  it('passes a failure on, with the timeline and the line that has the run again', async () => {
    const body = JSON.stringify({ types: ['product.updated'] });
    const request = `{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '${body}' }`;
    const script = `await fetch(process.env.AEP_MOCK_URL + '/_mock/publish', ${request}); process.exit(7)`;
    const flags = ['--scenario', 'hostile', '--fault', 'status=503 first=2', '--client-secret', 'very-secret'];
    const { code, stdout, stderr } = await exec(flags, script, '--input-type=module', '--', '--grep').finished;
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
    expect(stderr).toMatch(/\naep-mock: the command ended with exit code 7; what the mock saw of it:\n/);
    expect(stderr).toMatch(/published product\.updated /);
    const seed = /seed (\d+)/.exec(stderr)?.[1];
    const repeat = /repeat: (.*)/.exec(stderr)?.[1] ?? '';
    expect(repeat).toContain(`aep-mock exec --seed ${seed} --client-secret SECRET --scenario hostile`);
    expect(repeat).toContain(`--fault 'status=503 first=2' -- ${process.execPath} -e '`);
    expect(repeat).toMatch(/' --input-type=module -- --grep$/);
    expect(stderr).not.toContain('very-secret');
  });

  it('says nothing of its own under --format quiet', async () => {
    expect(await exec(['--format', 'quiet'], 'process.exit(4)').finished).toEqual({ code: 4, stdout: '', stderr: '' });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
    ['SIGUSR2', 140],
  ] as const)('passes %s on to the command, ends with it, and closes the mock', async (signal, code) => {
    const run = exec([], `console.log('running on ' + process.env.AEP_MOCK_URL); setInterval(() => {}, 1000)`);
    const url = (await run.line(/^running on/)).replace('running on ', '');
    const { stderr, ...end } = await run.stop(signal);
    expect(end).toEqual({ code, stdout: `running on ${url}\n` });
    // Whoever asks for the end knows why it ended; any other signal is news.
    expect(stderr.includes('repeat:')).toBe(signal === 'SIGUSR2');
    expect(await isGone(url)).toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
    'leaves the exit code to a command that handles %s',
    async (signal) => {
      const run = exec([], untilSignal(5));
      await run.line(/^running on/);
      expect(await run.stop(signal)).toMatchObject({
        code: 5,
        stdout: expect.stringMatching(new RegExp(`\\ngot ${signal}\\n$`)),
      });
    },
  );

  it('passes every signal on: a command that takes no notice can be asked again', async () => {
    const script = `
      process.on('SIGINT', () => console.log('not yet'));
      setInterval(() => {}, 1000);
      console.log('running');`;
    const run = exec([], script);
    await run.line(/^running/);
    run.child.kill('SIGINT');
    await run.line(/^not yet/);
    expect((await run.stop('SIGTERM')).code).toBe(143);
  });

  it('passes SIGUSR1 on and opens no debugger of its own, and goes on', async () => {
    const script = `
      process.on('SIGUSR1', () => console.log('reloaded'));
      process.on('SIGTERM', () => process.exit(5));
      setInterval(() => {}, 1000);
      console.log('running');`;
    const run = exec([], script);
    await run.line(/^running/);
    run.child.kill('SIGUSR1');
    await run.line(/^reloaded/);
    const { code, stderr } = await run.stop('SIGTERM');
    expect(code).toBe(5);
    expect(stderr).not.toContain('Debugger');
  });

  it('tells of a command that a signal ended as a shell does', async () => {
    const { code, stderr } = await exec([], `process.kill(process.pid, 'SIGKILL')`).finished;
    expect({ code, stderr }).toEqual({ code: 137, stderr: expect.stringContaining('the command ended with SIGKILL') });
  });

  it('relays to a handler with --forward-to', async () => {
    const handler = await startHandler();
    onTestFinished(() => handler.close());
    const inside = [process.execPath, cli, 'trigger', 'product.updated', 'family.created'];
    const flags = ['--forward-to', `${handler.port}/hook`, '--events', 'family.*'];
    expect((await runCli(['exec', ...flags, '--', ...inside])).code).toBe(0);
    const [received] = await handler.count(1);
    expect(JSON.parse(received?.body ?? '')).toMatchObject({ type: 'com.akeneo.pim.v1.family.created' });
  });

  it('takes the port that a flag, the environment or the config file chooses, and says that it is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const cwd = mkdtempSync(join(tmpdir(), 'aep-mock-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    writeFileSync(join(cwd, 'aep-mock.config.json'), JSON.stringify({ port }));
    const taken = {
      code: 3,
      stdout: '',
      stderr: expect.stringContaining(`port ${port} on 127.0.0.1 is already in use`),
    };
    const command = ['--', process.execPath, '-e', 'console.log("ran")'];
    expect(await runCli(['exec', '--port', String(port), ...command])).toEqual(taken);
    expect(await runCli(['exec', ...command], { env: { AEP_MOCK_PORT: String(port) } })).toEqual(taken);
    expect(await runCli(['exec', ...command], { cwd })).toEqual(taken);
  });

  it.each([
    [['exec'], 'exec needs a command; for example aep-mock exec -- npm test'],
    [['exec', '--'], 'exec needs a command; '],
    [['exec', '--', 'no-such-program'], 'cannot run "no-such-program": there is no such program; '],
    [['exec', '--', tmpdir()], `cannot run ${JSON.stringify(tmpdir())}: permission denied; `],
    [['exec', '--prot', '1', '--', 'true'], "unknown option '--prot'; did you mean --port"],
  ])('aep-mock %j is a usage error with a way out', async (args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`aep-mock: ${message}`);
  });
});
