const { startMock } = require('aep-mock');

let mock;
let updated;

beforeEach(async () => {
  updated = [];
  mock = await startMock({ clock: 'virtual' });
  await mock.subscribe({
    events: ['product.updated'],
    handler: async (request) => {
      // The platform first asks with a HEAD request whether anybody is there.
      if (request.method === 'POST') updated.push((await request.json()).data.product.uuid);
      return new Response();
    },
  });
});
afterEach(() => mock.close());

test('a product that was updated reaches the handler', async () => {
  const event = await mock.publish('product.updated');
  await mock.expectDelivered({ eventId: event.id });
  expect(updated).toEqual([event.data.product.uuid]);
});

test('what fails is tried again five minutes later', async () => {
  mock.faults.add({ status: 503, first: 1 });
  const event = await mock.publish('product.updated');
  await mock.drain();
  expect(updated).toEqual([]);

  await mock.clock.advance(5 * 60_000);
  await mock.expectDelivered({ eventId: event.id, attempts: 2 });
  expect(updated).toEqual([event.data.product.uuid]);
});
