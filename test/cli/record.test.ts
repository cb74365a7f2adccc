import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { start } from '../mock/integration.ts';
import { recordedEvent } from '../recordings/recorded-event.ts';
import { type CliProcess, runCli, spawnCli, startCliMock, stopAll } from './cli-process.ts';
import { signatureOf, startHandler } from './handler.ts';

afterEach(stopAll);

const secret = 'the-secret-of-the-subscription';

interface Recorder extends CliProcess {
  url: string;
  out: string;
  /** Ends it, and reads what it has written. */
  records(): Promise<Record<string, unknown>[]>;
}

async function startRecorder(...flags: string[]): Promise<Recorder> {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const out = join(folder, 'capture.ndjson');
  const cli = spawnCli(['record', '--out', out, '--port', '0', '--format', 'json', ...flags]);
  const { url } = JSON.parse(await cli.line(/"type":"ready"/)) as { url: string };
  const records = async (): Promise<Record<string, unknown>[]> => {
    await cli.stop();
    return readFileSync(out, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  };
  return { ...cli, url, out, records };
}

const body = JSON.stringify(recordedEvent('a', { data: { author: { identifier: 'julia' }, product: { uuid: 'x' } } }));
const post = (
  url: string,
  content: string | Uint8Array<ArrayBuffer> = body,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url, { method: 'POST', body: content, headers: { 'Content-Type': 'application/json', ...headers } });

describe('what the recorder writes', () => {
  it('is each delivery of a real mock, byte for byte and verified, and a replay of it is byte for byte the same', async () => {
    const recorder = await startRecorder('--secret', secret, '--rotate-size', '30KB');
    const mock = await start({ allowHttp: true, rate: 'unlimited' });
    await mock.subscribe({ url: `${recorder.url}/hooks/akeneo`, secret });
    mock.replay(
      Array.from({ length: 500 }, (_, n) => recordedEvent(`e${n}`) as never),
      { keepIds: true },
    );
    await mock.drain();
    const { stdout: told } = await recorder.stop();
    const { replay } = JSON.parse(told.trim().split('\n').at(-1) ?? '') as { replay: string };
    const [, , ...files] = replay.split(' ');
    const folder = join(recorder.out, '..');
    expect([...files].sort()).toEqual(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .sort(),
    );
    const times = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/"received_at":"(.*?)"/g)].map(String),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(times).toEqual([...times].sort());

    const handler = await startHandler();
    onTestFinished(() => handler.close());
    const other = await start({ allowHttp: true, rate: 'unlimited' });
    await other.subscribe({ url: `http://127.0.0.1:${handler.port}/`, secret: 'quite-another-secret' });
    const { stdout } = await runCli(['replay', ...files, '--exact', '--server', other.url]);
    expect(stdout).toBe('published 500 events: 500 deliveries\n');
    const deliveries = (await handler.count(501)).filter((each) => each.body !== '');
    for (const each of deliveries)
      expect(each.headers['x-akeneo-signature-primary']).toBe(signatureOf(each.body, secret));
    expect(new Set(deliveries.map((each) => JSON.parse(each.body).id)).size).toBe(500);
  });

  it('has what anybody posts, with the facts about its signatures, and no secret', async () => {
    const recorder = await startRecorder('--secret', 'a-former-secret', '--secret', secret);
    const headers = { Authorization: 'Basic abc', Cookie: 'a=b', 'X-My-Token': 'abc', 'X-Other': 'kept' };
    await post(`${recorder.url}/hook?token=abc&x`, body, {
      ...headers,
      'X-AKENEO-SIGNATURE-PRIMARY': signatureOf(body, secret),
    });
    await post(recorder.url, body, { 'X-AKENEO-SIGNATURE-PRIMARY': 'f00' });
    const head = await fetch(recorder.url, { method: 'HEAD' });
    expect([head.status, (await fetch(recorder.url)).status]).toEqual([200, 405]);
    const [first, second] = await recorder.records();
    expect(first).toMatchObject({
      method: 'POST',
      url: '/hook?token=***redacted***&***redacted***',
      headers: { 'x-other': 'kept', 'x-akeneo-signature-primary': signatureOf(body, secret) },
      verification: { verified: true, primary: { secret: 2 } },
      body,
    });
    expect(second).toMatchObject({ verification: { verified: false, primary: 'wrong' } });
    const { stdout, code } = await recorder.finished;
    expect(code).toBe(130);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'summary',
      recorded: 2,
      verified: 1,
      unverified: 1,
    });
    for (const text of [readFileSync(recorder.out, 'utf8'), stdout]) {
      expect(text).not.toContain('abc');
      expect(text).not.toContain(secret);
    }
  });

  it('survives bytes that are no UTF-8, an empty body, one that is too large and one that breaks off', async () => {
    const recorder = await startRecorder();
    const bytes = new Uint8Array([0xff, 0xfe, 0x00]);
    expect((await post(recorder.url, bytes)).status).toBe(200);
    expect((await post(recorder.url, '')).status).toBe(200);
    expect((await post(recorder.url, 'x'.repeat(2 * 1024 * 1024 + 1))).status).toBe(413);
    const socket = connect(Number(new URL(recorder.url).port), '127.0.0.1');
    socket.end('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    await once(socket.resume(), 'close');
    expect((await post(recorder.url)).status).toBe(200);
    expect(await recorder.line(/delivery.refused/)).toContain('"status":413');
    expect(await recorder.records()).toMatchObject([
      { body_base64: Buffer.from(bytes).toString('base64') },
      { body: '' },
      { body },
    ]);
  });

  it('has everything that was acknowledged: what cannot be written is answered 503, and taken when it comes again', async () => {
    const recorder = await startRecorder('--rotate-size', '1KB');
    const send = async (): Promise<number> => (await post(recorder.url, 'x'.repeat(600))).status;
    expect(await send()).toBe(200);
    // The next file cannot be made, as on a full disk.
    const next = recorder.out.replace('.ndjson', '.1.ndjson');
    mkdirSync(next);
    expect([await send(), await send()]).toEqual([503, 503]);
    rmdirSync(next);
    expect(await send()).toBe(200);
    expect(await recorder.records()).toHaveLength(1);
    expect(readFileSync(next, 'utf8').split('\n')).toHaveLength(2);
    const { stdout } = await recorder.finished;
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ recorded: 2, refused: 2 });
  });

  it('lacks what is redacted, and says so; what cannot be looked into is not written', async () => {
    const recorder = await startRecorder('--redact', 'data.author', '--redact', 'data.*.uuid');
    await post(recorder.url);
    await post(recorder.url, 'julia');
    expect(await recorder.records()).toMatchObject([
      { redacted: ['data.author', 'data.*.uuid'] },
      { redacted: ['*'], body: '' },
    ]);
    expect(readFileSync(recorder.out, 'utf8')).not.toContain('julia');
  });

  it('is not what a misspelt path says: that it was found nowhere is said once, and at the end', async () => {
    const recorder = await startRecorder('--redact', 'data.auhtor', '--redact', 'data.author', '--redact', 'data.rare');
    for (const content of [body, 'what cannot be looked into', body, '{"data": {"rare": 1}}'])
      await post(recorder.url, content);
    await recorder.stop();
    const lines = (await recorder.finished).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ type }) => type === 'redact.missing').map(({ path }) => path)).toEqual([
      'data.auhtor',
      'data.rare',
      'data.author',
    ]);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', recorded: 4, neverFound: ['data.auhtor'] });
  });

  it('is complete but for the line that was being written, when it is killed in the middle', async () => {
    const recorder = await startRecorder();
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    onTestFinished(() => agent.destroy());
    let acknowledged = 0;
    const send = (n: number): Promise<void> =>
      new Promise((resolve) => {
        const sent = request(recorder.url, { method: 'POST', agent }, (response) => {
          response.resume();
          if (response.statusCode === 200) acknowledged++;
          if (acknowledged === 300) recorder.child.kill('SIGKILL');
          response.on('end', resolve);
          response.on('error', () => resolve());
        });
        sent.on('error', () => resolve());
        sent.end(JSON.stringify(recordedEvent(`e${n}`)));
      });
    await Promise.all(Array.from({ length: 2_000 }, (_, n) => send(n)));
    await recorder.finished;
    const lines = readFileSync(recorder.out, 'utf8').split('\n');
    lines.pop();
    for (const line of lines) JSON.parse(line);
    // What was being written has not been acknowledged.
    expect(lines.length).toBeGreaterThanOrEqual(acknowledged);
    const mock = await startCliMock();
    const { code, stdout } = await runCli(['replay', recorder.out, '--server', mock.url]);
    expect([code, stdout]).toEqual([0, `published ${lines.length} events: 0 deliveries\n`]);
  });
});

describe('live events', () => {
  it('go on to a handler with the very bytes, and what it answers changes nothing', async () => {
    const handler = await startHandler(500);
    onTestFinished(() => handler.close());
    const recorder = await startRecorder('--forward-to', `${handler.port}/hook`);
    expect((await post(recorder.url, body, { 'X-AKENEO-SIGNATURE-PRIMARY': 'as-it-is' })).status).toBe(200);
    const [received] = await handler.count(1);
    expect(received).toMatchObject({ url: '/hook', body, headers: { 'x-akeneo-signature-primary': 'as-it-is' } });
    expect(await recorder.line(/attempt.finished/)).toContain('"status":500');
  });

  it('go to the path at which they came, unless the handler is named with one', async () => {
    const handler = await startHandler();
    onTestFinished(() => handler.close());
    const recorder = await startRecorder('--forward-to', String(handler.port));
    await post(`${recorder.url}/webhooks/akeneo?from=pim`);
    expect((await handler.count(1))[0]?.url).toBe('/webhooks/akeneo?from=pim');
    expect(await recorder.line(/attempt.finished/)).toContain(`:${handler.port}/webhooks/akeneo?from=pim"`);
    await post(`${recorder.url}/another`);
    expect((await handler.count(2))[1]?.url).toBe('/another');
  });

  it('reach whoever listens in another terminal', async () => {
    const handler = await startHandler();
    onTestFinished(() => handler.close());
    const recorder = await startRecorder();
    const listener = spawnCli([
      'listen',
      '--server',
      recorder.url,
      '--forward-to',
      String(handler.port),
      '--events',
      'product.*',
    ]);
    await listener.line(/ready/);
    await post(recorder.url);
    expect((await handler.count(1))[0]?.body).toBe(body);
    expect(await listener.line(/\[200\] POST/)).toContain('product.updated');
  });

  it('of a type that nobody knows yet go to whoever wants all, and it is said once when somebody missed them', async () => {
    const [all, every, named] = await Promise.all([startHandler(), startHandler(), startHandler()]);
    onTestFinished(() => Promise.all([all, every, named].map((handler) => handler.close())).then(() => {}));
    const recorder = await startRecorder('--forward-to', String(all.port));
    const listen = async (port: number, types: string): Promise<void> => {
      await spawnCli(['listen', '--server', recorder.url, '--forward-to', String(port), '--events', types]).line(
        /ready/,
      );
    };
    await listen(every.port, '*');
    await listen(named.port, 'product.*');
    const unknown = JSON.stringify({ ...recordedEvent('b'), type: 'com.akeneo.pim.v1.product.archived' });
    for (const content of [unknown, unknown, body]) await post(recorder.url, content);
    expect((await all.count(3)).map((each) => each.body).sort()).toEqual([unknown, unknown, body].sort());
    expect(await every.count(3)).toHaveLength(3);
    expect((await named.count(1)).map((each) => each.body)).toEqual([body]);
    await recorder.stop();
    const warnings = (await recorder.finished).stdout.split('\n').filter((line) => line.includes('"mock.warning"'));
    expect(warnings).toEqual([expect.stringContaining('product.archived is not in the catalogue')]);
  });

  it('do not contain what was rejected', async () => {
    const handler = await startHandler();
    onTestFinished(() => handler.close());
    const recorder = await startRecorder(
      '--forward-to',
      String(handler.port),
      '--secret',
      secret,
      '--reject-unverified',
    );
    expect((await post(recorder.url)).status).toBe(401);
    expect((await post(recorder.url, body, { 'X-AKENEO-SIGNATURE-SECONDARY': signatureOf(body, secret) })).status).toBe(
      200,
    );
    expect(await handler.count(1)).toHaveLength(1);
    expect(await recorder.records()).toHaveLength(2);
  });
});

it('says what it is to whoever takes it for a mock', async () => {
  const recorder = await startRecorder();
  const refused = await runCli(['replay', recorder.out, '--speed', 'real', '--server', recorder.url]);
  expect(refused.code).toBe(2);
  for (const said of [await (await fetch(recorder.url)).text(), refused.stderr]) {
    expect(said).toContain('this is a recorder');
    expect(said).not.toContain('openapi');
  }
});

it('binds anything but loopback with a token only, which the platform does not need', async () => {
  const { code, stderr } = await runCli(['record', '--out', 'x.ndjson', '--host', '0.0.0.0', '--port', '0']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('add --token')]);
  const recorder = await startRecorder('--host', '0.0.0.0', '--token', 'a-token');
  expect((await post(recorder.url)).status).toBe(200);
  expect((await fetch(`${recorder.url}/_mock/health`)).status).toBe(401);
});

it('leaves no empty file behind when its port is taken, and one that was there as it was', async () => {
  const running = await startRecorder();
  const out = join(running.out, '..', 'other.ndjson');
  const again = (): ReturnType<typeof runCli> =>
    runCli(['record', '--out', out, '--port', new URL(running.url).port, '--format', 'json']);
  expect(await again()).toMatchObject({ code: 3, stderr: expect.stringContaining('already in use') });
  expect(existsSync(out)).toBe(false);
  writeFileSync(out, '');
  expect((await again()).code).toBe(3);
  expect(existsSync(out)).toBe(true);
});
