// A handler that forgets that the same event may come twice; run by forgetful.test.ts.
import { expect, test } from 'aep-mock/vitest';

test('every update is counted once', async ({ aep }) => {
  let updates = 0;
  const handler = (request: Request): Response => {
    if (request.method === 'POST') updates++;
    return new Response();
  };
  await aep.subscribe({ handler, events: ['product.updated'] });
  for (let n = 0; n < 10; n++) await aep.publish('product.updated');
  await aep.clock.runUntilIdle();
  expect(updates).toBe(10);
});
