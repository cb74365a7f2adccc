// What happens at the end of a test; run by fixture.test.ts, one test at a time.
import { describe } from 'vitest';
import { expect, test } from '../../../src/vitest/index.ts';

const failing = () => new Response(null, { status: 503 });
const lenient = test.extend({ aepOptions: { allowUndelivered: true } });

/** Answers the probe and nothing else. */
const unwell = (request: Request): Response => (request.method === 'HEAD' ? new Response() : failing());

test('everything arrives', async ({ aep }) => {
  await aep.subscribe({ handler: () => new Response() });
  await aep.publish('product.updated');
});

test('a retry waits', async ({ aep }) => {
  await aep.subscribe({ handler: unwell });
  await aep.publish('product.updated');
});

test('an event is lost', async ({ aep }) => {
  await aep.subscribe({ handler: unwell });
  await aep.publish('product.updated');
  await aep.clock.runUntilIdle();
});

test('nobody takes an event', async ({ aep }) => {
  await aep.subscribe({ handler: () => new Response(), events: ['family.*'] });
  await aep.publish('product.updated');
});

test('a subscription is suspended', async ({ aep }) => {
  (await aep.subscribe({ handler: () => new Response() })).suspend();
  await aep.publish('product.updated');
});

lenient('an event is lost on purpose', async ({ aep }) => {
  await aep.subscribe({ handler: unwell });
  await aep.publish('product.updated');
  await aep.clock.runUntilIdle();
  expect(aep.deliveries()).toMatchObject([{ state: 'dropped' }]);
});

describe("a suite's name (with $pecial characters)", () => {
  test('it fails on its own account', async ({ aep }) => {
    await aep.subscribe({ handler: unwell });
    await aep.publish('product.updated');
    expect(aep.deliveries()).toEqual([]);
  });
});

test.extend({ aepOptions: { seed: 5, clock: 'system' } })('its options are its own', ({ aep }) => {
  expect(aep.seed).toBe(5);
  expect(aep.clock.kind).toBe('system');
});

test('the environment chooses the scenario', ({ aep }) => {
  expect(aep.scenario.name).toBe('hostile');
  expect(aep.seed).toBe(11);
});
