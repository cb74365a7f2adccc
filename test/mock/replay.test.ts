import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recordedEvent } from '../recordings/recorded-event.ts';
import { startHandler } from '../runtime/handler.ts';
import { start } from './integration.ts';

function recording(...values: unknown[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'aep-mock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'events.ndjson');
  writeFileSync(path, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  return path;
}

const minute = 60_000;
const minutes = (...at: number[]) =>
  at.map((n) =>
    recordedEvent(`e${n}`, { time: new Date(Date.parse('2026-01-05T08:00:00Z') + n * minute).toISOString() }),
  );

describe('a recording that is replayed in a test', () => {
  it.each([
    [{ types: 'product.*' }, 'replay, types'],
    [{ type: ['product.*'] }, 'replay: "type"'],
    [{ filter: 5 }, 'replay, filter'],
    [{ keepIds: 'no' }, 'replay, keepIds'],
    [{ seed: 'x' }, 'replay, seed'],
    [null, 'replay, its options: null'],
  ])('refuses options that TypeScript would not have let pass: %j', async (options, named) => {
    const mock = await start();
    const refused = { code: 'INVALID_OPTION', message: expect.stringContaining(named) };
    await expect(mock.replay(recording(recordedEvent('a')), options as never)).rejects.toMatchObject(refused);
  });

  it('is nothing but paths or events, and events have one option', async () => {
    const mock = await start();
    expect(() => mock.replay(5 as never)).toThrow('replay: 5 is not the path of a recording');
    expect(() => mock.replay([], { types: ['product.*'] } as never)).toThrow('replay of events: "types"');
  });

  it('is published in the times of the mock, at any speed, each event when its time comes', async () => {
    const mock = await start({ clock: 'virtual' });
    const startedAt = mock.clock.now();
    const at: number[] = [];
    mock.journal.subscribe((entry) => {
      if (entry.type === 'event.published') at.push((entry.at - startedAt) / minute);
    });
    const done = mock.replay(recording(...minutes(0, 1, 10, 40)), { speed: '2x', keepIds: true });
    await mock.clock.advance(4 * minute);
    expect(at).toEqual([0, 0.5]);
    await mock.clock.advance(16 * minute);
    expect(await done).toEqual({ published: 4, deliveries: 0, skipped: 0 });
    expect(at).toEqual([0, 0.5, 5, 20]);
  });

  it('waits for the queues, and loses nothing', async () => {
    const mock = await start({ allowHttp: true, rate: 'unlimited' });
    const handler = await startHandler();
    await mock.subscribe({ url: handler.url });
    let most = 0;
    mock.journal.subscribe((entry) => {
      if (entry.type === 'event.published') most = Math.max(most, mock.deliveries({ state: 'queued' }).length);
    });
    const file = recording(...Array.from({ length: 300 }, (_, n) => recordedEvent(`e${n}`)));
    expect(await mock.replay(file, { loop: 2, keepIds: true })).toMatchObject({ published: 600, deliveries: 600 });
    await mock.drain();
    expect(handler.received.filter(({ method }) => method === 'POST')).toHaveLength(600);
    expect(most).toBeGreaterThan(0);
  });

  it('ends when the mock is reset, and says how far it got', async () => {
    const mock = await start({ clock: 'virtual' });
    const done = mock.replay(recording(...minutes(0, 1, 2)), { speed: 'real' });
    await mock.clock.advance(minute);
    mock.reset();
    expect(await done).toMatchObject({ published: 2 });
  });

  it('ends at a bad line, behind what stands before it, or goes on without it', async () => {
    const mock = await start();
    const file = recording(recordedEvent('a'), {}, recordedEvent('b'));
    await expect(mock.replay(file)).rejects.toMatchObject({ code: 'RECORDING_LINE', details: { line: 2 } });
    expect([...mock.journal.entries()].filter(({ type }) => type === 'event.published')).toHaveLength(1);
    expect(await mock.replay(file, { skipBad: true })).toMatchObject({ published: 2, skipped: 1 });
  });

  it('can be looked at afterwards, although nobody took it', async () => {
    const mock = await start();
    const big = { product: { uuid: 'x' }, more: [1, 2] };
    await mock.replay(recording(recordedEvent('a', { data: big })), { keepIds: true });
    const found = await fetch(`${mock.url}/_mock/events/a`);
    expect(await found.json()).toMatchObject({ event: { id: 'a', data: big } });
  });
});

describe('a capture that is replayed exactly', () => {
  const body =
    '{ "specversion":"1.0","type":"com.akeneo.pim.v1.product.updated","id":"a","source":"pim",  "data":9007199254740993}';
  const headers = {
    host: 'example.com',
    'content-length': '3',
    'x-akeneo-signature-primary': 'as-it-was',
    'x-custom': 'kept',
    'x-api-key': '***redacted***',
  };

  it('arrives byte for byte, under its own headers, without those of the connection and without what was redacted', async () => {
    const mock = await start({ allowHttp: true });
    const handler = await startHandler();
    await mock.subscribe({ url: handler.url, headers: { 'X-Of-The-Subscription': 'not sent' } });
    await mock.replay(recording({ received_at: '2026-01-05T08:00:00.000Z', headers, body }), { exact: true });
    const [, delivery] = await handler.waitFor(2);
    expect(delivery?.body.toString()).toBe(body);
    expect(delivery?.headers).toMatchObject({ 'x-akeneo-signature-primary': 'as-it-was', 'x-custom': 'kept' });
    expect(delivery?.headers).not.toHaveProperty('x-api-key');
    expect(delivery?.headers).not.toHaveProperty('x-of-the-subscription');
    expect(delivery?.headers.host).not.toBe('example.com');
    expect(delivery?.rawHeaders).toContain('X-AKENEO-SIGNATURE-PRIMARY');
  });

  it('has to be one: a plain event has no delivery', async () => {
    const mock = await start();
    await expect(mock.replay(recording(recordedEvent('a')), { exact: true })).rejects.toThrow(
      /:1: it is a plain event/,
    );
  });
});
