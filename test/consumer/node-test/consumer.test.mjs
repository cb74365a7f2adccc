import assert from 'node:assert/strict';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, test } from 'node:test';
import { startMock } from 'aep-mock';

let mock;
let seen;

/** Answers at once, and takes an event that comes twice only once. An Express app would do as well. */
async function handler(request, response) {
  if (request.method === 'POST') {
    const event = await json(request);
    seen.set(event.id, event);
  }
  response.end();
}

beforeEach(async () => {
  seen = new Map();
  mock = await startMock({ clock: 'virtual' });
  await mock.subscribe({ handler, events: ['product.*'] });
});
afterEach(() => mock.close());

test('an event that is delivered twice is taken once', async () => {
  mock.faults.add({ duplicate: true, first: 1 });
  const event = await mock.publish('product.updated', { data: { product: { identifier: 'SKU-1' } } });
  await mock.clock.runUntilIdle();
  await mock.expectDelivered({ eventId: event.id }, { count: 2 });
  assert.deepEqual([...seen.keys()], [event.id]);
});

test('a whole retry chain passes in no time', async () => {
  mock.faults.add({ status: 503, first: 3 });
  const event = await mock.publish('product.deleted');
  await mock.clock.advance(35 * 60_000); // tried at 0, 5, 15 and 35 minutes
  await mock.expectDelivered({ eventId: event.id, attempts: 4 });
  assert.equal(seen.size, 1);
});
