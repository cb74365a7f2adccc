import { expect, test } from 'aep-mock/vitest';

test('a product that was updated reaches the handler', async ({ aep }) => {
  const updated: string[] = [];
  await aep.subscribe({
    events: ['product.updated'],
    handler: async (request) => {
      if (request.method === 'POST') updated.push((await request.json()).data.product.uuid);
      return new Response();
    },
  });
  const event = await aep.publish('product.updated');
  await aep.drain();
  expect(updated).toEqual([event.data.product.uuid]);
});
