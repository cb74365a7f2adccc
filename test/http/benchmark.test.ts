import { describe, expect, it } from 'vitest';
import { createTestApp, messagesOf } from './test-app.ts';

const type = 'com.akeneo.benchmark.v1.test';

describe('POST /benchmark', () => {
  it('is accepted with what is going to be sent, defaults included', async () => {
    const { as, benchmarks } = createTestApp();
    const { call } = await as();
    expect(await call('POST', '/benchmark', { type })).toMatchObject({
      status: 202,
      body: { type, count: 1_000, size: 1 },
    });
    const custom = { type, count: 10, size: 2.5, custom_data: { run: 7 } };
    expect((await call('POST', '/benchmark', custom)).body).toEqual({ type, count: 10, size: 2.5 });
    expect(benchmarks).toEqual([
      { count: 1_000, sizeKb: 1 },
      { count: 10, sizeKb: 2.5, customData: { run: 7 } },
    ]);
  });

  it.each([
    [{}, 'type: is required: one of "com.akeneo.benchmark.v1.test"'],
    [{ type: 'x' }, 'type: must be one of "com.akeneo.benchmark.v1.test", got "x"'],
    [{ type, count: 0 }, 'count: must be a whole number from 1 to 100000, got 0'],
    [{ type, count: 1.5 }, 'count: must be a whole number from 1 to 100000, got 1.5'],
    [{ type, count: 100_001 }, 'count: must be a whole number from 1 to 100000, got 100001'],
    [{ type, count: '5' }, 'count: must be a number, got a string'],
    [{ type, size: 0 }, 'size: must be more than 0 and at most 10 kB, got 0'],
    [{ type, size: 10.1 }, 'size: must be more than 0 and at most 10 kB, got 10.1'],
    [{ type, count: 20_000, size: 10 }, 'count: may be at most 10000 with events of this size, got 20000'],
    [[], 'the body must be an object, got an array'],
  ])('refuses %j with 400', async (body, message) => {
    const { as, benchmarks } = createTestApp();
    const { call } = await as();
    const answer = await call('POST', '/benchmark', body);
    expect(answer.status).toBe(400);
    expect(messagesOf(answer.body)).toEqual([message]);
    expect(benchmarks).toEqual([]);
  });

  it('counts the custom data, which is in each event', async () => {
    const { as } = createTestApp();
    const { call } = await as();
    const body = { type, count: 100_000, custom_data: 'x'.repeat(2_046) };
    expect(messagesOf((await call('POST', '/benchmark', body)).body)).toEqual([
      'count: may be at most 50000 with events of this size, got 100000',
    ]);
  });

  it('asks who is calling', async () => {
    const { send } = createTestApp();
    expect((await send('POST', '/api/v1/benchmark', { body: { type } })).status).toBe(401);
  });
});
