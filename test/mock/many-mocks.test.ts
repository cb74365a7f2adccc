import { expect, it, vi } from 'vitest';
import { startMock } from '../../src/mock.ts';

const openServers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

it('runs two hundred mocks in one process, each with a port, a clock and a seed of its own, and leaves nothing behind', async () => {
  const before = openServers();
  const runs = Array.from({ length: 200 }, async (_, n) => {
    const mock = await startMock({ seed: n, clock: 'virtual' });
    const received: string[] = [];
    await mock.subscribe({
      handler: async (request: Request) => {
        if (request.method === 'POST') received.push(await request.text());
        return new Response();
      },
    });
    const event = await mock.publish('product.updated');
    await mock.clock.advance(n);
    await mock.expectAllDelivered();
    const now = mock.clock.now();
    await mock.close();
    return { url: mock.url, eventId: event.id, received, now };
  });
  const done = await Promise.all(runs);
  expect(new Set(done.map(({ url }) => url)).size).toBe(200);
  expect(new Set(done.map(({ eventId }) => eventId)).size).toBe(200);
  expect(new Set(done.map(({ now }) => now)).size).toBe(200);
  for (const { eventId, received } of done) {
    expect(received.map((body) => JSON.parse(body).id)).toEqual([eventId]);
  }
  // The system closes a socket a moment after its server says so.
  await vi.waitUntil(() => openServers() === before);
});
