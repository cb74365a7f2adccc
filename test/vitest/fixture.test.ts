import { describe, expect, it, vi } from 'vitest';
import { test } from '../../src/vitest/index.ts';
import { repeatCommand } from '../../src/vitest/repeat-command.ts';
import { runSample } from './run-samples.ts';

describe('the aep fixture', () => {
  test('is a mock in virtual time that throttles nothing and takes plain http', async ({ aep }) => {
    expect(aep.clock.kind).toBe('virtual');
    expect(aep.policy.rateMax).toBeNull();
    await aep.subscribe({ handler: () => new Response(), events: ['product.*'] });
    for (let n = 0; n < 200; n++) await aep.publish('product.updated');
    await aep.expectDelivered({ type: 'product.updated' }, { count: 200 });
  });

  const urls = new Set<string>();
  test('is fresh in every test (one)', ({ aep }) => {
    urls.add(aep.url);
    expect(aep.journal.lastSeq).toBe(0);
  });
  test('is fresh in every test (two)', ({ aep }) => {
    urls.add(aep.url);
    expect(urls.size).toBe(2);
  });

  test('goes on under fake timers', async ({ aep, onTestFinished }) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    await aep.subscribe({ handler: () => new Response() });
    await aep.publish('product.updated');
    await aep.waitFor(() => aep.attempts({ state: 'delivered' }).length === 1);
  });

  describe('with options for a suite', () => {
    test.override({ aepOptions: { profile: '2026-09' } });
    test('takes them', ({ aep }) => expect(aep.profile).toBe('2026-09'));
  });
});

describe('at the end of a test', () => {
  it.each([
    ['everything arrives', {}],
    ['an event is lost on purpose', {}],
    ['its options are its own', {}],
    ['the environment chooses the scenario', { AEP_MOCK_SCENARIO: 'hostile', AEP_MOCK_SEED: '11' }],
  ])('nothing is said when %s', async (name, env) => {
    const { exitCode, output } = await runSample('ending', { name: `^${name}$`, env });
    expect(output).toContain('1 passed');
    expect(exitCode).toBe(0);
  });

  it.each([
    ['a retry waits', '1 delivery was not', 'is scheduled for +5m, 1 attempt so far'],
    ['an event is lost', '1 delivery was not', 'dropped (retries exhausted), 4 attempts so far'],
    ['nobody takes an event', '1 event was taken by nobody', 'the subscription does not name'],
    ['a subscription is suspended', '1 event was taken by nobody', 'suspended by its user'],
  ])('it fails when %s', async (name, what, where) => {
    const { exitCode, output } = await runSample('ending', { name: `^${name}$`, env: { AEP_MOCK_SEED: '3' } });
    expect(exitCode).toBe(1);
    expect(output).toContain(`expected everything to be delivered, and ${what}`);
    expect(output).toContain(where);
    expect(output).toContain(`repeat: AEP_MOCK_SEED=3 npx vitest run ending.sample.ts -t '${name}'`);
  });

  it('a failure of its own carries the timeline, and is not drowned by what is left undelivered', async () => {
    const { exitCode, output } = await runSample('ending', { name: 'on its own account', env: { AEP_MOCK_SEED: '3' } });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/AssertionError: expected \[ .* \] to deeply equal \[\]\n\naep-mock, seed 3, scenario calm/);
    expect(output).not.toContain('expected everything to be delivered');
    expect(output).toContain('1 failed');
  });
});

describe('what is left undelivered', () => {
  const left = 'AepMockError: expected everything to be delivered';
  const reports = (output: string): number => output.split(left).length - 1;

  it('is reported once, and the fixtures that the mock depends on end all the same', async () => {
    const name = 'a fixture that the mock depends on';
    const { exitCode, output } = await runSample('teardown', { name: `^${name}$` });
    expect(output).toContain(`the server of "${name}" has ended`);
    expect(reports(output)).toBe(1);
    expect(exitCode).toBe(1);
  });

  it('is forgiven when the test is tried again and everything arrives', async () => {
    const { exitCode, output } = await runSample('teardown', { name: 'second try' });
    expect(output).toContain('1 passed');
    expect(exitCode).toBe(0);
  });

  it('is reported, too, when a hook around each test has asked for the mock', async () => {
    const { exitCode, output } = await runSample('teardown', { name: 'around each test' });
    expect(reports(output)).toBe(1);
    expect(exitCode).toBe(1);
  });
});

it('repeats a test by its file and its full name, quoted for the shell', () => {
  const file = { name: 'test/a b.test.ts' };
  const suite = { name: "it's (a suite)" };
  expect(repeatCommand({ name: 'works', suite, file }, { AEP_MOCK_SEED: '-3' })).toBe(
    `AEP_MOCK_SEED=-3 npx vitest run 'test/a b.test.ts' -t 'it'\\''s \\(a suite\\) works'`,
  );
});
