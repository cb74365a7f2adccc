import { describe, expect, it } from 'vitest';
import type { Mock } from '../../src/mock.ts';
import { mostSnapshots } from '../../src/runtime/named-snapshots.ts';
import { Integration, start } from '../mock/integration.ts';

/** Calls the control API about snapshots. */
async function call(mock: Mock, method: string, path = '', body?: unknown) {
  const response = await fetch(`${mock.url}/_mock/snapshots${path}`, {
    method,
    ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

const startsAt = '2026-01-05T08:00:00.000Z';

describe('snapshots by name', () => {
  it('are taken, listed with the latest last, and gone back to with virtual time', async () => {
    const mock = await start({ clock: 'virtual' });
    expect(await call(mock, 'GET')).toEqual({ status: 200, body: { items: [] } });
    const empty = { name: 'empty', at: startsAt };
    expect(await call(mock, 'POST', '', { name: 'empty' })).toEqual({ status: 201, body: empty });
    await mock.clock.advance(60_000);
    const shop = await Integration.connect(mock);
    await shop.call('POST', '/subscribers', { name: 'shop', contact: { technical_email: 'dev@example.com' } });
    const unnamed = { name: expect.stringMatching(/^s\d+$/), at: '2026-01-05T08:01:00.000Z' };
    const taken = await call(mock, 'POST');
    expect(taken).toEqual({ status: 201, body: unnamed });
    expect(await call(mock, 'GET')).toEqual({ status: 200, body: { items: [empty, unnamed] } });

    expect(await call(mock, 'POST', '/empty/restore')).toEqual({ status: 200, body: empty });
    expect(mock.clock.now()).toBe(Date.parse(startsAt));
    expect([...mock.journal.entries()]).toMatchObject([{ type: 'mock.reset', snapshot: 'empty' }]);
    expect((await shop.call('GET', '/subscribers')).status).toBe(401);
    await call(mock, 'POST', `/${(taken.body as { name: string }).name}/restore`);
    expect((await shop.call<unknown[]>('GET', '/subscribers')).body).toHaveLength(1);
  });

  it('replace those of the same name, and are then the latest', async () => {
    const mock = await start({ clock: 'virtual' });
    for (const name of ['a', 'b']) await call(mock, 'POST', '', { name });
    await mock.clock.advance(1_000);
    await call(mock, 'POST', '', { name: 'a' });
    expect((await call(mock, 'GET')).body).toEqual({
      items: [
        { name: 'b', at: startsAt },
        { name: 'a', at: '2026-01-05T08:00:01.000Z' },
      ],
    });
  });

  it('get names of their own that nobody has taken', async () => {
    const mock = await start();
    for (const name of ['s1', 's3']) await call(mock, 'POST', '', { name });
    await call(mock, 'POST', '', {});
    await call(mock, 'POST', '', {});
    const { items } = (await call(mock, 'GET')).body as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).toEqual(['s1', 's3', 's2', 's4']);
  });

  it('survive a reset and are forgotten when they are deleted; the hint names those that there are', async () => {
    const mock = await start();
    for (const name of ['one', 'two']) await call(mock, 'POST', '', { name });
    mock.reset();
    expect(await call(mock, 'DELETE', '/two')).toMatchObject({ status: 200, body: { items: [{ name: 'one' }] } });
    for (const [method, path] of [
      ['POST', '/two/restore'],
      ['DELETE', '/two'],
    ] as const) {
      expect(await call(mock, method, path)).toEqual({
        status: 404,
        body: {
          errors: [{ message: 'there is no snapshot "two"', code: 'SNAPSHOT_NOT_FOUND', hint: 'there are one' }],
        },
      });
    }
    await call(mock, 'DELETE', '/one');
    expect(await call(mock, 'POST', '/one/restore')).toMatchObject({
      body: { errors: [{ hint: expect.stringContaining('aep-mock ctl snapshot') }] },
    });
  });

  it('are bounded in number: one more is refused, but for a name that exists', async () => {
    const mock = await start();
    for (let n = 0; n < mostSnapshots; n++) await call(mock, 'POST', '', { name: `n${n}` });
    expect(await call(mock, 'POST', '', { name: 'one-more' })).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'SNAPSHOT_LIMIT', hint: expect.stringContaining('DELETE') }] },
    });
    expect((await call(mock, 'POST', '', { name: 'n0' })).status).toBe(201);
    expect(((await call(mock, 'GET')).body as { items: unknown[] }).items).toHaveLength(mostSnapshots);
  });

  it.each(['', 'a/b', '-a', 'ä', 'a'.repeat(65), 7])('are not called %j', async (name) => {
    const mock = await start();
    expect(await call(mock, 'POST', '', { name })).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'VALIDATION', message: expect.stringMatching(/^name: must be/) }] },
    });
  });

  it('show nothing of what they hold', async () => {
    const mock = await start();
    expect(Object.keys((await call(mock, 'POST', '', { name: 'a' })).body as object)).toEqual(['name', 'at']);
    expect(Object.keys(JSON.parse(JSON.stringify(await mock.snapshot())))).toEqual(['name', 'at']);
  });
});
