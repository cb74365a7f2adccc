import type { IncomingMessage, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventPattern } from '../../src/events/catalog.ts';
import type { Mock } from '../../src/mock.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import type { JournalEntry } from '../../src/runtime/journal.ts';
import { cloudEvent } from '../core/world.ts';
import { answer, type Handler, startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

const minute = 60_000;

/** Somebody who uses a mock: what they hold of it is as old as the mock, so that it is there before and after a snapshot. */
interface User {
  mock: Mock;
  shop: Integration;
  handler: Handler;
  subscription: { id: string; path: string };
}

type Act = (user: User) => unknown;

/** Everything that somebody can do to a mock, each with something to choose. */
const act: fc.Arbitrary<Act> = fc
  .oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom('product.updated', 'product.updated.delta', 'product.became-*', 'job.*', 'workflow.*'),
    },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) },
    { weight: 4, arbitrary: fc.constantFrom('advance 1s', 'advance 5m', 'advance 1h', 'next', 'drain') },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ...['give', 'replay', 'subscribe', 'suspend', 'resume', 'delete', 'filter', 'fault', 'clear faults', 'sign in'],
        ...['benchmark', 'permission', 'seeded'],
      ),
    },
  )
  .map((what): Act => (typeof what === 'number' ? publishNext(what) : (acts[what] ?? generate(what as EventPattern))));

const generate =
  (type: EventPattern): Act =>
  ({ mock }) =>
    mock.generate({ types: [type], count: 7 });

const publishNext =
  (times: number): Act =>
  async ({ mock }) => {
    for (let n = 0; n < times; n++) await mock.publishNext();
  };

const acts: Record<string, Act> = {
  'advance 1s': ({ mock }) => mock.clock.advance(1_000),
  'advance 5m': ({ mock }) => mock.clock.advance(5 * minute),
  'advance 1h': ({ mock }) => mock.clock.advance(60 * minute),
  next: ({ mock }) => mock.clock.next(),
  drain: ({ mock }) => mock.drain(),
  give: ({ mock }) => mock.publish(cloudEvent('given')),
  replay: ({ mock }) => mock.replay([cloudEvent('recorded'), cloudEvent('recorded')]),
  seeded: ({ mock }) => mock.generate({ types: ['product.created'], count: 3, seed: 5 }),
  subscribe: ({ shop, handler }) =>
    shop.subscribe(handler.url, { events: ['com.akeneo.pim.v1.product.created'] }).catch(() => {}),
  suspend: ({ shop, subscription }) => shop.call('POST', `${subscription.path}/suspend`),
  resume: ({ shop, subscription }) => shop.call('POST', `${subscription.path}/resume`),
  delete: ({ shop, subscription }) => shop.call('DELETE', subscription.path),
  filter: ({ shop, subscription }) => shop.call('PATCH', subscription.path, { filter: 'user_type = "api"' }),
  fault: ({ mock }) => mock.faults.add({ status: 503, first: 3 }, { duplicate: true, every: 4 }),
  'clear faults': ({ mock }) => mock.faults.clear(),
  'sign in': ({ mock }) => Integration.connect(mock),
  benchmark: ({ shop }) => shop.call('POST', '/benchmark', { type: 'com.akeneo.benchmark.v1.test', count: 30 }),
  permission: ({ mock }) => {
    const change = (granted: boolean) =>
      fetch(`${mock.url}/_mock/connections/${mock.credentials.clientId}/permission`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ granted }),
      });
    return change(false).then(() => change(true));
  },
};

/** Answers by what it is asked alone, so that it has no past: mostly well, and each failure again and again. */
const withoutMemory: Parameters<typeof startHandler>[0] = ({ method, body }, response) => {
  const digit =
    method === 'HEAD' ? 9 : [...body.toString()].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 30;
  response.writeHead({ 0: 503, 1: 500, 2: 429 }[digit] ?? 200).end();
};

interface Story {
  journal: string[];
  received: string[];
  token: string;
}

/** What these acts make of the mock from now on. Arrival on parallel sockets has no order, so what arrives is sorted. */
async function tell(user: User, does: readonly Act[]): Promise<Story> {
  const { mock, handler } = user;
  const journal: string[] = [];
  const end = mock.journal.subscribe(({ seq: _seq, ...fact }: JournalEntry) => {
    if (fact.type !== 'mock.reset') journal.push(JSON.stringify(fact));
  });
  handler.received.length = 0;
  for (const each of does) await each(user);
  await mock.clock.runUntilIdle({ limit: 2_000 });
  end();
  const received = handler.received.map(({ body, headers }) => `${headers['x-correlation-id']} ${body}`).sort();
  return { journal: [...journal, `ends at ${mock.clock.now()}`], received, token: mock.token() };
}

describe('a mock in virtual time', () => {
  it('does after going back to a snapshot what it did after taking it, byte for byte, as often as one likes', async () => {
    const handler = await startHandler(withoutMemory, { secure: true });
    const unwilling = await startHandler(answer(503), { secure: true });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 0, max: 1_000 }),
          scenario: fc.constantFrom('calm', 'realistic', 'hostile'),
          profile: fc.constantFrom('2024-09', '2026-09'),
          // With so few a subscription is soon suspended, with so many never.
          windowLeastRequests: fc.constantFrom(30, 1_000_000),
          before: fc.array(act, { maxLength: 8 }),
          after: fc.array(act, { minLength: 1, maxLength: 8 }),
          otherwise: fc.array(act, { maxLength: 4 }),
        }),
        async ({ before, after, otherwise, windowLeastRequests, ...options }) => {
          const policy = { windowLeastRequests, concurrency: 4 };
          const mock = await start({ ...options, clock: 'virtual', insecure: true, policy });
          const shop = await Integration.connect(mock);
          const events = ['product.updated', 'product.updated.delta', 'product.deleted', 'workflow.task.created'].map(
            (name) => `com.akeneo.pim.v1.${name}`,
          );
          const subscription = await shop.subscribe(handler.url, { events, send_product_identifier: true });
          await shop.call('PATCH', subscription.path.replace(/\/subscriptions.*/, ''), {
            contact: {
              notification_channels: ['webhook'],
              notification_webhook_url: unwilling.url,
              notification_webhook_secret: 'a-secret-of-the-notifications',
            },
          });
          await shop.subscribe(handler.url, { source: 'benchmark', events: ['com.akeneo.benchmark.v1.test'] });
          const user = { mock, shop, handler, subscription };

          for (const each of before) await each(user);
          const snapshot = await mock.snapshot();
          const told = await tell(user, after);
          await mock.restore(snapshot);
          expect(await tell(user, after)).toEqual(told);

          for (const each of otherwise) await each(user);
          const later = await mock.snapshot();
          const toldLater = await tell(user, after);
          mock.reset();
          await mock.publishNext();
          await mock.restore(snapshot);
          expect(mock.clock.now()).toBe(snapshot.at);
          expect(await tell(user, after)).toEqual(told);
          await mock.restore(later);
          expect(await tell(user, after)).toEqual(toldLater);
          await mock.close();
        },
      ),
      { numRuns: 40, seed: 4, endOnFailure: true },
    );
  }, 240_000);
});

/** A mock in virtual time with one subscription to a handler that answers as told. */
async function subscribed(status = 200, options: Parameters<typeof start>[0] = {}) {
  const handler = await startHandler(({ method }, response) => {
    response.writeHead(method === 'HEAD' ? 200 : status).end();
  });
  const mock = await start({ clock: 'virtual', allowHttp: true, ...options });
  const shop = await Integration.connect(mock);
  const subscription = await shop.subscribe(handler.url);
  return { mock, shop, handler, subscription };
}

/** The types of what was journalled, with whatever tells more. */
const kinds = (mock: Mock): string[] => [...mock.journal.entries()].map(({ type }) => type);

describe('going back to a snapshot', () => {
  it('brings back what was scheduled, with its attempt and its event, at its time', async () => {
    const { mock, handler } = await subscribed(503);
    const [published] = await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    await mock.clock.advance(minute);
    const snapshot = await mock.snapshot();
    await mock.clock.advance(60 * minute);
    expect(mock.deliveries()).toMatchObject([{ state: 'dropped' }]);

    await mock.restore(snapshot);
    const dueAt = snapshot.at + 4 * minute;
    expect(mock.deliveries()).toMatchObject([{ state: 'scheduled', dueAt, event: { id: published?.id } }]);
    expect(mock.clock.nextDueAt).toBe(dueAt);
    handler.received.length = 0;
    await mock.clock.advance(4 * minute);
    expect(handler.received).toHaveLength(1);
    expect(mock.attempts()).toMatchObject([{ attempt: 2, startedAt: dueAt, eventId: published?.id }]);
  });

  it('begins the history anew: journal, logs, outbox and answer times', async () => {
    const { mock, shop, subscription } = await subscribed();
    const snapshot = await mock.snapshot();
    const [published] = await mock.generate({ types: ['product.updated'], count: 1 });
    await shop.call('POST', `${subscription.path}/suspend`);
    await mock.drain();
    const shown = () => fetch(`${mock.url}/_mock/events/${published?.id}`);
    expect((await shown()).status).toBe(200);
    expect([mock.logs().length, mock.outbox().length]).toEqual([3, 1]);
    const lastSeq = mock.journal.lastSeq;

    await mock.restore(snapshot);
    expect([...mock.journal.entries()]).toEqual([
      { type: 'mock.reset', snapshot: snapshot.name, seq: lastSeq + 1, at: snapshot.at },
    ]);
    expect([mock.logs(), mock.outbox(), mock.deliveries()]).toEqual([[], [], []]);
    expect((await shown()).status).toBe(404);
    const state = (await (await fetch(`${mock.url}/_mock/state`)).json()) as { subscriptions: object[] };
    expect(state.subscriptions).toEqual([expect.not.objectContaining({ latency: expect.anything() })]);
  });

  it('brings back what has been deleted since, with answer times of its own', async () => {
    const { mock, shop, subscription } = await subscribed();
    const snapshot = await mock.snapshot();
    await shop.call('DELETE', subscription.path);
    await mock.restore(snapshot);
    await mock.generate({ types: ['product.updated'], count: 2 });
    await mock.drain();
    const state = await (await fetch(`${mock.url}/_mock/state`)).json();
    expect(state).toMatchObject({ subscriptions: [{ id: subscription.id, latency: { answers: 2 } }] });
  });

  it('takes the tokens of then, and none that were issued since', async () => {
    const { mock, shop } = await subscribed();
    const snapshot = await mock.snapshot();
    const later = await Integration.connect(mock);
    await mock.restore(snapshot);
    expect((await shop.call('GET', '/subscribers')).status).toBe(200);
    expect((await later.call('GET', '/subscribers')).status).toBe(401);
  });

  it.each(['notification', 'delivery'])(
    'keeps the order of what comes due at the same moment, the %s first',
    async (first) => {
      let status = 503;
      const contact = await startHandler((_request, response) => response.writeHead(status).end(), { secure: true });
      const policy = { retryDelaysMs: [1_000] };
      const { mock, shop, handler, subscription } = await subscribed(503, { insecure: true, policy });
      await shop.subscribe(handler.url);
      await shop.call('PATCH', subscription.path.replace(/\/subscriptions.*/, ''), {
        contact: {
          notification_channels: ['webhook'],
          notification_webhook_url: contact.url,
          notification_webhook_secret: 'a-secret-of-the-notifications',
        },
      });
      const suspend = () => shop.call('POST', `${subscription.path}/suspend`);
      const publish = () => mock.generate({ types: ['product.updated'], count: 1 });
      for (const act of first === 'notification' ? [suspend, publish] : [publish, suspend]) {
        await act();
        await mock.clock.advance(0);
      }
      const snapshot = await mock.snapshot();
      status = 200;
      const lastSeq = mock.journal.lastSeq;
      await mock.clock.advance(1_000);
      const after = [...mock.journal.entries(lastSeq)].map(({ type }) => type);
      expect(after).toEqual(expect.arrayContaining(['attempt.started', 'notification.sent']));
      await mock.restore(snapshot);
      await mock.clock.advance(1_000);
      expect(kinds(mock)).toEqual(['mock.reset', ...after]);
    },
  );

  it.each([
    [
      'a fetch handler',
      (calls: string[], name: string) => () => {
        calls.push(name);
        return new Response();
      },
    ],
    [
      'a Node listener',
      (calls: string[], name: string) => (_request: IncomingMessage, response: ServerResponse) => {
        calls.push(name);
        response.end();
      },
    ],
  ] as const)(
    'gives %s that is made anew the URL that the one before it had, and takes that one back with its own',
    async (_, make) => {
      const calls: string[] = [];
      const mock = await start({ clock: 'virtual' });
      await mock.subscribe({ handler: make(calls, 'lasting'), events: ['product.created'] });
      const snapshot = await mock.snapshot();
      const deliver = async (name: string) => {
        const { destination } = await mock.subscribe({ handler: make(calls, name), events: ['product.updated'] });
        calls.length = 0;
        await mock.publish('product.updated');
        await mock.publish('product.created');
        await mock.drain();
        return { destination, calls: [...calls] };
      };
      const first = await deliver('first');
      expect(first.calls).toEqual(['first', 'lasting']);
      const later = await mock.snapshot();
      await mock.restore(snapshot);
      expect(await deliver('second')).toEqual({ ...first, calls: ['second', 'lasting'] });
      await mock.restore(later);
      calls.length = 0;
      await mock.publish('product.updated');
      await mock.drain();
      expect(calls).toEqual(['first']);
    },
  );

  it('leaves other mocks alone, and takes no snapshot of theirs', async () => {
    const [one, other] = [await subscribed(), await subscribed()];
    const snapshot = await one.mock.snapshot();
    await other.mock.clock.advance(minute);
    const before = { now: other.mock.clock.now(), lastSeq: other.mock.journal.lastSeq };
    await one.mock.restore(snapshot);
    await expect(other.mock.restore(snapshot)).rejects.toMatchObject({ code: 'SNAPSHOT_FOREIGN' });
    await expect(one.mock.restore({ name: 's1', at: 0 })).rejects.toMatchObject({ code: 'SNAPSHOT_FOREIGN' });
    expect({ now: other.mock.clock.now(), lastSeq: other.mock.journal.lastSeq }).toEqual(before);
  });

  it('waits until a clock that is being moved has arrived', async () => {
    const { mock } = await subscribed(503);
    const snapshot = await mock.snapshot();
    await mock.generate({ types: ['product.updated'], count: 1 });
    const arrived = mock.clock.advance(60 * minute);
    await mock.restore(snapshot);
    await arrived;
    expect(mock.clock.now()).toBe(snapshot.at);
    expect(kinds(mock)).toEqual(['mock.reset']);
  });
});

describe('taking a snapshot', () => {
  it('waits for what is in flight', async () => {
    let respond = (): void => {};
    const asked = new Promise<void>((resolve) => {
      respond = resolve;
    });
    const handler = await startHandler(({ method }, response) => {
      if (method === 'HEAD') response.end();
      else asked.then(() => response.end());
    });
    const mock = await start({ clock: 'virtual', allowHttp: true });
    await (await Integration.connect(mock)).subscribe(handler.url);
    await mock.generate({ types: ['product.updated'], count: 1 });
    const taking = mock.snapshot();
    await handler.waitFor(2);
    expect(mock.deliveries()).toMatchObject([{ state: 'inFlight' }]);
    respond();
    await mock.restore(await taking);
    expect(mock.deliveries()).toEqual([]);
  });

  it('waits for a benchmark that is under way', async () => {
    const { mock, shop } = await subscribed(200, { clock: 'system' });
    await shop.call('POST', '/benchmark', { type: 'com.akeneo.benchmark.v1.test', count: 2_000, size: 0.1 });
    await mock.snapshot();
    expect(kinds(mock).filter((kind) => kind === 'event.published')).toHaveLength(2_000);
  });
});

describe('on a clock that goes by itself', () => {
  it('is taken while there is always something in flight, which goes on after it and after going back', async () => {
    const mock = await start({ rate: 'unlimited' });
    let goesOn = true;
    const received: string[] = [];
    // The next one is on its way before this one is answered.
    const handler = async (request: Request): Promise<Response> => {
      if (request.method === 'HEAD') return new Response();
      received.push(((await request.json()) as { id: string }).id);
      if (goesOn) await mock.publish({ type: 'product.updated' });
      return new Response();
    };
    await mock.subscribe({ handler });
    await mock.publish({ type: 'product.updated' });
    await mock.waitFor(() => received.length > 3);
    const [snapshot] = await Promise.all([mock.snapshot(), mock.snapshot()]);
    const before = received.length;
    await mock.waitFor(() => received.length > before + 3);
    goesOn = false;
    await mock.drain();

    const [held] = received.splice(0).slice(before);
    await mock.restore(snapshot);
    await mock.drain();
    expect(received).toEqual([held]);
  });

  /** The test says what time it is, and which timer rings. */
  class WallClock implements Clock {
    time = Date.UTC(2026, 0, 5);
    timers = new Set<{ at: number; fn: () => void }>();

    now(): number {
      return this.time;
    }

    wakeAt(at: number, fn: () => void): () => void {
      const timer = { at, fn };
      this.timers.add(timer);
      return () => this.timers.delete(timer);
    }

    ring(): void {
      for (const timer of [...this.timers]) {
        if (timer.at > this.time || !this.timers.delete(timer)) continue;
        timer.fn();
      }
    }
  }

  it('what came due since the snapshot comes due at once, and time goes on', async () => {
    const clock = new WallClock();
    const { mock, handler } = await subscribed(503, { clock });
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    const snapshot = await mock.snapshot();
    clock.time += 10 * minute;
    await mock.restore(snapshot);
    expect(mock.clock.now()).toBe(snapshot.at + 10 * minute);
    clock.ring();
    await mock.drain();
    expect(handler.received).toHaveLength(1 + 2);
    expect(mock.attempts()).toMatchObject([{ attempt: 2, startedAt: snapshot.at + 10 * minute }]);
  });

  it('what is in flight while it goes back is forgotten', async () => {
    const answers: (() => void)[] = [];
    const handler = await startHandler(({ method }, response) => {
      if (method === 'HEAD') response.end();
      else answers.push(() => response.end());
    });
    const mock = await start({ allowHttp: true });
    await (await Integration.connect(mock)).subscribe(handler.url);
    const snapshot = await mock.snapshot();
    await mock.generate({ types: ['product.updated'], count: 1 });
    await handler.waitFor(2);
    await mock.restore(snapshot);
    for (const each of answers) each();
    await mock.drain();
    expect(kinds(mock)).toEqual(['mock.reset']);
  });
});
