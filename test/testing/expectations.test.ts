import { describe, expect, it } from 'vitest';
import type { Mock, StartOptions } from '../../src/mock.ts';
import type { SubscribeSettings } from '../../src/mock-handle.ts';
import { Integration, start } from '../mock/integration.ts';
import { rejectionOf } from '../rejection-of.ts';
import { answer, startHandler } from '../runtime/handler.ts';

const updated = 'com.akeneo.pim.v1.product.updated';
const virtual = { clock: 'virtual', allowHttp: true } as const satisfies StartOptions;

/** A mock in virtual time whose only subscriber answers as told; 200 to the probe. */
async function startShop(reply: (n: number) => number, options: StartOptions = virtual) {
  let n = 0;
  const handler = await startHandler((request, response) =>
    answer(request.method === 'HEAD' ? 200 : reply(++n))(request, response, n),
  );
  const mock = await start({ ...options, seed: 7 });
  const shop = await Integration.connect(mock);
  const subscription = await shop.subscribe(handler.url);
  const publish = () => mock.generate({ types: ['product.updated'], count: 1 }).then(([event]) => event?.id ?? '');
  return { mock, handler, subscription, publish };
}

describe('expectDelivered', () => {
  it('resolves with the deliveries that match', async () => {
    const { mock, publish } = await startShop(() => 200);
    const eventId = await publish();
    const [delivery] = await mock.expectDelivered({ type: 'product.updated', eventId });
    expect(delivery).toMatchObject({ eventId, eventType: updated, state: 'delivered', attempts: [{ attempt: 1 }] });
    expect(delivery?.event?.data).toMatchObject({ product: {} });
  });

  it('waits for what is published meanwhile', async () => {
    const { mock, publish } = await startShop(() => 200);
    const expected = mock.expectDelivered({ type: 'product.updated' }, { timeoutMs: 20_000 });
    await publish();
    expect(await expected).toHaveLength(1);
  });

  it('takes an exact number, and no more', async () => {
    const { mock, publish } = await startShop(() => 200);
    await publish();
    await publish();
    expect(await mock.expectDelivered({}, { count: 2 })).toHaveLength(2);
    const error = await rejectionOf(() => mock.expectDelivered({}, { count: 1 }));
    expect(error).toMatchObject({ code: 'EXPECTATION_FAILED' });
    expect(error.message).toMatch(/^expected 1 delivery with \{\} to have been delivered, got 2\n {2}d1 /);
  });

  it('means every delivery without a matcher', async () => {
    const { mock, publish } = await startShop(() => 200);
    await mock.expectNever();
    await publish();
    expect(await mock.expectDelivered()).toHaveLength(1);
    expect((await rejectionOf(() => mock.expectNever())).message).toContain('and 1 was');
  });

  it.each([
    [{ count: 1.5 }, 'expectDelivered, count: 1.5 is not a whole number from 1'],
    [{ count: 0 }, 'expectDelivered, count: 0 is not a whole number from 1'],
    [{ count: -1 }, 'expectDelivered, count: -1 is not a whole number from 1'],
    [{ count: Number.NaN }, 'count: NaN is not a whole number from 1'],
    [{ timeoutMs: Number.NaN }, 'timeoutMs: NaN is not a number of milliseconds from 0'],
    [{ timeoutMs: -1 }, 'expectDelivered, timeoutMs: -1 is not a number of milliseconds from 0'],
    [{ timeoutMs: '5' }, 'expectDelivered, timeoutMs: "5" is not a number of milliseconds from 0'],
    [5, 'expectDelivered, its options: 5 is not an object with count or timeoutMs'],
  ])('refuses the options %j', async (options, message) => {
    const { mock } = await startShop(() => 200);
    const error = await rejectionOf(() => mock.expectDelivered({}, options as never));
    expect(error).toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining(message) });
  });

  it('says of what failed where it is, what to do, and what happened, with the seed and the way to repeat it', async () => {
    const { mock, publish } = await startShop(() => 503);
    const eventId = await publish();
    const error = await rejectionOf(() => mock.expectDelivered({ eventId }, { timeoutMs: 1 }));
    const shortId = `${eventId.slice(0, 4)}…${eventId.slice(-4)}`;
    expect(error.message).toContain(
      'got none; time stands still, and the next timer comes due in 5m: move it with clock.advance()',
    );
    expect(error.message).toMatch(`d1  product.updated  ${shortId}`);
    expect(error.message).toContain('is scheduled for +5m, 1 attempt so far');
    expect(error.message).toContain('aep-mock, seed 7, scenario calm, profile 2024-09, virtual clock');
    expect(error.message).toContain(`==  published product.updated  ${eventId}  1 delivery`);
    expect(error.message).toMatch(/\+0ms {6}d1 {3}<-- {2}\[503\] POST .* retry 1\/3 in 5m/);
    expect(error.message).toContain("repeat: startMock({ clock: 'virtual', allowHttp: true, seed: 7 })");
  });

  it('shows what ended otherwise when an ending was asked for', async () => {
    const { mock, publish } = await startShop(() => 400);
    const eventId = await publish();
    const error = await rejectionOf(() => mock.expectDelivered({ eventId, status: 200 }, { timeoutMs: 1 }));
    expect(error.message).toContain('dropped (not retryable), 1 attempt so far');
  });
});

describe('expectNever', () => {
  it('is content when nothing matches, and when what matches is lost', async () => {
    const { mock, publish } = await startShop(() => 400);
    await mock.expectNever({ type: 'product.updated' });
    await publish();
    await mock.expectNever({ type: 'product.updated' });
  });

  it('fails when it was delivered', async () => {
    const { mock, publish } = await startShop(() => 200);
    await publish();
    const error = await rejectionOf(() => mock.expectNever({ type: 'product.updated' }));
    expect(error.message).toMatch(/^expected no delivery with .* ever to be acknowledged, and 1 was\n/);
  });

  it('fails when it may still be delivered: a retry is no "never"', async () => {
    const { mock, publish } = await startShop(() => 503);
    await publish();
    const error = await rejectionOf(() => mock.expectNever({ type: 'product.updated' }));
    expect(error.message).toMatch(/and 1 still may be; time stands still/);
  });
});

describe('expectAllDelivered', () => {
  it('fails for what waits and for what is lost', async () => {
    const { mock, publish } = await startShop((n) => [200, 503, 400][n - 1] ?? 200);
    await publish();
    await mock.expectAllDelivered();
    await publish();
    const scheduled = await rejectionOf(() => mock.expectAllDelivered());
    expect(scheduled.message).toContain('1 delivery was not; time stands still');
    await mock.clock.runUntilIdle();
    const lost = await rejectionOf(() => mock.expectAllDelivered());
    expect(lost.message).toContain('1 delivery was not\n  d2 ');
    expect(lost.message).toContain('dropped (not retryable), 2 attempts so far');
  });
});

describe('expectAllDelivered, of events that nobody took', () => {
  const startWith = async (options: SubscribeSettings) => {
    const mock = await start(virtual);
    return { mock, subscription: await mock.subscribe({ handler: () => new Response(), ...options }) };
  };
  const refusalOf = async (mock: Mock) => (await rejectionOf(() => mock.expectAllDelivered())).message;

  it('fails when there is no subscription at all', async () => {
    const mock = await start(virtual);
    const { id } = await mock.publish('product.updated');
    const shortId = `${id.slice(0, 4)}…${id.slice(-4)}`;
    expect(await refusalOf(mock)).toContain(
      `expected everything to be delivered, and 1 event was taken by nobody\n  product.updated  ${shortId}  there is no subscription\n`,
    );
  });

  it('fails when no subscription names the type', async () => {
    const { mock } = await startWith({ events: ['product.updated'] });
    await mock.publish('product.updated');
    await mock.expectAllDelivered();
    await mock.publish('product.deleted');
    expect(await refusalOf(mock)).toMatch(
      /1 event was taken by nobody\n {2}product\.deleted {2}.* the subscription does not name com\.akeneo\.pim\.v1\.product\.deleted\n/,
    );
  });

  it.each([
    ['suspend', 'the subscription was suspended by its user'],
    ['revoke', 'the subscription was revoked by the platform'],
    ['delete', 'there is no subscription'],
  ] as const)('fails when the subscription was stopped with %s()', async (stop, why) => {
    const { mock, subscription } = await startWith({});
    subscription[stop]();
    await mock.publish('product.updated');
    expect(await refusalOf(mock)).toContain(why);
  });

  it('fails when the subscription came later', async () => {
    const mock = await start(virtual);
    await mock.publish('product.updated');
    await mock.subscribe({ handler: () => new Response() });
    expect(await refusalOf(mock)).toContain('the subscription was created at');
  });

  it('is content with what a filter kept back', async () => {
    const { mock } = await startWith({ filter: 'user = "julia"' });
    await mock.publish('product.updated', { as: 'user:peter' });
    await mock.expectAllDelivered();
    await mock.publish('benchmark.test');
    expect(await refusalOf(mock)).toContain("the subscription's source is pim, the event is of another");
  });

  it('is content when one of two subscriptions took it', async () => {
    const { mock } = await startWith({ events: ['product.*'] });
    await mock.subscribe({ handler: () => new Response(), events: ['family.*'] });
    await mock.publish('product.updated');
    await mock.expectAllDelivered();
  });

  it('names both what was lost on its way and what nobody took, and not every single one', async () => {
    const { mock, publish } = await startShop(() => 400);
    await publish();
    await mock.generate({ types: ['family.*'], count: 3 });
    const message = await refusalOf(mock);
    expect(message).toContain('1 delivery was not, and 9 events were taken by nobody\n  d1  product.updated');
    expect(message.match(/^ {2}family\..* does not name /gm)).toHaveLength(5);
    expect(message).toContain('\n  … and 4 more\n');
  });

  it('forgets them with the journal', async () => {
    const mock = await start(virtual);
    await mock.publish('product.updated');
    mock.reset();
    await mock.expectAllDelivered();
  });
});

describe('waitFor', () => {
  it('resolves with the first value that is something', async () => {
    const { mock, handler, publish } = await startShop(() => 200);
    const found = mock.waitFor(() => handler.received.find(({ method }) => method === 'POST'), { timeoutMs: 20_000 });
    await publish();
    expect((await found).body.toString()).toContain(updated);
  });

  it('takes a predicate that takes its time', async () => {
    const { mock } = await startShop(() => 200);
    let asked = 0;
    expect(await mock.waitFor(async () => ++asked >= 3 && asked, { timeoutMs: 20_000 })).toBe(3);
  });

  it('passes on what the predicate throws', async () => {
    const { mock } = await startShop(() => 200);
    const thrown = mock.waitFor(() => {
      throw new RangeError('not like this');
    });
    await expect(thrown).rejects.toThrow(new RangeError('not like this'));
  });

  it('gives up with the timeline, and says when the mock was closed', async () => {
    const { mock } = await startShop(() => 200);
    const error = await rejectionOf(() => mock.waitFor(() => false, { timeoutMs: 1, what: 'the second order' }));
    expect(error).toMatchObject({ code: 'WAIT_TIMEOUT' });
    expect(error.message).toMatch(/^the second order did not come true within 1 ms\n\naep-mock, seed 7/);
    const waiting = rejectionOf(() => mock.waitFor(() => false, { timeoutMs: 60_000 }));
    await mock.close();
    expect((await waiting).message).toMatch(/did not come true before the mock was closed/);
  });

  it('refuses options that it does not know', async () => {
    const { mock } = await startShop(() => 200);
    const error = await rejectionOf(() => mock.waitFor(() => true, { timeout: 5 } as never));
    expect(error).toMatchObject({ code: 'INVALID_OPTION', hint: 'did you mean timeoutMs?' });
    for (const options of [500, { timeoutMs: Number.NaN }, { timeoutMs: -1 }, { what: 5 }])
      expect(await rejectionOf(() => mock.waitFor(() => true, options as never))).toMatchObject({
        code: 'INVALID_OPTION',
      });
  });
});

describe('explain', () => {
  it('adds the timeline to the message and to the stack, once', async () => {
    const { mock, publish } = await startShop(() => 200);
    await publish();
    const thrown = new Error('2 orders instead of 1');
    const error = await rejectionOf(() => mock.explain(() => mock.explain(() => Promise.reject(thrown))));
    expect(error).toBe(thrown);
    expect(error.message.match(/aep-mock, seed 7/g)).toHaveLength(1);
    expect(error.stack).toContain('aep-mock, seed 7');
    expect(await mock.explain(() => 5)).toBe(5);
  });

  it('shows the two deliveries of an event that was delivered twice', async () => {
    const { mock, publish } = await startShop(() => 200, { ...virtual, duplicates: 1 });
    const eventId = await publish();
    await mock.clock.runUntilIdle();
    const shortId = `${eventId.slice(0, 4)}…${eventId.slice(-4)}`;
    const lines = mock
      .timeline()
      .split('\n')
      .filter((line) => line.includes(shortId));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('duplicate of d1');
  });
});
