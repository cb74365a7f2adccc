import type { Mock } from 'aep-mock';
import { expect, test } from 'aep-mock/vitest';
import { describe } from 'vitest';
import { Catalogue } from './catalogue.ts';
import { Inbox } from './inbox.ts';
import type { PimEvent } from './pim-event.ts';
import { createWebhook } from './webhook.ts';

const secret = 'the-secret-of-our-subscription';
const uuid = '5d3f2c1a-8b7e-4f60-9a1b-2c3d4e5f6a7b';
const product = { data: { product: { uuid } } };

/** The whole application, with a look at what reaches its worker. */
function createApplication() {
  const catalogue = new Catalogue();
  const worked: string[] = [];
  const inbox = new Inbox((event) => {
    worked.push(event.id);
    catalogue.apply(event);
  });
  return { catalogue, worked, inbox };
}

/** The application, subscribed to every event of the PIM. */
async function startApplication(aep: Mock, changes: Partial<Parameters<typeof createWebhook>[0]> = {}) {
  const application = createApplication();
  const webhook = createWebhook({ secrets: [secret], inbox: application.inbox, ...changes });
  const subscription = await aep.subscribe({ handler: webhook.fetch, secret });
  /** Lets everything happen that will, and waits for the worker. */
  const finish = async () => {
    await aep.clock.runUntilIdle();
    await application.inbox.idle();
  };
  return { ...application, webhook, subscription, finish };
}

describe.each(['calm', 'hostile'] as const)('in a %s world', (scenario) => {
  // One seed, and thus the same duplicates and failures every time. A hostile platform signs a delivery wrongly now and then; that
  // one is refused, and lost.
  test.override({ aepOptions: { scenario, seed: 1, allowUndelivered: scenario === 'hostile' } });

  test('a signed event is taken at once and worked off later', async ({ aep }) => {
    const { catalogue, finish } = await startApplication(aep);
    await aep.publish('product.updated', product);
    await finish();
    await aep.expectDelivered({ type: 'product.updated', data: product.data, duplicate: false }, { count: 1 });
    expect(catalogue.products()).toEqual({ [uuid]: 'to refresh' });
  });

  test('an event that comes twice is worked off once', async ({ aep }) => {
    const { worked, finish } = await startApplication(aep);
    aep.faults.add({ duplicate: '1s' });
    const { id } = await aep.publish('product.updated', product);
    await finish();
    expect(aep.attempts({ eventId: id }).length).toBeGreaterThan(1);
    expect(worked).toEqual([id]);
  });

  test('an event whose answer was lost is worked off once', async ({ aep }) => {
    const { worked, finish } = await startApplication(aep);
    aep.faults.add({ reset: true, reached: true, first: 1 });
    const { id } = await aep.publish('product.updated', product);
    await finish();
    expect(worked).toEqual([id]);
  });

  test('an update that arrives after a later deletion does not bring the product back', async ({ aep }) => {
    const { catalogue, finish } = await startApplication(aep);
    await aep.publish('product.deleted', { ...product, time: '2026-01-05T08:00:02Z' });
    await aep.publish('product.updated', { ...product, time: '2026-01-05T08:00:01Z' });
    await finish();
    expect(catalogue.products()).toEqual({ [uuid]: 'deleted' });
  });

  test('what could not be kept is sent again five minutes later', async ({ aep }) => {
    let isDatabaseUp = false;
    const { inbox, catalogue } = createApplication();
    const put = async (event: PimEvent) => {
      if (!isDatabaseUp) throw new Error('the database is not reachable');
      await inbox.put(event);
    };
    await startApplication(aep, { inbox: { put } });
    await aep.publish('product.updated', product);
    await aep.drain();
    expect(catalogue.products()).toEqual({});

    isDatabaseUp = true;
    await aep.clock.runUntilIdle();
    await inbox.idle();
    expect(catalogue.products()).toEqual({ [uuid]: 'to refresh' });
    const [first] = aep.attempts({ type: 'product.updated', duplicate: false });
    expect(first?.verdict).toMatchObject({ do: 'retry', delayMs: 5 * 60_000 });
  });

  test('an event type that we do not know is taken and left alone', async ({ aep }) => {
    const { inbox, catalogue, worked, finish } = await startApplication(aep);
    await aep.publish('workflow.task.created');
    await finish();
    expect(worked).toHaveLength(1);
    expect(inbox.parked).toEqual([]);
    expect(catalogue.products()).toEqual({});
  });

  test('an event that cannot be worked off does not stop the others', async ({ aep }) => {
    const { inbox, catalogue, finish } = await startApplication(aep);
    await aep.publish('product.updated', { data: { product: undefined } });
    await aep.publish('product.updated', product);
    await finish();
    expect(inbox.parked).toHaveLength(1);
    expect(catalogue.products()).toEqual({ [uuid]: 'to refresh' });
  });

  test('two hundred events in disorder end as the PIM has them', async ({ aep }) => {
    const { catalogue, worked, finish } = await startApplication(aep);
    const published = [];
    for (let n = 0; n < 200; n++) {
      const time = new Date(Date.parse('2026-01-05T08:00:00Z') + n * 1_000).toISOString();
      const data = { product: { uuid: `00000000-0000-4000-8000-${String(n % 20).padStart(12, '0')}` } };
      const { id } = await aep.publish(n % 7 === 6 ? 'product.deleted' : 'product.updated', { time, data });
      published.push({ id, uuid: data.product.uuid, state: n % 7 === 6 ? 'deleted' : 'to refresh' });
    }
    await finish();
    const taken = published.filter(({ id }) => worked.includes(id));
    expect(catalogue.products()).toEqual(Object.fromEntries(taken.map(({ uuid, state }) => [uuid, state])));
    expect(worked).toHaveLength(taken.length);
    expect(worked).toEqual(expect.arrayContaining(aep.deliveries({ state: 'delivered' }).map((each) => each.eventId)));
  });
});

describe('a forged delivery', () => {
  test.override({ aepOptions: { allowUndelivered: true } });

  test('is refused and never worked off', async ({ aep }) => {
    const { worked, subscription, finish } = await startApplication(aep);
    aep.faults.add({ corruptSignature: true, first: 1 });
    aep.faults.add({ missingSignature: true, first: 1 });
    await aep.publish('product.updated', product);
    await aep.publish('product.updated', product);
    await finish();
    expect(subscription.deliveries({ status: 401 })).toHaveLength(2);
    await aep.expectNever({ type: 'product.updated' });
    expect(worked).toEqual([]);
  });
});

test('while a secret is being changed, either one will do', async ({ aep }) => {
  const { inbox, catalogue } = createApplication();
  const withOldSecret = createWebhook({ secrets: [secret], inbox });
  await aep.subscribe({
    handler: withOldSecret.fetch,
    secret: 'the-secret-that-comes-next',
    secondarySecret: secret,
  });
  await aep.publish('product.updated', product);
  await aep.drain();
  await inbox.idle();
  expect(catalogue.products()).toEqual({ [uuid]: 'to refresh' });
});
