import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { joinRules } from '../../src/cli/join-rules.ts';
import { runCli, spawnCli, startCliMock, stopAll } from './cli-process.ts';

afterAll(stopAll);

describe('aep-mock start', () => {
  it('prints the scenario with its numbers and its rules', async () => {
    const mock = spawnCli([
      'start',
      '--port',
      '0',
      '--scenario',
      'hostile',
      '--shuffle',
      '7',
      '--fault',
      'timeout first=2',
    ]);
    await mock.line(/^ {2}scenario +hostile: 10 % duplicates, shuffled within 7, 7 fault rules$/);
    await mock.line(/^ +timeout: the first 2 attempts time out without reaching the handler$/);
    await mock.line(/^ +late-answer: 0.5 % of the attempts reach the handler/);
    expect((await mock.stop()).code).toBe(130);
  });

  it('takes a scenario from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'mine.json');
    writeFileSync(file, JSON.stringify({ disorder: { duplicates: 0.25 }, faults: ['reset first=1'] }));
    const mock = await startCliMock(['--scenario-file', file]);
    expect(mock.ready).toMatchObject({
      scenario: { name: file, disorder: { duplicates: 0.25, shuffle: 0, order: 'natural' }, faults: [{ reset: true }] },
    });
    await mock.stop();
  });

  it.each([
    [['--fault', 'status=503 first=0'], /fault 1, first: 0 is not a whole number from 1/],
    [['--fault', 'status=503 attempt=9'], /the fault "status-503" can never happen: a delivery has 4 attempts at most/],
    [['--scenario', 'awful'], /--scenario: "awful" is not one of calm, realistic, hostile/],
    [['--duplicates', '1.5'], /--duplicates: 1.5 is not a number from 0 to 1/],
    [['--order', 'fifo', '--shuffle', '2'], /--order fifo and --shuffle exclude each other/],
    [['--scenario-file', 'nowhere.json'], /cannot read nowhere.json/],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await runCli(['start', '--port', '0', ...flags]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('words of rules on the command line', () => {
  it.each([
    [
      ['status=503 first=2', 'timeout'],
      ['status=503 first=2', 'timeout'],
    ],
    [
      ['status=503', 'first=2', 'timeout', 'reached', 'first=3'],
      ['status=503 first=2', 'timeout reached first=3'],
    ],
    [['type=product.*', 'reset', 'every=2'], ['type=product.* reset every=2']],
    [
      ['reset', 'name=a', 'name=b', 'timeout'],
      ['reset name=a', 'name=b timeout'],
    ],
    [
      ['status=503', 'frist=2'],
      ['status=503', 'frist=2'],
    ],
  ])('%j are the rules %j', (args, rules) => {
    expect(joinRules(args)).toEqual(rules);
  });
});

describe('aep-mock ctl fault', () => {
  it('adds, lists and clears the rules of a running mock', async () => {
    const mock = await startCliMock();
    const ctl = (...args: string[]) => runCli(['ctl', 'fault', ...args, '--server', mock.url]);
    expect((await ctl('list')).stdout).toBe('no fault rules\n');
    const added = await ctl('add', 'status=503 first=2 type=product.updated', 'duplicate probability=0.1');
    expect(added.stdout).toMatch(
      /^status-503 +the first 2 attempts of product.updated answer 503 without reaching the handler +happened 0 of 0 times\n/,
    );
    const listed = await ctl('list', '--format', 'json');
    const lines = listed.stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { type: 'fault', name: 'status-503', matched: 0, fired: 0 },
      { type: 'fault', name: 'duplicate' },
    ]);
    const refused = await ctl('add', 'status=503 frist=2');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean first?') });
    expect((await ctl('clear')).code).toBe(0);
    expect((await ctl('list', '--format', 'json')).stdout).toBe('');
    await mock.stop();
  });

  it('takes a rule without quotes, and warns of a subscription that is not there', async () => {
    const mock = await startCliMock(['--fault', 'timeout subscription=elsewhere']);
    await mock.line(/the fault "timeout" waits for the subscription "elsewhere", which does not exist yet/);
    const added = await runCli([
      ...['ctl', 'fault', 'add', 'status=503', 'first=2', 'subscription=nope', '--server', mock.url],
    ]);
    expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^status-503 +the first 2 attempts/) });
    expect(added.stderr).toContain('the subscription "nope", which does not exist yet');
  });

  it('explains how a rule is written', async () => {
    const { stdout } = await runCli(['ctl', 'fault', 'add', '--help']);
    expect(stdout).toContain('first=2 | every=10 | probability=0.05');
  });
});
