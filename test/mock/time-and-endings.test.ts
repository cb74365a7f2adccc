import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/runtime/clock.ts';
import { startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

const productUpdated = { types: ['product.updated'], count: 1 } as const;

/** Answers the creation probe at once, and deliveries when `release` is called. */
async function startPatientHandler() {
  const waiting: (() => void)[] = [];
  const handler = await startHandler((request, response) => {
    if (request.method === 'HEAD') response.end();
    else waiting.push(() => response.end());
  });
  const release = (): void => {
    for (const finish of waiting.splice(0)) finish();
  };
  return { handler, release };
}

describe('closing', () => {
  it.each(['system', 'virtual'] as const)('ends a drain that has not come to its end (%s clock)', async (clock) => {
    const mock = await start({ clock, allowHttp: true, policy: { rateStart: 1 } });
    const handler = await startHandler();
    await (await Integration.connect(mock)).subscribe(handler.url);
    await mock.generate({ ...productUpdated, count: 200 });
    const drained = mock.drain();
    await mock.close();
    await drained;
  });

  it('gives up what is not answered within the ack deadline', async () => {
    const mock = await start({ allowHttp: true, policy: { ackDeadlineMs: 50 } });
    const { handler } = await startPatientHandler();
    await (await Integration.connect(mock)).subscribe(handler.url);
    await mock.generate(productUpdated);
    await handler.waitFor(2);
    await mock.close();
  });
});

describe('virtual time', () => {
  it('waits for the answers that are on their way before it takes another request', async () => {
    const mock = await start({ clock: 'virtual', allowHttp: true });
    const { handler, release } = await startPatientHandler();
    await (await Integration.connect(mock)).subscribe(handler.url);
    const order: string[] = [];
    mock.journal.subscribe(({ type }) => order.push(type));
    const publish = () =>
      fetch(`${mock.url}/_mock/publish`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ types: ['product.updated'] }),
      });
    await publish();
    await handler.waitFor(2);
    const second = publish();
    release();
    await second;
    expect(order.slice(0, 4)).toEqual(['event.published', 'attempt.started', 'attempt.finished', 'event.published']);
    release();
  });

  it('still measures how long the handler takes', async () => {
    const mock = await start({ clock: 'virtual', allowHttp: true });
    // Busy for at least five milliseconds, so that the measure cannot be rounded to nothing.
    const handler = await startHandler((_request, response) => {
      const until = performance.now() + 5;
      while (performance.now() < until) {}
      response.end();
    });
    const { id } = await (await Integration.connect(mock)).subscribe(handler.url);
    await mock.generate(productUpdated);
    await mock.drain();
    expect(mock.deliveries()[0]?.attempts[0]?.outcome).toMatchObject({ durationMs: 0 });
    const { subscriptions } = (await (await fetch(`${mock.url}/_mock/state`)).json()) as {
      subscriptions: { id: string; answers?: { max_ms: number } }[];
    };
    const measured = JSON.stringify(subscriptions.find((s) => s.id === id));
    expect(measured).toMatch(/"max_ms":(?!0[,}])/);
  });

  it.each([{ limit: Number.NaN }, { limit: -1 }, { limit: 1.5 }, { limit: '5' }, { limit: null }, { lim: 1 }])(
    'does not run until it is idle with %j',
    async (options) => {
      const mock = await start({ clock: 'virtual' });
      const run = mock.clock.runUntilIdle(options as object);
      await expect(run).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    },
  );

  it('goes on to the end of the year 9999, and no further', async () => {
    const mock = await start({ clock: 'virtual', startTime: Date.UTC(9999, 11, 31) });
    await mock.clock.advance(86_400_000 - 1);
    const { time } = await mock.publish('product.updated');
    expect(time).toBe('9999-12-31T23:59:59Z');
    const refusal = { code: 'INVALID_OPTION', message: expect.stringContaining('at most 0 ms') };
    await expect(mock.clock.advance(1)).rejects.toMatchObject(refusal);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 1n, '5m'])('does not move by %s', async (ms) => {
    const mock = await start({ clock: 'virtual' });
    const before = mock.clock.now();
    await expect(mock.clock.advance(ms as number)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    expect(mock.clock.now()).toBe(before);
  });
});

it('a reset gives a withdrawn permission back', async () => {
  const mock = await start();
  const { clientId } = mock.credentials;
  const withdraw = () =>
    fetch(`${mock.url}/_mock/connections/${clientId}/permission`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: '{"granted": false}',
    });
  await withdraw();
  expect((await (await Integration.connect(mock)).call('GET', '/subscribers')).status).toBe(403);
  mock.reset();
  expect((await (await Integration.connect(mock)).call('GET', '/subscribers')).status).toBe(200);
});

it('publishing from a program is checked like publishing over HTTP: all or none', async () => {
  const mock = await start({ clock: new VirtualClock(0) });
  const good = { specversion: '1.0', id: 'a', source: 'pim', type: 'com.akeneo.pim.v1.product.updated' } as const;
  expect(() => mock.replay([good, { type: 'x' } as never])).toThrow(/specversion/);
  expect([...mock.journal.entries()].filter(({ type }) => type === 'event.published')).toEqual([]);
});

it('refuses a least rate above the most', async () => {
  await expect(start({ policy: { rateMin: 200 } })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
});
