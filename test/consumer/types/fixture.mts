import { expect, test } from 'aep-mock/vitest';

const hostile = test.extend({ aepOptions: { scenario: 'hostile', allowUndelivered: true } });

hostile('the fixture is a mock', async ({ aep }) => {
  const event = await aep.publish('product.updated');
  const uuid: string = event.data.product.uuid;
  expect(uuid).toBe(event.data.product.uuid);
  // @ts-expect-error: a misspelt event type
  await aep.publish('product.updatd');
});
