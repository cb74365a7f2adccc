import { describe, expect, it } from 'vitest';
import { Integration, start } from '../mock/integration.ts';
import { startHandler } from '../runtime/handler.ts';

const call = async (url: string, method = 'GET', body?: unknown) => {
  const sent =
    body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, { method, ...sent });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

/** A mock in virtual time whose handler always answers 503, with one event that is to be retried. */
async function failingShop() {
  const mock = await start({ allowHttp: true, clock: 'virtual' });
  const handler = await startHandler((request, response) =>
    response.writeHead(request.method === 'HEAD' ? 200 : 503).end(),
  );
  const shop = await Integration.connect(mock);
  await shop.subscribe(handler.url);
  await mock.generate({ types: ['product.updated'], count: 1 });
  return { mock, clock: `${mock.url}/_mock/clock` };
}

describe('the clock of a mock in virtual time', () => {
  it('moves by command, and the answer says what happened on the way', async () => {
    const { clock } = await failingShop();
    const advanced = await call(`${clock}/advance`, 'POST', { by: '5m' });
    expect(advanced).toMatchObject({
      status: 200,
      body: { kind: 'virtual', moved_ms: 300_000, now: '2026-01-05T08:05:00.000Z' },
    });
    expect(await call(clock)).toMatchObject({ body: { next_due_at: '2026-01-05T08:15:00.000Z', pending_timers: 1 } });
    expect(await call(`${clock}/next`, 'POST')).toMatchObject({ body: { timers: 1, attempts: 1, moved_ms: 600_000 } });
    const run = await call(`${clock}/run-until-idle`, 'POST', { limit: 100 });
    expect(run.body).toMatchObject({
      timers: 1,
      attempts: 1,
      dropped: 1,
      now: '2026-01-05T08:35:00.000Z',
      pending_timers: 0,
    });
    expect(await call(`${clock}/next`, 'POST')).toMatchObject({ body: { timers: 0, moved_ms: 0 } });
  });

  it('is the one that the library holds', async () => {
    const { mock } = await failingShop();
    await mock.clock.advance(15 * 60_000);
    expect(mock.deliveries()).toMatchObject([{ attempts: [{}, {}, {}] }]);
  });

  it('begins where it is told', async () => {
    const mock = await start({ clock: 'virtual', startTime: '2030-02-03T04:05:06Z' });
    expect(mock.clock.now()).toBe(Date.UTC(2030, 1, 3, 4, 5, 6));
  });

  it.each([
    ['neither ms nor by', {}, 'either ms or by'],
    ['both', { ms: 1, by: '1s' }, 'either ms or by'],
    ['a duration without a unit', { by: '5' }, '90s, 5m or 1h30m'],
    ['a negative time', { ms: -1 }, 'ms'],
  ])('refuses %s', async (_name, body, words) => {
    const mock = await start({ clock: 'virtual' });
    const refused = await call(`${mock.url}/_mock/clock/advance`, 'POST', body);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain(words);
  });
});

it('a clock that moves by itself cannot be moved, and says how it could be', async () => {
  const mock = await start({ timeScale: 60 });
  expect(await call(`${mock.url}/_mock/clock`)).toMatchObject({ body: { kind: 'scaled', scale: 60 } });
  const refused = await call(`${mock.url}/_mock/clock/next`, 'POST');
  expect(refused).toMatchObject({ status: 409, body: { errors: [{ code: 'CLOCK_NOT_MOVABLE' }] } });
});
