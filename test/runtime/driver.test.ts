import { createHmac } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { noDisorder } from '../../src/core/disorder.ts';
import { sealEvent } from '../../src/core/envelope.ts';
import { type Policy, resolvePolicy } from '../../src/core/profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { initialState } from '../../src/core/state.ts';
import { type Clock, VirtualClock } from '../../src/runtime/clock.ts';
import { HttpsDestination } from '../../src/runtime/destinations/https.ts';
import type { Destination } from '../../src/runtime/destinations/port.ts';
import { DestinationRegistry } from '../../src/runtime/destinations/registry.ts';
import { createSafetyBelt } from '../../src/runtime/destinations/safety-belt.ts';
import { Driver } from '../../src/runtime/driver.ts';
import { Journal } from '../../src/runtime/journal.ts';
import { WireLog } from '../../src/runtime/wire-log.ts';
import { cloudEvent, subscriber, subscription } from '../core/world.ts';
import { answer, startHandler } from './handler.ts';

const minute = 60_000;
const noBroker: Destination = {
  send: async () => ({ kind: 'refused', reason: 'broker_not_named', message: 'no broker here' }),
  close: async () => {},
};
const nobodyListens = { claims: () => false, probeClaimed: () => undefined, close: async () => {} };

function startDriver(url: string, overrides: Partial<Policy> = {}, https?: Destination, ownClock?: Clock) {
  const virtual = new VirtualClock(0);
  const clock: Clock = ownClock ?? virtual;
  const journal = new Journal(() => clock.now());
  const direct = https ?? new HttpsDestination({ safetyBelt: createSafetyBelt([]), probeDeadlineMs: 1_000 });
  const destinations = new DestinationRegistry([{ ...nobodyListens, send: async () => ({ kind: 'held' }) }], {
    pubsub: noBroker,
    kafka: noBroker,
    https: Object.assign(direct, { probe: async () => ({ kind: 'answered', status: 200 }) as const }),
  });
  const policy = resolvePolicy('2024-09', { rateMax: null, ...overrides });
  const rules = { policy, disorder: noDisorder, rng: createRng(1) };
  const driver = new Driver({ state: initialState(), rules, clock, journal, destinations, wire: new WireLog() });
  virtual.whenSettled(() => driver.idle());
  onTestFinished(async () => {
    driver.stop();
    await driver.idle();
    await destinations.close();
  });
  const config = { type: 'https', url, secret: { primary: 'a-secret-of-16-characters' } } as const;
  driver.dispatch({ type: 'createSubscriber', subscriber: subscriber('subscriber') });
  driver.dispatch({ type: 'createSubscription', subscription: subscription('sub', { config }) });
  const publish = (id: string) => driver.publish(sealEvent(cloudEvent(id), clock.now(), `request-${id}`), {});
  return { driver, clock: virtual, journal, publish };
}

it('tries a handler that answers 503 at 0, 5, 15 and 35 minutes, with the same bytes and ids, and then drops', async () => {
  const handler = await startHandler(answer(503));
  const { clock, journal, publish } = startDriver(handler.url);
  publish('e1');
  expect(await clock.runUntilIdle({ limit: 10 })).toBe(3);

  const finished = [...journal.entries()].filter((entry) => entry.type === 'attempt.finished');
  expect(finished.map(({ at }) => at / minute)).toEqual([0, 5, 15, 35]);
  expect([...journal.entries()].at(-1)).toMatchObject({ type: 'delivery.dropped', reason: 'retries_exhausted' });

  expect(new Set(handler.received.map(({ body }) => body.toString())).size).toBe(1);
  for (const { headers, body } of handler.received) {
    const expected = createHmac('sha256', 'a-secret-of-16-characters').update(body).digest('hex');
    expect(headers['x-akeneo-signature-primary']).toBe(expected);
    expect(headers['x-correlation-id']).toBe('request-e1');
    expect(JSON.parse(body.toString()).subject).toBe('sub');
  }
});

it('delivers on a retry when the handler recovers', async () => {
  const handler = await startHandler((_request, response, n) => response.writeHead(n < 3 ? 500 : 200).end());
  const { driver, clock, publish } = startDriver(handler.url);
  publish('e1');
  await clock.advance(5 * minute);
  expect(handler.received).toHaveLength(2);
  await clock.advance(9 * minute);
  expect(handler.received).toHaveLength(2);
  await clock.advance(1 * minute);
  expect(handler.received).toHaveLength(3);
  expect(driver.state.counters).toMatchObject({ delivered: 1, attempts: 3 });
});

it('works through a burst with no more requests at once than allowed', async () => {
  let open = 0;
  let most = 0;
  const waiting: (() => void)[] = [];
  const handler = await startHandler((_request, response) => {
    most = Math.max(most, ++open);
    waiting.push(() => {
      open--;
      response.end();
    });
    if (open === 4) for (const finish of waiting.splice(0)) finish();
  });
  const { driver, publish } = startDriver(handler.url, { concurrency: 4 });
  for (let n = 0; n < 100; n++) publish(`e${n}`);
  await driver.idle();
  expect(driver.state.counters.delivered).toBe(100);
  expect(most).toBe(4);
});

it('a destination that throws fails the delivery like any other, and nothing hangs', async () => {
  const broken: Destination = {
    send: async () => {
      throw new Error('out of order');
    },
    close: async () => {},
  };
  const { driver, journal, publish } = startDriver('https://localhost/', {}, broken);
  publish('e1');
  await driver.idle();
  expect([...journal.entries()].at(-1)).toMatchObject({
    outcome: { kind: 'transportError', reason: 'destination_failure', message: 'out of order' },
    verdict: { do: 'retry' },
  });
});

it('answers that come after a reset are of no interest any more', async () => {
  const handler = await startHandler();
  const { driver, publish } = startDriver(handler.url);
  const before = driver.capture();
  publish('e1');
  driver.restore(before);
  await driver.idle();
  expect(driver.state).toEqual(before.state);
});

it('a stopped driver starts nothing new, and is not busy', async () => {
  const handler = await startHandler();
  const { driver, publish } = startDriver(handler.url);
  driver.stop();
  publish('e1');
  expect(driver.isBusy).toBe(false);
  await driver.drained();
  expect(handler.received).toEqual([]);
});

it('leaves no timer on the clock when it is stopped, though a retry is due', async () => {
  const handler = await startHandler(answer(503));
  const { driver, clock, publish } = startDriver(handler.url);
  publish('e1');
  await driver.idle();
  expect(clock.nextDueAt).toBe(5 * minute);
  driver.stop();
  expect(clock.nextDueAt).toBeUndefined();
});

it('is drained when the queue empties without an answer', async () => {
  const handler = await startHandler();
  const { driver, publish } = startDriver(handler.url, { rateMax: 1, rateStart: 1 });
  for (const id of ['e1', 'e2', 'e3']) publish(id);
  await driver.idle();
  expect(driver.isBusy).toBe(true);
  const drained = driver.drained();
  driver.dispatch({ type: 'suspend', subscriptionId: 'sub', by: 'user', reason: 'requested' });
  await drained;
});

it('hears nothing of a clock that is set back', async () => {
  const handler = await startHandler();
  const clock = new VirtualClock(1_000_000);
  let offset = 0;
  const { driver, publish } = startDriver(handler.url, {}, undefined, {
    now: () => clock.now() + offset,
    wakeAt: (at, fn) => clock.wakeAt(at, fn),
  });
  publish('e1');
  offset = -3_600_000;
  publish('e2');
  await driver.idle();
  expect(driver.state.counters.delivered).toBe(2);
});
