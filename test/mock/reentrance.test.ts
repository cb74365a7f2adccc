import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { describe, expect, it, vi } from 'vitest';
import type { Mock } from '../../src/mock.ts';
import { VirtualClock } from '../../src/runtime/clock.ts';
import type { InProcessHandler } from '../../src/runtime/destinations/in-process.ts';
import { start } from './integration.ts';

/** Handlers of each form that do something before they answer. */
const forms: [string, (act: () => Promise<unknown>) => InProcessHandler][] = [
  [
    'a fetch-style handler',
    (act) =>
      async ({ method }) => {
        if (method === 'POST') await act();
        return new Response();
      },
  ],
  [
    'a Node listener that listens for the end of the request',
    (act) => (request: IncomingMessage, response: ServerResponse) => {
      request.resume().on('end', async () => {
        if (request.method === 'POST') await act();
        response.end();
      });
    },
  ],
  [
    'an Express app that parses the body',
    (act) =>
      express()
        .use(express.json())
        .all('/', async ({ method }, response) => {
          if (method === 'POST') await act();
          response.end();
        }),
  ],
];

/** The shortest deadline: a handler that waits for itself fails with it, and not with the test's. */
const options = { policy: { ackDeadlineMs: 400 } };
const types = (mock: Mock): string[] => [...mock.journal.entries()].map(({ type }) => type);

describe.each(forms)('%s', (_what, form) => {
  it.each<[string, (mock: Mock) => Promise<unknown>]>([
    ['publishes', (mock) => mock.publish('product.deleted')],
    ['generates', (mock) => mock.generate({ types: ['product.deleted'], count: 1 })],
  ])('that %s does not wait for itself in virtual time', async (_does, act) => {
    const mock = await start({ ...options, clock: 'virtual' });
    await mock.subscribe({ handler: form(() => act(mock)), events: ['product.updated'] });
    await mock.subscribe({ handler: () => new Response(), events: ['product.deleted'] });
    await mock.publish('product.updated');
    await mock.expectDelivered({ type: 'product.deleted' }, { count: 1 });
    await mock.expectAllDelivered();
    expect(types(mock).filter((type) => /^(event|attempt)/.test(type))).toEqual([
      ...['event.published', 'attempt.started'],
      ...['event.published', 'attempt.started', 'attempt.finished', 'attempt.finished'],
    ]);
  });

  it('subscribes another one in virtual time', async () => {
    const mock = await start({ ...options, clock: 'virtual' });
    const other = { handler: () => new Response(), events: ['product.deleted'] } as const;
    await mock.subscribe({ handler: form(() => mock.subscribe(other)), events: ['product.updated'] });
    await mock.publish('product.updated');
    await mock.expectAllDelivered();
    await mock.publish('product.deleted');
    await mock.expectDelivered({ type: 'product.deleted' });
  });

  it.each<[string, (mock: Mock) => Promise<unknown>]>([
    ['drain()', (mock) => mock.drain()],
    ['drain()', (mock) => mock.expectAllDelivered()],
    ['clock.advance()', (mock) => mock.clock.advance(1)],
    ['clock.next()', (mock) => mock.clock.next()],
    ['clock.runUntilIdle()', (mock) => mock.clock.runUntilIdle()],
    ['snapshot()', (mock) => mock.snapshot()],
    ['close()', (mock) => mock.close()],
  ])('that waits for %s is told at once', async (call, act) => {
    const mock = await start({ ...options, clock: 'virtual' });
    const refusals: unknown[] = [];
    const refused = (): Promise<unknown> => act(mock).catch((error) => refusals.push(error));
    await mock.subscribe({ handler: form(refused) });
    // The second delivery comes over a connection that is there already.
    for (let n = 0; n < 2; n++) {
      await mock.publish('product.updated');
      await mock.expectAllDelivered();
    }
    const refusal = { code: 'REENTRANT_CALL', message: expect.stringContaining(call) };
    expect(refusals).toMatchObject([refusal, { ...refusal, hint: expect.stringContaining('publish()') }]);
  });

  it('that waits for the mock on the clock of the machine is told, too', async () => {
    const mock = await start(options);
    const snapshot = await mock.snapshot();
    const refusals: unknown[] = [];
    const refused = (): Promise<unknown> => mock.restore(snapshot).catch((error) => refusals.push(error));
    await mock.subscribe({ handler: form(refused) });
    await mock.publish('product.updated');
    await mock.expectAllDelivered();
    expect(refusals).toMatchObject([{ code: 'REENTRANT_CALL' }]);
  });
});

describe('a handler', () => {
  it('may wait for what is delivered once it has answered', async () => {
    const mock = await start({ ...options, clock: 'virtual' });
    let worked: Promise<void> | undefined;
    const listener = ({ method }: IncomingMessage, response: ServerResponse): void => {
      response.end();
      if (method === 'POST') worked = mock.drain();
    };
    await mock.subscribe({ handler: listener });
    await mock.publish('product.updated');
    await mock.expectAllDelivered();
    await expect(worked).resolves.toBeUndefined();
  });

  it('that does not wait for what it publishes has it delivered by a drain', async () => {
    const mock = await start({ ...options, clock: 'virtual' });
    const handler = ({ method }: Request): Response => {
      if (method === 'POST') void mock.publish('product.deleted');
      return new Response();
    };
    await mock.subscribe({ handler, events: ['product.updated'] });
    await mock.subscribe({ handler: () => new Response(), events: ['product.deleted'] });
    // What generates events is loaded with the first one: that takes longer than an answer.
    vi.resetModules();
    await mock.publish({ type: 'product.updated' });
    await mock.drain();
    expect(mock.deliveries({ state: 'delivered' })).toHaveLength(2);
  });

  it('may subscribe another one while it is probed', async () => {
    const mock = await start({ ...options, clock: 'virtual' });
    const handler = async ({ method }: Request): Promise<Response> => {
      if (method === 'HEAD') await mock.subscribe({ handler: () => new Response() });
      return new Response();
    };
    await mock.subscribe({ handler });
    expect((await mock.publish('product.updated')).deliveries).toBe(2);
  });

  it('is told as well where it moves a clock of its own', async () => {
    const clock = new VirtualClock(0);
    const mock = await start({ ...options, clock });
    const refusals: unknown[] = [];
    const handler = async ({ method }: Request): Promise<Response> => {
      if (method === 'POST') await clock.advance(1).catch((error) => refusals.push(error));
      return new Response();
    };
    await mock.subscribe({ handler });
    await mock.publish('product.updated');
    await mock.drain();
    expect(refusals).toMatchObject([{ code: 'REENTRANT_CALL' }]);
  });

  it('may drive another mock as it likes', async () => {
    const other = await start({ ...options, clock: 'virtual' });
    await other.subscribe({ handler: () => new Response() });
    const mock = await start({ ...options, clock: 'virtual' });
    const handler = async ({ method }: Request): Promise<Response> => {
      if (method === 'POST') {
        await other.publish('product.updated');
        await other.clock.advance(1);
        await other.expectAllDelivered();
      }
      return new Response();
    };
    await mock.subscribe({ handler });
    await mock.publish('product.updated');
    await mock.expectAllDelivered();
    expect(other.deliveries({ state: 'delivered' })).toHaveLength(1);
  });

  it('that has another mock wait for it is told', async () => {
    const mock = await start({ ...options, clock: 'virtual' });
    const other = await start({ ...options, clock: 'virtual' });
    const refusals: unknown[] = [];
    const onPost =
      (act: () => Promise<unknown>): InProcessHandler =>
      async ({ method }: Request) => {
        if (method === 'POST') await act();
        return new Response();
      };
    await other.subscribe({ handler: onPost(() => mock.drain().catch((error) => refusals.push(error))) });
    await mock.subscribe({ handler: onPost(() => other.publish('product.updated').then(() => other.drain())) });
    await mock.publish('product.updated');
    await mock.expectAllDelivered();
    expect(refusals).toMatchObject([{ code: 'REENTRANT_CALL' }]);
  });
});

it('what handlers publish comes in the same order in every run', async () => {
  const run = async (): Promise<string> => {
    const mock = await start({ ...options, clock: 'virtual', scenario: 'realistic' });
    for (let n = 0; n < 4; n++) {
      const handler = async (request: Request): Promise<Response> => {
        if (request.method === 'HEAD') return new Response();
        const { type } = (await request.json()) as { type: string };
        if (type.endsWith('product.updated'))
          await mock.publish('product.deleted', { data: { product: { uuid: `${n}` } } });
        return new Response();
      };
      await mock.subscribe({ handler });
    }
    for (let n = 0; n < 5; n++) await mock.publish('product.updated');
    await mock.clock.runUntilIdle();
    return JSON.stringify([...mock.journal.entries()]);
  };
  const first = await run();
  expect(first).toContain('product.deleted');
  for (let n = 0; n < 5; n++) expect(await run()).toBe(first);
});
