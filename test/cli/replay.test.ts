import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { recordedEvent } from '../recordings/recorded-event.ts';
import { startHandler } from '../runtime/handler.ts';
import { type CliMock, runCli, spawnCli, startCliMock, stopAll } from './cli-process.ts';

afterEach(stopAll);

function recording(count: number, text = eventText): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'events.ndjson');
  writeFileSync(path, Array.from({ length: count }, (_, n) => `${text(n)}\n`).join(''));
  return path;
}
const eventText = (n: number): string => JSON.stringify(recordedEvent(`e${n}`, { time: timeAt(n) }));
const timeAt = (seconds: number): string => new Date(Date.parse('2026-01-05T08:00:00Z') + seconds * 1000).toISOString();

/** The ids of what the mock has published, in order. */
async function published({ url }: CliMock): Promise<string[]> {
  const answer = await fetch(`${url}/_mock/journal?types=event.published`);
  const { items } = (await answer.json()) as { items: { event_id: string }[] };
  return items.map(({ event_id }) => event_id);
}
/** Resolves when there is an event. */
const firstPublished = ({ url }: CliMock): Promise<Response> =>
  fetch(`${url}/_mock/journal?types=event.published&wait_ms=20000`);
const allOf = (count: number): string[] => Array.from({ length: count }, (_, n) => `e${n}`);

describe('replay', () => {
  it('keeps nothing of what it has published: many times its memory goes through', { timeout: 120_000 }, async () => {
    const mock = await startCliMock();
    const file = recording(1_000);
    const { code, stdout } = await runCli(['replay', file, '--loop', '100', '--server', mock.url], {
      env: { NODE_OPTIONS: '--max-old-space-size=40' },
    });
    expect([code, stdout]).toEqual([0, 'published 100,000 events: 0 deliveries\n']);
  });

  it('reads standard input, compressed or not', async () => {
    const mock = await startCliMock();
    const child = spawnCli(['replay', '-', '--keep-ids', '--server', mock.url]);
    child.child.stdin?.end(
      gzipSync(
        allOf(3)
          .map((id) => JSON.stringify(recordedEvent(id)))
          .join('\n'),
      ),
    );
    expect(await child.finished).toMatchObject({ code: 0, stdout: 'published 3 events: 0 deliveries\n' });
    expect(await published(mock)).toEqual(allOf(3));
  });

  it.each([
    ['what is asked for is not there', ['--types', 'category.created'], 'by --types'],
    ['--skip passes over everything', ['--skip', '5'], 'by --skip'],
    [
      '--skip passes over all that --limit counts',
      ['--skip', '3', '--limit', '3'],
      'by --skip, --limit; --limit counts what --skip passes over',
    ],
  ])('says that no event is left when %s, and names the options that were given', async (_what, flags, by) => {
    const mock = await startCliMock();
    const replaying = await runCli(['replay', recording(5), ...flags, '--server', mock.url]);
    expect(replaying).toMatchObject({ code: 0, stdout: 'published 0 events: 0 deliveries\n' });
    expect(replaying.stderr).toBe(`aep-mock: no event was left ${by}\n`);
  });

  it('ends at a bad line with what came before it published, and goes on from there when it is asked to', async () => {
    const mock = await startCliMock();
    const file = recording(500, (n) => (n === 400 ? '{}' : JSON.stringify(recordedEvent(`e${n}`))));
    const { code, stderr } = await runCli(['replay', file, '--keep-ids', '--server', mock.url]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /published 400 events: 0 deliveries before this; to go on from there: aep-mock replay .* --skip 400\n/,
    );
    expect(stderr).toContain(`${file}:401: it is not a CloudEvent`);
    await runCli(['replay', file, '--keep-ids', '--skip-bad', '--skip', '400', '--server', mock.url]);
    expect(await published(mock)).toEqual(allOf(500).filter((id) => id !== 'e400'));
  });

  it('names no way to go on from where nothing was published', async () => {
    const mock = await startCliMock();
    const { stderr } = await runCli(['replay', recording(5, () => '{}'), '--server', mock.url]);
    expect(stderr).toMatch(/^aep-mock: .*:1: it is not a CloudEvent/);
  });

  it('ends on ^C though the mock does not answer any more', async () => {
    const stuck = await startHandler(() => {});
    const child = spawnCli(['replay', recording(5), '--server', new URL(stuck.url).origin]);
    await stuck.waitFor(1);
    const { code, stderr } = await child.stop();
    expect(code).toBe(3);
    expect(stderr).toMatch(/^aep-mock: http:.* has not answered for 3 s; the mock may be busy or stopped/);
  });

  it('ends on ^C though the mock does not answer that it was all', async () => {
    const answers = [{ published: 5, deliveries: 5, untaken: {}, stopped: false }];
    const stuck = await startHandler((_request, response) => {
      const answer = answers.shift();
      if (answer) response.end(JSON.stringify(answer));
    });
    const child = spawnCli(['replay', recording(5), '--server', new URL(stuck.url).origin]);
    await stuck.waitFor(2);
    const { code, stderr } = await child.stop();
    expect(code).toBe(3);
    expect(stderr).toMatch(/published 5 events: 5 deliveries before this; to go on from there: .* --skip 5\n/);
    expect(stderr).toMatch(/has not answered for 3 s/);
  });

  it('says on ^C what nobody took, and when a bad line ends it', async () => {
    const mock = await startCliMock(['--clock', 'virtual']);
    const untaken = /no active subscription takes 1 event \(product\.updated\)/;
    const child = spawnCli(['replay', recording(3), '--speed', 'real', '--server', mock.url]);
    await firstPublished(mock);
    expect(await child.stop()).toMatchObject({ code: 130, stderr: expect.stringMatching(untaken) });
    const file = recording(2, (n) => (n === 1 ? '{}' : JSON.stringify(recordedEvent('a'))));
    const bad = await runCli(['replay', file, '--server', mock.url]);
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringMatching(untaken) });
  });

  it('says what nobody took though the mock cannot say why', async () => {
    const answers = [{ published: 2, deliveries: 1, untaken: { 'pim.other': 1 }, stopped: true }];
    const stuck = await startHandler((_request, response) => {
      const answer = answers.shift();
      if (answer) response.end(JSON.stringify(answer));
    });
    const { code, stderr } = await runCli(['replay', recording(2), '--server', new URL(stuck.url).origin]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no active subscription takes 1 event \(pim\.other\)/);
    expect(stderr).toMatch(/the mock ended the replay after 2 events/);
  });

  it('says on ^C how far it got, and the command that it prints publishes exactly the rest', async () => {
    const mock = await startCliMock(['--clock', 'virtual']);
    const file = recording(40);
    const flags = ['--keep-ids', '--shuffle', '5', '--duplicates', '0.3', '--seed', '9', '--server', mock.url];
    const whole = await startCliMock();
    await runCli(['replay', file, ...flags.slice(0, -1), whole.url]);

    const child = spawnCli(['replay', file, '--speed', 'real', '--format', 'json', ...flags]);
    await firstPublished(mock);
    await runCli(['ctl', 'advance', '10s', '--server', mock.url]);
    const { code, stdout } = await child.stop();
    expect(code).toBe(130);
    const stopped = JSON.parse(stdout) as { published: number; continue: string };
    const before = await published(mock);
    expect(before).toHaveLength(stopped.published);
    expect(stopped.published).toBeGreaterThan(5);

    const [, , ...rest] = stopped.continue.split(' ');
    expect(rest).toContain('--skip');
    const again = spawnCli(['replay', ...rest.map((word) => (word === 'real' ? 'max' : word))]);
    expect(await again.finished).toMatchObject({ code: 0 });
    expect(await published(mock)).toEqual(await published(whole));
  });

  it('keeps the pace of the recording on virtual time', async () => {
    const mock = await startCliMock(['--clock', 'virtual']);
    const child = spawnCli(['replay', recording(3), '--speed', '0.1x', '--keep-ids', '--server', mock.url]);
    await child.line(/the mock's clock stands until it is moved/);
    await firstPublished(mock);
    await runCli(['ctl', 'advance', '19s', '--server', mock.url]);
    expect(await published(mock)).toEqual(['e0', 'e1']);
    await runCli(['ctl', 'advance', '1s', '--server', mock.url]);
    expect(await child.finished).toMatchObject({ code: 0 });
    expect(await published(mock)).toEqual(allOf(3));
  });

  it('goes round as often as asked, and standard input only once', async () => {
    const mock = await startCliMock();
    const { stdout } = await runCli(['replay', recording(2), '--loop', '3', '--limit', '5', '--server', mock.url]);
    expect(stdout).toBe('published 5 events: 0 deliveries\n');
    const { code, stderr } = await runCli(['replay', '-', '--loop', '--server', mock.url]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('standard input and --loop exclude each other')]);
    const pipe = await runCli(['replay', '/dev/fd/0', '--loop', '2', '--server', mock.url]);
    expect(pipe.stderr).toMatch(/^aep-mock: \/dev\/fd\/0, which can be read only once, and --loop exclude each other/);
    expect(await published(mock)).toHaveLength(5);
  });

  it('names what is out of order: rotated recordings come in the order of their names', async () => {
    const mock = await startCliMock();
    const [first, second, third] = [10, 20, 30].map((from) =>
      recording(2, (n) => JSON.stringify(recordedEvent(`e${n}`, { time: timeAt(from + n) }))),
    ) as [string, string, string];
    const order = (files: string[]): Promise<string> =>
      runCli(['replay', ...files, '--server', mock.url]).then(({ stderr }) => stderr.replace(/.*no active.*\n/, ''));
    expect(await order([second, third, first])).toBe(
      `aep-mock: ${first} begins earlier than ${third}, which goes first; name them in the order of their times\n`,
    );
    expect(await order([first, second, third, third])).toBe('');
  });

  it('says how many deliveries were recorded with a wrong signature, and now have a right one', async () => {
    const mock = await startCliMock();
    const verifications = [
      undefined,
      { verified: true, primary: { secret: 1 } },
      { verified: false, primary: 'wrong' },
    ];
    const file = recording(3, (n) =>
      JSON.stringify({
        received_at: timeAt(n),
        headers: {},
        verification: verifications[n],
        body: JSON.stringify(recordedEvent(`e${n}`)),
      }),
    );
    const { stderr } = await runCli(['replay', file, '--server', mock.url]);
    expect(stderr).toMatch(
      /^aep-mock: 1 event had a wrong signature or none when recorded; whatever is published is signed anew\n/,
    );
    const exact = await runCli(['replay', file, '--exact', '--server', mock.url]);
    expect(exact.stderr).not.toContain('signature');
  });

  it('names a file that begins with a dash so that it is none of the options', async () => {
    const mock = await startCliMock(['--clock', 'virtual']);
    const cwd = dirname(recording(3));
    renameSync(join(cwd, 'events.ndjson'), join(cwd, '-dash.ndjson'));
    const flags = ['--speed', 'real', '--server', mock.url];
    const child = spawnCli(['replay', ...flags, '--', '-dash.ndjson'], { cwd });
    await firstPublished(mock);
    expect((await child.stop()).stdout).toContain('to go on from there: aep-mock replay ./-dash.ndjson --speed real');
  });

  it('says so when the mock ends it', async () => {
    const mock = await startCliMock(['--clock', 'virtual']);
    const child = spawnCli(['replay', recording(3), '--speed', 'real', '--server', mock.url]);
    await firstPublished(mock);
    await runCli(['ctl', 'reset', '--server', mock.url]);
    expect(await child.finished).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the mock ended the replay after 1 events'),
    });
  });
});

describe('diff', () => {
  it('finds nothing between equal recordings, and what is different between others', async () => {
    const a = recording(3);
    const b = recording(3, (n) =>
      JSON.stringify(
        recordedEvent(`e${n}`, { time: timeAt(n), data: n === 1 ? 'other' : { product: { uuid: 'ü€😀' } } }),
      ),
    );
    expect(await runCli(['diff', a, recording(3)])).toMatchObject({
      code: 0,
      stdout: 'no difference: 3 entries the same\n',
    });
    const { code, stdout } = await runCli(['diff', a, b]);
    expect(code).toBe(1);
    expect(stdout).toBe(
      `changed    e1  product.updated  (${b}:2)\n           data: {"product":{"uuid":"ü€😀"}} -> "other"\n` +
        '0 missing, 0 extra, 1 changed, 0 reordered; 2 the same\n',
    );
    expect(await runCli(['diff', a, b, '--ignore', 'data'])).toMatchObject({ code: 0 });
    expect(await runCli(['diff', a, '/nowhere'])).toMatchObject({ code: 2 });
  });

  it('says the same of A when it is a pipe', async () => {
    const [a, rest, turned] = [recording(3), recording(1), recording(3, (n) => eventText(2 - n))];
    for (const b of [rest, turned]) {
      const { code, stdout } = await runCli(['diff', a, b]);
      expect(code).toBe(1);
      const piped = spawnCli(['diff', '-', b]);
      piped.child.stdin?.end(readFileSync(a));
      expect(await piped.finished).toMatchObject({ code, stdout: stdout.replaceAll(a, '-') });
    }
    // Whoever writes into a named pipe does it once.
    const pipe = join(dirname(a), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [{ code, stdout }] = await Promise.all([runCli(['diff', pipe, rest]), writeFile(pipe, readFileSync(a))]);
    expect([code, stdout]).toEqual([1, (await runCli(['diff', a, rest])).stdout.replaceAll(a, pipe)]);
  });

  it('compares the whole journals of running mocks', { timeout: 30_000 }, async () => {
    const [one, other] = [await startCliMock(), await startCliMock(['--token', 'secret'])];
    const file = recording(2_500);
    await runCli(['replay', file, '--keep-ids', '--server', one.url]);
    await runCli(['replay', file, '--keep-ids', '--limit', '2400', '--server', other.url, '--token', 'secret']);
    expect(await runCli(['diff', one.url, other.url, '--limit', '1', '--token', 'secret'])).toMatchObject({
      code: 1,
      stdout:
        `missing    e2400 event.published  event.published  (${one.url})\n` +
        '100 missing, 0 extra, 0 changed, 0 reordered (99 of them not shown; --limit shows more); 2,400 the same\n',
    });
    const page = recording(1, () => '');
    writeFileSync(page, await (await fetch(`${one.url}/_mock/journal`)).text());
    const refused = await runCli(['diff', page, one.url]);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('it ends at entry 1000 of 2500');
  });

  it('says on stderr which line was cut off', async () => {
    const whole = recording(1, (n) => JSON.stringify({ received_at: timeAt(n), headers: {}, body: eventText(n) }));
    const torn = recording(1, () => `${readFileSync(whole, 'utf8')}{"received_at":"2026`);
    expect(await runCli(['diff', whole, torn])).toMatchObject({
      code: 0,
      stdout: 'no difference: 1 entry the same\n',
      stderr: expect.stringContaining(`${torn}:2: the line is cut off`),
    });
  });
});
