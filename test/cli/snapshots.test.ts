import { afterEach, expect, it } from 'vitest';
import { type CliMock, runCli, startCliMock, stopAll } from './cli-process.ts';

afterEach(stopAll);

const ctl = (mock: CliMock, ...args: string[]) => runCli(['ctl', ...args, '--server', mock.url]);

it('a second terminal takes snapshots and goes back to them, to the latest unless one is named', async () => {
  const mock = await startCliMock(['--clock', 'virtual']);
  expect((await ctl(mock, 'snapshots')).stdout).toBe('no snapshots\n');
  expect((await ctl(mock, 'snapshot', 'morning')).stdout).toBe(
    'snapshot morning taken at 2026-01-05T08:00:00.000Z; "aep-mock ctl restore morning" goes back to it\n',
  );
  await ctl(mock, 'advance', '1h');
  expect((await ctl(mock, 'snapshot')).stdout).toMatch(/^snapshot s\d+ taken at 2026-01-05T09:00:00\.000Z;/);
  await ctl(mock, 'advance', '1h');

  expect((await ctl(mock, 'restore')).stdout).toMatch(
    /^back to snapshot s\d+, taken at 2026-01-05T09:00:00\.000Z; the history begins anew\n$/,
  );
  expect((await ctl(mock, 'restore', 'morning')).stdout).toMatch(/^back to snapshot morning,/);
  await mock.line(/"type":"mock\.reset","snapshot":"morning"/);
  expect((await ctl(mock, 'clock')).stdout).toMatch(/^2026-01-05T08:00:00\.000Z/);
  expect((await ctl(mock, 'snapshots')).stdout).toMatch(
    /^morning {2}taken at 2026-01-05T08:00:00\.000Z\ns\d+ {7}taken at 2026-01-05T09:00:00\.000Z\n$/,
  );
  const json = (await ctl(mock, 'snapshots', '--format', 'json')).stdout.split('\n')[0] ?? '';
  expect(JSON.parse(json)).toEqual({ type: 'snapshot', name: 'morning', at: '2026-01-05T08:00:00.000Z' });
});

it('a snapshot that does not exist is no way back, and the way out is named', async () => {
  const mock = await startCliMock();
  const none = await ctl(mock, 'restore');
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('aep-mock ctl snapshot') });
  await ctl(mock, 'snapshot', 'morning');
  const unknown = await ctl(mock, 'restore', 'evening');
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('"evening"; there are morning') });
});
