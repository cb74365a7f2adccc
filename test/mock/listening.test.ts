import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import type { Mock } from '../../src/mock.ts';
import { RelayClient } from '../../src/relay/client.ts';
import { parseForwardTarget } from '../../src/relay/forward-target.ts';
import type { ClaimedSubscription } from '../../src/relay/frames.ts';
import { answer, type Handler, startHandler } from '../runtime/handler.ts';
import { Integration, start } from './integration.ts';

const sign = (body: Buffer, secret: string): string => createHmac('sha256', secret).update(body).digest('hex');
const options = { policy: { rateMax: null } };
let sessions = 0;

interface Listening {
  client: RelayClient;
  /** What it takes, as it was told last. */
  taken(): readonly ClaimedSubscription[];
}

async function listenTo({ url }: Mock, handler: Handler, secret?: string): Promise<Listening> {
  let taken: readonly ClaimedSubscription[] = [];
  const client = new RelayClient({
    url,
    client: 'aep-mock/test',
    forwardTo: parseForwardTarget(handler.url),
    claim: { kind: 'all' },
    ensure: { events: null, ...(secret !== undefined && { secret }) },
    rng: createRng(++sessions),
    on: {
      connected: ({ subscriptions }) => {
        taken = subscriptions;
      },
      claims: ({ subscriptions }) => {
        taken = subscriptions;
      },
    },
  });
  onTestFinished(() => client.close());
  await client.start();
  return { client, taken: () => taken };
}

const deliveriesTo = ({ received }: Handler) => received.filter(({ method }) => method === 'POST');
const statusesIn = ({ deliveries }: Mock): string[] => deliveries().map(({ state }) => state);

describe('listening', () => {
  it('hands over to the subscription that the integration makes: every event arrives once, signed by its secret', async () => {
    const mock = await start(options);
    const handler = await startHandler();
    const made = 'the-secret-of-the-listener';
    await listenTo(mock, handler, made);
    await mock.generate({ types: ['product.updated'], count: 3 });
    await mock.drain();
    expect(deliveriesTo(handler)).toHaveLength(3);

    const shop = await Integration.connect(mock);
    const { id, secret } = await shop.subscribe('https://shop.example/hooks/akeneo');
    await mock.generate({ types: ['product.updated'], count: 5 });
    await mock.drain();

    const [before, after] = [deliveriesTo(handler).slice(0, 3), deliveriesTo(handler).slice(3)];
    for (const { headers, body } of before) expect(headers['x-akeneo-signature-primary']).toBe(sign(body, made));
    for (const { headers, body } of after) expect(headers['x-akeneo-signature-primary']).toBe(sign(body, secret));
    const events = after.map(({ body }) => JSON.parse(body.toString()) as { id: string; subject: string });
    expect(new Set(events.map((event) => event.id)).size).toBe(5);
    expect(events.map(({ subject }) => subject)).toEqual(Array(5).fill(id));
    expect(statusesIn(mock).filter((state) => state !== 'delivered')).toEqual([]);
  });

  it('leaves no trace in the management API, nor in its limits', async () => {
    const mock = await start({ policy: { subscribersPerPim: 1, subscriptionsPerSubscriber: 1 } });
    const { taken } = await listenTo(mock, await startHandler());
    const shop = await Integration.connect(mock);
    const made = taken()[0]?.id ?? '';
    expect(taken()).toHaveLength(1);
    expect((await shop.call('GET', '/subscribers')).body).toEqual([]);
    const { path } = await shop.subscribe('https://shop.example/hook');
    expect((await shop.call('GET', path.replace(/[^/]+$/, made))).status).toBe(404);
    expect((await shop.call('GET', path.replace(/\/[^/]+$/, ''))).body).toHaveLength(1);
  });

  it('goes on after a revocation with another subscription, and leaves the revoked one nowhere', async () => {
    const mock = await start(options);
    const handler = await startHandler(answer(404));
    for (let n = 0; n < 3; n++) {
      const { client, taken } = await listenTo(mock, handler);
      const [first] = taken();
      expect(taken()).toMatchObject([{ status: 'active' }]);
      const { seq } = await revoked(mock, () => mock.generate({ types: ['product.updated'], count: 1 }));
      expect(seq).toBeGreaterThan(0);
      await client.close();
      expect(taken()).toMatchObject([{ id: first?.id, status: 'revoked' }]);
    }
  });

  it('with the same secret again changes nothing', async () => {
    const mock = await start(options);
    const handler = await startHandler();
    for (const secret of ['a-secret-of-my-own', 'a-secret-of-my-own', 'another-secret-of-mine']) {
      await (await listenTo(mock, handler, secret)).client.close();
    }
    const types = [...mock.journal.entries()].map(({ type }) => type);
    expect(types.filter((type) => type === 'subscription.created')).toHaveLength(1);
    expect(types.filter((type) => type === 'subscription.updated')).toHaveLength(1);
  });
});

/** The entry of the next revocation that `cause` leads to. */
async function revoked(mock: Mock, cause: () => Promise<unknown>) {
  const events = new EventTarget();
  let seq = 0;
  const happened = once(events, 'revoked');
  const stop = mock.journal.subscribe((entry) => {
    if (entry.type !== 'subscription.revoked') return;
    seq = entry.seq;
    events.dispatchEvent(new Event('revoked'));
  });
  await cause();
  await happened;
  stop();
  return { seq };
}
