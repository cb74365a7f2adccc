import { expect, it, onTestFinished } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { RelayClient } from '../../src/relay/client.ts';
import { parseForwardTarget } from '../../src/relay/forward-target.ts';
import { startHandler } from '../runtime/handler.ts';
import { start } from './integration.ts';

const events = 5_000;
const event = (n: number) => ({
  specversion: '1.0' as const,
  id: `event-${n}`,
  source: 'pim',
  type: 'com.akeneo.pim.v1.product.updated',
  data: { n },
});

it(`with --order fifo a burst of ${events} events comes out of the relay without one inversion`, async () => {
  const handler = await startHandler();
  const mock = await start({ order: 'fifo', rate: 'unlimited' });
  const client = new RelayClient({
    url: mock.url,
    client: 'test',
    forwardTo: parseForwardTarget(handler.url),
    claim: { kind: 'all' },
    ensure: { events: null },
    rng: createRng(1),
  });
  onTestFinished(() => client.close());
  await client.start();

  mock.replay(
    Array.from({ length: events }, (_, n) => event(n)),
    { keepIds: true },
  );

  const received = await handler.waitFor(events);
  const inversions = received.filter(({ body }, at) => JSON.parse(body.toString()).data.n !== at);
  expect(inversions).toEqual([]);
});
