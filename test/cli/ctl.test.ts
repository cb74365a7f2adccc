import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { startHandler as startSlowHandler } from '../runtime/handler.ts';
import { type CliMock, runCli, spawnCli, startCliMock, stopAll } from './cli-process.ts';
import { startHandler } from './handler.ts';

afterEach(stopAll);

const ctl = (mock: CliMock, ...args: string[]) => runCli(['ctl', ...args, '--server', mock.url]);

/** A mock in virtual time, somebody who listens with a handler that answers so, and one event. */
async function listening(status: number) {
  const mock = await startCliMock(['--clock', 'virtual', '--seed', '1']);
  const handler = await startHandler(status);
  onTestFinished(() => handler.close());
  const listener = spawnCli(['listen', '--server', mock.url, '--forward-to', `${handler.port}/hook`]);
  await listener.line(/^ready: relaying/);
  const published = await runCli(['trigger', 'product.updated', '--server', mock.url, '--format', 'json']);
  const { eventId: id } = JSON.parse(published.stdout.split('\n')[0] ?? '') as { eventId: string };
  await mock.line(/"type":"attempt.finished"/);
  return { mock, handler, listener, id };
}

describe('virtual time', () => {
  it('is moved from another terminal, which is told what happened', async () => {
    const { mock, handler } = await listening(503);
    expect((await ctl(mock, 'clock')).stdout).toMatch(
      /^2026-01-05T08:00:00\.\d+Z {2}virtual clock; next due 2026-01-05T08:05/,
    );
    expect((await ctl(mock, 'advance', '5m')).stdout).toMatch(
      /^2026-01-05T08:05:00\.\d+Z {2}5m later: 1 attempt, 0 delivered/,
    );
    expect((await ctl(mock, 'next')).stdout).toMatch(/^2026-01-05T08:15:00\.\d+Z {2}10m later: 1 attempt/);
    const { stdout } = await ctl(mock, 'run-until-idle', '--limit', '5');
    expect(stdout).toMatch(
      /^2026-01-05T08:35:00\.\d+Z {2}20m later: 1 attempt, 0 delivered, 1 dropped; nothing is due\n$/,
    );
    expect(handler.received).toHaveLength(4);
  });

  it('takes durations only', async () => {
    const mock = await startCliMock(['--clock', 'virtual']);
    expect((await ctl(mock, 'advance', '0')).stdout).toMatch(/^2026-01-05T08:00:00\.000Z {2}0ms later: 0 attempts/);
    const { code, stderr } = await ctl(mock, 'advance', '5');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('a duration such as 90s, 5m or 1h30m'),
    });
  });

  it('is needed to move time: the clock of the machine moves by itself', async () => {
    const mock = await startCliMock();
    const { code, stderr } = await ctl(mock, 'next');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--clock virtual') });
  });

  it('and a time scale exclude each other', async () => {
    const { code, stderr } = await runCli(['start', '--port', '0', '--clock', 'virtual', '--time-scale', '60']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--time-scale and --clock virtual') });
  });
});

it('the timeline tells what happened and how to have the same run again', async () => {
  const { mock, id } = await listening(503);
  const { stdout } = await ctl(mock, 'timeline');
  expect(stdout).toMatch(new RegExp(`\\n  \\+0ms +==  published product\\.updated  ${id}  1 delivery\\n`));
  expect(stdout).toMatch(/\n {2}repeat: aep-mock start --seed 1 --port 0 --clock virtual --format json\n$/);
});

describe('drain', () => {
  it('waits until everything that can be sent was answered; what is to be retried is left', async () => {
    const { mock } = await listening(200);
    await runCli(['trigger', 'product.updated', '--count', '100', '--server', mock.url]);
    expect((await ctl(mock, 'drain', '--timeout', '1m')).stdout).toMatch(/; nothing is due\n$/);
    const { stdout } = await ctl(mock, 'status', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ counters: { delivered: 101 } });
  });

  it('takes durations only', async () => {
    const mock = await startCliMock();
    const { code, stderr } = await ctl(mock, 'drain', '--timeout', '5');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--timeout: "5" is not a duration') });
  });
});

describe('why', () => {
  it('says where an event is', async () => {
    const { mock, id } = await listening(503);
    const { stdout } = await ctl(mock, 'why', id.slice(-8));
    expect(stdout).toMatch(new RegExp(`^product\\.updated {2}${id} {2}published `));
    expect(stdout).toMatch(
      /\n {2}sub \S+ {2}d1 {2}scheduled {2}retry 1 of 3 is due at 2026-01-05T08:05.*answered with 503\n/,
    );
  });

  it('says so for an event that was never published', async () => {
    const mock = await startCliMock();
    const { code, stderr } = await ctl(mock, 'why', 'nothing');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no event "nothing" was published') });
  });
});

describe('resend', () => {
  it('sends a delivery again, or an event to whoever has had it', async () => {
    const { mock, handler, id } = await listening(200);
    expect((await ctl(mock, 'resend', 'd1')).stdout).toMatch(/^d1 sent again to sub \S+ as d2\n$/);
    expect((await ctl(mock, 'resend', id.slice(-8), '--as', 'duplicate')).stdout).toMatch(/^d1 sent again .* as d3\n$/);
    const renewed = await ctl(mock, 'resend', 'd1', '--as', 'new_event', '--format', 'json');
    expect(JSON.parse(renewed.stdout)).toMatchObject({ type: 'resent', resend_of: 'd1', delivery_id: 'd4' });
    await ctl(mock, 'drain');
    expect(handler.received).toHaveLength(4);
    await mock.line(/"type":"delivery.resent".*"duplicateOf":"d1"/);
  });

  it('says why it cannot', async () => {
    const mock = await startCliMock();
    const refused = async (...args: string[]) => {
      const { code, stderr } = await ctl(mock, 'resend', ...args);
      return `${code} ${stderr}`;
    };
    expect(await refused('d9')).toMatch(/^2 .*there is no delivery "d9"/);
    expect(await refused('nothing')).toMatch(/^2 .*no event "nothing" was published/);
    expect(await refused('d1', '--as', 'copy')).toMatch(/^2 .*itself, duplicate, new_event/);
    const published = await runCli(['trigger', 'product.updated', '--server', mock.url, '--format', 'json']);
    const { eventId } = JSON.parse(published.stdout.split('\n')[0] ?? '') as { eventId: string };
    expect(await refused(eventId)).toContain('nobody took it');
  });
});

describe('what is done to subscriptions and connections', () => {
  it('shows up in every terminal', async () => {
    const { mock } = await listening(200);
    const { stdout } = await ctl(mock, 'status', '--format', 'json');
    const id = (JSON.parse(stdout) as { subscriptions: { id: string }[] }).subscriptions[0]?.id ?? '';
    expect((await ctl(mock, 'why', id)).stderr).toContain('this is the id of a subscription');
    expect((await ctl(mock, 'suspend', id)).stdout).toBe(`subscription ${id} is suspended\n`);
    const lost = await runCli(['trigger', 'product.updated', '--server', mock.url]);
    expect(lost.stderr).toMatch(
      new RegExp(
        `^aep-mock: 1 event \\(product.updated\\) lost: subscription \\S+ is suspended: aep-mock ctl resume ${id}\n$`,
      ),
    );
    const { stdout: status } = await ctl(mock, 'status');
    expect(status).toContain('1 event published while suspended: lost');
    expect(status).toMatch(/suspended by the platform since \d\d:\d\d:\d\d, /);
    expect((await ctl(mock, 'resume', id.slice(-8), '--by', 'user')).stdout).toBe(`subscription ${id} is active\n`);
    await mock.line(/"type":"subscription.missed".*"events":1/);
    expect((await ctl(mock, 'revoke', id)).stdout).toBe(`subscription ${id} is revoked\n`);
    expect(await ctl(mock, 'resume', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('is revoked') });
    expect((await ctl(mock, 'permission', 'aep-mock-client', 'off')).stdout).toContain('withdrawn');
    await mock.line(/"type":"permission.changed".*"granted":false/);
    expect((await ctl(mock, 'remove-connection', 'aep-mock-client')).stdout).toContain('aep-mock-client removed');
    await mock.line(/"type":"connection.removed"/);
  });
});

it('two runs in virtual time end with the same summary', async () => {
  const summaries = [];
  for (let run = 0; run < 2; run++) {
    const { mock, listener } = await listening(503);
    await listener.stop();
    const { stdout } = await mock.stop();
    summaries.push(stdout.split('\n').find((line) => line.includes('"type":"summary"')));
  }
  expect(summaries[0]).toBe('{"type":"summary","events":1,"delivered":0,"retried":1,"dropped":0,"lost":0}');
  expect(summaries[1]).toBe(summaries[0]);
});

it('what was held is told when a listener returns', async () => {
  const mock = spawnCli(['start', '--port', '0']);
  const url = /ready on (\S+)/.exec(await mock.line(/^ready on/))?.[1] ?? '';
  const handler = await startHandler(200);
  onTestFinished(() => handler.close());
  const listen = () => spawnCli(['listen', '--server', url, '--forward-to', `${handler.port}/hook`]);
  const first = listen();
  await first.line(/^ready: relaying/);
  await first.stop();
  await runCli(['trigger', 'product.updated', '--count', '3', '--server', url]);
  await mock.line(/nobody listens/);
  listen();
  await mock.line(/relay connected: .*; 3 held deliveries are given to it$/);
});

it('ctl deliveries warns of a subscription that is not there', async () => {
  const mock = await startCliMock();
  const { code, stderr } = await ctl(mock, 'deliveries', '--subscription', 'zzz');
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('no subscription has the id "zzz"') });
});

it('an answer that comes too late is shown at both ends of the relay, with what it could not prevent', async () => {
  let release = (): void => {};
  const mock = spawnCli(['start', '--port', '0', '--policy', 'ackDeadlineMs=200']);
  const url = /ready on (\S+)/.exec(await mock.line(/^ready on/))?.[1] ?? '';
  const handler = await startSlowHandler((_request, response) => {
    release = () => response.end();
  });
  const listener = spawnCli(['listen', '--server', url, '--forward-to', handler.url]);
  await listener.line(/^ready: relaying/);
  await runCli(['trigger', 'product.updated', '--server', url]);
  await listener.line(/\[timeout\] .* retry 1\/3 in 5m/);
  release();
  for (const end of [listener, mock])
    await end.line(/\[200\] .* LATE: 200 after \S+, over 200ms: the platform will retry in (?:5m|4m 5\ds)$/);
  expect((await listener.stop()).stdout).toMatch(/\nanswers .* 1 timeout, 1 late\n/);
});
