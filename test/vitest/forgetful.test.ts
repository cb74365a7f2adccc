import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { runSample } from './run-samples.ts';

/** With this seed one of the sample's ten events comes twice. */
const hostile = { AEP_MOCK_SCENARIO: 'hostile', AEP_MOCK_SEED: '2' };

/** What the test says of its failure: all but the figures of the runner, which measures the wall clock. */
const messageIn = (output: string): string =>
  /^AssertionError: [\s\S]*?^ {2}repeat: .*$/m.exec(output)?.[0] ?? `no failure in:\n${output}`;

describe('a handler that forgets that an event may come twice', () => {
  it('passes on a calm platform', async () => {
    const { exitCode, output } = await runSample('forgetful', { env: { AEP_MOCK_SEED: '2' } });
    expect(output).toContain('1 passed');
    expect(exitCode).toBe(0);
  });

  it('fails on a hostile one, which shows both deliveries, the seed and how to have it again', async () => {
    const { exitCode, output } = await runSample('forgetful', { env: hostile });
    const message = messageIn(output);
    expect(exitCode).toBe(1);
    expect(message).toContain('expected 11 to be 10');
    expect(message).toContain('seed 2, scenario hostile');
    const [, twice] = /(019b…[0-9a-f]{4}) .* duplicate of d\d+$/m.exec(message) ?? [];
    expect(message.split('\n').filter((line) => /<-- /.test(line) && line.includes(String(twice)))).toHaveLength(2);
    expect(message).toContain(
      "repeat: AEP_MOCK_SCENARIO=hostile AEP_MOCK_SEED=2 npx vitest run forgetful.sample.ts -t 'every update is counted once'",
    );
  });

  it('fails in the same way ten times of ten', { timeout: 120_000 }, async () => {
    const messages = new Set<string>();
    for (let run = 1; run <= 10; run++)
      messages.add(messageIn((await runSample('forgetful', { env: hostile })).output));
    expect([...messages]).toEqual([expect.stringContaining('duplicate of')]);
  });

  it('fails in the same way with the command that its message gives', async () => {
    const first = messageIn((await runSample('forgetful', { env: hostile })).output);
    const command = / repeat: (.*)$/m.exec(first)?.[1] ?? '';
    const again = spawn(command, {
      shell: true,
      cwd: join(import.meta.dirname, 'samples'),
      env: { PATH: process.env.PATH ?? '', TZ: 'UTC', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all([text(again.stdout), text(again.stderr), once(again, 'close')]);
    expect(again.exitCode).toBe(1);
    expect(messageIn(stdout + stderr)).toBe(first);
  });
});
