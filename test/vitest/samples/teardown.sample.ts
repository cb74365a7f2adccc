// What becomes of other fixtures, of retries and of hooks when events are left undelivered; run by fixture.test.ts, one test at a time.
import { describe } from 'vitest';
import { type AepOptions, test as base } from '../../../src/vitest/index.ts';

/** Answers the probe and nothing else. */
const unwell = ({ method }: Request): Response => new Response(null, { status: method === 'HEAD' ? 200 : 503 });

const test = base.extend<{ server: string; aepOptions: AepOptions }>({
  server: async ({ task }, use) => {
    await use('a-secret-of-the-server');
    process.stdout.write(`the server of "${task.name}" has ended\n`);
  },
  aepOptions: async ({ server }, use) => use({ webhookSecret: server }),
});

test('a fixture that the mock depends on', async ({ aep }) => {
  await aep.subscribe({ handler: unwell });
  await aep.publish('product.updated');
});

let tries = 0;
test('well at the second try', { retry: 1 }, async ({ aep }) => {
  await aep.subscribe({ handler: ++tries === 1 ? unwell : () => new Response() });
  await aep.publish('product.updated');
});

describe('within a hook', () => {
  test.aroundEach(async (runTest, { aep }) => {
    await aep.subscribe({ handler: unwell });
    await runTest();
  });

  test('around each test', async ({ aep }) => {
    await aep.publish('product.updated');
  });
});
