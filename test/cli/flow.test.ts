import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { recordedEvent } from '../recordings/recorded-event.ts';
import { type CliMock, runCli, spawnCli, startCliMock, stopAll } from './cli-process.ts';
import { type Handler, signatureOf, startHandler } from './handler.ts';

afterEach(stopAll);

async function handlerForTest(status?: number): Promise<Handler> {
  const handler = await startHandler(status);
  onTestFinished(() => handler.close());
  return handler;
}

async function listenTo(mock: CliMock, handler: Handler, ...args: string[]) {
  const listener = spawnCli(['listen', '--server', mock.url, '--forward-to', `${handler.port}/hook?a=1`, ...args]);
  await listener.line(/^ready: relaying/);
  return listener;
}

function recording(...lines: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'events.ndjson');
  writeFileSync(path, lines.join('\n'));
  return path;
}

const event = (id: string, more?: Record<string, unknown>): string => JSON.stringify(recordedEvent(id, more));

describe('start, listen and trigger', () => {
  it('bring signed events to a handler on localhost, and every terminal says so', async () => {
    const mock = await startCliMock();
    const handler = await handlerForTest();
    const listener = await listenTo(mock, handler);
    const secret = /secret\s+(\S+)/.exec(await listener.line(/^ {2}secret/))?.[1] ?? '';
    expect(secret).toBe(mock.ready.webhookSecret);

    const trigger = await runCli(['trigger', 'product.updated', '--count', '5', '--server', mock.url]);
    expect(trigger).toMatchObject({ code: 0, stderr: '' });
    expect(trigger.stdout.match(/^published product\.updated {2}\S+ {2}1 subscription$/gm)).toHaveLength(5);

    const received = await handler.count(5);
    for (const { url, headers, body } of received) {
      expect(url).toBe('/hook?a=1');
      expect(headers['x-akeneo-signature-primary']).toBe(signatureOf(body, secret));
    }
    await listener.line(/<-- {2}\[200\] POST http:\/\/localhost:\d+\/hook\?a=1 .*product\.updated {2}\S+ {2}sub /);
    await mock.line(/"type":"attempt.finished".*"do":"deliver"/);

    const listened = await listener.stop();
    expect(listened.code).toBe(130);
    expect(listened.stdout).toMatch(
      /\nevents {6}5 events in .*\ndeliveries {2}5 delivered.*\nslowest {5}\d+ms product\.updated/,
    );
  });

  it('make a subscription of its own for --events, with the secret that was chosen', async () => {
    const mock = await startCliMock();
    const handler = await handlerForTest();
    const secret = 'a-secret-of-my-own';
    const listener = await listenTo(mock, handler, '--events', 'family.*,category.created', '--webhook-secret', secret);
    await listener.line(/\(4 event types\)/);
    await runCli(['trigger', 'product.created', 'family.created', '--server', mock.url]);
    const [received] = await handler.count(1);
    expect(JSON.parse(received?.body ?? '')).toMatchObject({ type: 'com.akeneo.pim.v1.family.created' });
    expect(received?.headers['x-akeneo-signature-primary']).toBe(signatureOf(received?.body ?? '', secret));
  });

  it('show the verdict of the platform on a handler that fails or is not there', async () => {
    const mock = await startCliMock();
    const handler = await handlerForTest(503);
    const listener = await listenTo(mock, handler);
    await runCli(['trigger', 'product.updated', '--server', mock.url]);
    await listener.line(/\[503\] .* retry 1\/3 in 5m · success 0 %/);
    await handler.close();
    await runCli(['trigger', 'product.updated', '--server', mock.url]);
    await listener.line(/nothing answers at .*: is the handler running\?/);
    await listener.line(/\[connection refused\] .* retry 1\/3 in 5m · success 0 %/);
  });

  it('find each other again when the mock was gone', async () => {
    const mock = await startCliMock();
    const handler = await handlerForTest();
    const listener = await listenTo(mock, handler);
    await mock.stop('SIGKILL');
    await listener.line(/aep-mock: lost the mock at/);
    const next = await startCliMock([], Number(new URL(mock.url).port));
    await listener.line(/aep-mock: the mock at .* was restarted/);
    await runCli(['trigger', 'product.updated', '--server', next.url]);
    await handler.count(1);
  });
});

describe('start', () => {
  it('relays in the same process with --forward-to', async () => {
    const handler = await handlerForTest();
    const mock = spawnCli(['start', '--port', '0', '--forward-to', `127.0.0.1:${handler.port}/hook`]);
    const url = /ready on (\S+)/.exec(await mock.line(/^ready on/))?.[1] ?? '';
    await mock.line(/^ {2}secret/);
    await runCli(['trigger', 'product.updated', '--server', url]);
    await handler.count(1);
    await mock.line(/<-- {2}\[200\] POST http:\/\/127\.0\.0\.1:\d+\/hook /);
    expect((await mock.stop('SIGTERM')).code).toBe(143);
  });

  it('shows it working with --demo, and sums it up at the end', async () => {
    const mock = spawnCli(['start', '--port', '0', '--demo', '--seed', '5']);
    await mock.line(/<-- {2}\[200\] POST/);
    const { code, stdout, stderr } = await mock.stop();
    expect(stdout).toMatch(
      /\nevents .*\ndeliveries .*\nslowest .*\nanswers .*\ndemo {8}the handler verified \d+ signatures?, refused 0\n$/,
    );
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  });

  it('prints one JSON object a line under json', async () => {
    const mock = await startCliMock(['--demo']);
    await mock.line(/"type":"attempt.finished"/);
    const { stdout } = await mock.stop();
    const types = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type as string);
    expect(types[0]).toBe('ready');
    expect(types).toEqual(
      expect.arrayContaining(['event.published', 'attempt.started', 'attempt.finished', 'summary']),
    );
  });

  it('prints nothing but the ready line under quiet', async () => {
    const mock = spawnCli(['start', '--port', '0', '--format', 'quiet']);
    const url = /ready on (\S+)/.exec(await mock.line(/./))?.[1] ?? '';
    await runCli(['trigger', 'product.updated', '--server', url]);
    expect(await mock.stop()).toEqual({ code: 130, stdout: `ready on ${url}\n`, stderr: '' });
  });
});

describe('trigger', () => {
  it('warns when nobody takes the event, and that is no error', async () => {
    const mock = await startCliMock();
    const { code, stderr } = await runCli(['trigger', 'product.updated', '--server', mock.url]);
    expect(stderr).toMatch(/^aep-mock: no active subscription takes 1 event \(product\.updated\)/);
    expect(code).toBe(0);
  });

  it('names the nearest type for one that the mock does not know', async () => {
    const mock = await startCliMock();
    const { code, stderr } = await runCli(['trigger', 'product.updatd', '--server', mock.url]);
    expect(stderr).toMatch(
      /^aep-mock: unknown event type "product.updatd"; the nearest known one is com\.akeneo\.pim\.v1\.product\.updated; \S/,
    );
    expect(code).toBe(2);
  });

  it('sets values and the author', async () => {
    const mock = await startCliMock();
    const handler = await handlerForTest();
    await listenTo(mock, handler);
    await runCli([
      'trigger',
      'product.updated',
      '--set',
      'data.product.uuid=mine',
      '--set',
      'data.n=1',
      '--as',
      'user:julia',
      '--server',
      mock.url,
    ]);
    const [received] = await handler.count(1);
    expect(JSON.parse(received?.body ?? '').data).toMatchObject({
      product: { uuid: 'mine' },
      n: 1,
      author: { identifier: 'julia', type: 'user' },
    });
  });

  it('warns of data that is no object', async () => {
    const mock = await startCliMock();
    const { code, stderr } = await runCli(['trigger', 'product.updated', '--set', 'data=5', '--server', mock.url]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('--set data=5: the data of every event'),
    });
  });

  it('publishes my own event under its own id, and fills in what the envelope lacks', async () => {
    const mock = await startCliMock(['--profile', '2026-09']);
    const handler = await handlerForTest();
    await listenTo(mock, handler);
    const file = recording('{"id":"my-id","type":"com.akeneo.pim.v1.product.updated","data":{"mine":true}}');
    await runCli(['trigger', '--file', file, '--server', mock.url]);
    const data = recording('{"product":{"uuid":"x"}}');
    await runCli(['trigger', 'product.created', '--file', data, '--server', mock.url]);
    const [first, second] = (await handler.count(2)).map(({ body }) => JSON.parse(body));
    expect(first).toMatchObject({
      id: 'my-id',
      specversion: '1.0',
      source: 'akeneo-event-platform',
      data: { mine: true },
    });
    expect(second).toMatchObject({ type: 'com.akeneo.pim.v1.product.created', data: { product: { uuid: 'x' } } });
    const dressed = ['--as', 'user:julia', '--set', 'data.product.n=1', '--count', '2'];
    await runCli(['trigger', 'product.created', '--file', data, ...dressed, '--server', mock.url]);
    const [, , third, fourth] = (await handler.count(4)).map(({ body }) => JSON.parse(body));
    const author = { identifier: 'julia', type: 'user' };
    expect(third).toMatchObject({ data: { product: { uuid: 'x', n: 1 }, author } });
    expect(fourth).toMatchObject({ data: third.data });
    expect(fourth.id).not.toBe(third.id);
  });
});

describe('replay', () => {
  it('publishes the recorded events, under their own ids when asked', async () => {
    const mock = await startCliMock();
    const handler = await handlerForTest();
    await listenTo(mock, handler);
    const capture = JSON.stringify({ received_at: '2026-01-05T08:00:00Z', headers: {}, body: event('c') });
    const file = recording(event('a'), event('b', { type: 'com.akeneo.pim.v1.family.created' }), capture);
    const { code, stdout } = await runCli(['replay', file, '--keep-ids', '--types', 'product.*', '--server', mock.url]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'published 2 events: 2 deliveries\n' });
    const ids = (await handler.count(2)).map(({ body }) => JSON.parse(body).id as string);
    expect(ids.sort()).toEqual(['a', 'c']);
  });

  it('sends nothing when the first line of one file is bad', async () => {
    const mock = await startCliMock();
    const good = recording(event('a'));
    const bad = recording('{}', event('b'));
    const { code, stderr } = await runCli(['replay', good, bad, '--server', mock.url]);
    expect(stderr).toMatch(
      /:1: it is not a CloudEvent: event specversion: it is missing, and has to be "1\.0"; correct the line/,
    );
    expect(code).toBe(2);
    const { stdout } = await runCli(['ctl', 'status', '--format', 'json', '--server', mock.url]);
    expect(JSON.parse(stdout).counters.published).toBe(0);
  });

  it('goes on with --skip-bad, and counts', async () => {
    const mock = await startCliMock();
    const file = recording(event('a'), 'oops', event('b', { type: 'com.example.custom' }));
    const { code, stdout, stderr } = await runCli(['replay', file, '--skip-bad', '--server', mock.url]);
    expect(stdout).toBe('published 2 events: 0 deliveries, 1 bad line skipped\n');
    expect(stderr).toMatch(/:2: it is not valid JSON .*; skipped\n.*:3: com\.example\.custom is not in the catalogue/);
    expect(code).toBe(0);
  });

  it('names ten bad lines and counts the others; that nothing was left is a finding', async () => {
    const mock = await startCliMock();
    const file = recording(...Array.from({ length: 25 }, () => 'oops'));
    const { code, stderr } = await runCli(['replay', file, '--skip-bad', '--server', mock.url]);
    expect(stderr.match(/; skipped$/gm)).toHaveLength(10);
    expect(stderr).toContain('aep-mock: 15 more bad lines skipped\n');
    expect(code).toBe(1);
  });

  it('warns once of numbers that it has to change', async () => {
    const mock = await startCliMock();
    const large = event('a', { data: 0 }).replace('"data":0', '"data":9007199254740993');
    const { stderr } = await runCli(['replay', recording(large, large), '--server', mock.url]);
    expect(stderr.match(/:1: the number 9007199254740993 is published as 9007199254740992/g)).toHaveLength(1);
    expect(stderr).not.toContain(':2: the number');
  });

  it('sends a long recording in batches', async () => {
    const mock = await startCliMock();
    const file = recording(...Array.from({ length: 450 }, (_, i) => event(`e${i}`)));
    const { stdout } = await runCli(['replay', file, '--server', mock.url]);
    expect(stdout).toBe('published 450 events: 0 deliveries\n');
  });

  it('says that a file is empty', async () => {
    const { code, stderr } = await runCli(['replay', recording('')]);
    expect(stderr).toContain('holds no events');
    expect(code).toBe(0);
  });
});

describe('ctl', () => {
  it('looks into a running mock, and resets it', async () => {
    const mock = await startCliMock();
    const handler = await handlerForTest();
    const listener = await listenTo(mock, handler);
    await runCli(['trigger', 'product.updated', '--server', mock.url]);
    await listener.line(/<-- {2}\[200\]/);
    const server = ['--server', mock.url];

    expect((await runCli(['ctl', 'status', ...server])).stdout).toMatch(
      /1 event published, 1 attempt, 1 delivered, .*\n1 subscription\n.*active.*\n.*p50 .*\n1 tunnel\n/,
    );
    expect((await runCli(['ctl', 'deliveries', ...server])).stdout).toMatch(
      /^d1 {2}delivered {2}product\.updated .* 1 attempt {2}\[200\]\n$/,
    );
    await runCli(['trigger', 'product.updated', '--count', '3', ...server]);
    const limited = await runCli(['ctl', 'deliveries', '--limit', '2', ...server]);
    expect(limited.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(limited.stderr).toBe('aep-mock: the latest 2 are shown; --limit shows more\n');
    expect((await runCli(['ctl', 'deliveries', '--state', 'dropped', ...server])).stdout).toBe('no deliveries\n');
    expect(await runCli(['ctl', 'deliveries', '--state', 'lost', ...server])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('state'),
    });
    expect(await runCli(['ctl', 'reset', ...server])).toMatchObject({ code: 0 });
    expect((await runCli(['ctl', 'status', ...server])).stdout).toMatch(/0 events published/);
  });

  it('sends the token that the mock asks for', async () => {
    const mock = await startCliMock(['--token', 'a-token']);
    expect(await runCli(['ctl', 'status', '--server', mock.url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--token'),
    });
    const env = { AEP_MOCK_URL: mock.url, AEP_MOCK_TOKEN: 'a-token' };
    expect(await runCli(['ctl', 'status'], { env })).toMatchObject({ code: 0 });
  });
});
