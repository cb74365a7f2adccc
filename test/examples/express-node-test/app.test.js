import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { startMock } from 'aep-mock';
import { createApp } from './app.js';
import { Catalogue } from './catalogue.js';
import { Inbox } from './inbox.js';

/**
 * @import { AddressInfo } from 'node:net'
 * @import { Mock } from 'aep-mock'
 */

const secret = 'the-secret-of-our-subscription';
const uuid = '5d3f2c1a-8b7e-4f60-9a1b-2c3d4e5f6a7b';
const product = { data: { product: { uuid } } };

for (const scenario of /** @type {const} */ (['calm', 'hostile'])) {
  describe(`in a ${scenario} world`, () => {
    /** @type {Mock} */
    let mock;
    /** @type {import('node:http').Server} */
    let server;
    let url = '';
    let isDatabaseUp = true;
    /** @type {string[]} */
    let worked = [];
    let catalogue = new Catalogue();
    let inbox = createInbox();

    function createInbox() {
      return new Inbox((event) => {
        worked.push(event.id);
        catalogue.apply(event);
      });
    }

    before(async () => {
      mock = await startMock({ port: 0, seed: 1, clock: 'virtual', allowHttp: true, scenario });
      const app = createApp({
        secrets: [secret],
        inbox: {
          put: (event) =>
            isDatabaseUp ? inbox.put(event) : Promise.reject(new Error('the database is not reachable')),
        },
      });
      server = app.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = /** @type {AddressInfo} */ (server.address());
      url = `http://127.0.0.1:${port}/webhooks/akeneo`;
    });

    after(async () => {
      await mock.close();
      server.close();
    });

    // Every test begins with an empty application and a platform that knows nobody.
    beforeEach(async () => {
      worked = [];
      catalogue = new Catalogue();
      inbox = createInbox();
      await mock.subscribe({ url, secret });
    });

    afterEach(() => mock.reset());

    /** Lets everything happen that will, and waits for the worker. */
    async function finish() {
      await mock.clock.runUntilIdle();
      await inbox.idle();
    }

    test('a signed event is taken at once and worked off later', async () => {
      await mock.publish('product.updated', product);
      await finish();
      await mock.expectDelivered({ type: 'product.updated', data: product.data, duplicate: false }, { count: 1 });
      assert.deepEqual(catalogue.products(), { [uuid]: 'to refresh' });
    });

    test('a forged event is refused and never worked off', async () => {
      for (const forgery of ['corruptSignature', 'missingSignature']) {
        mock.faults.replace(forgery);
        const { id } = await mock.publish('product.updated', product);
        await finish();
        await mock.expectNever({ eventId: id });
        await mock.explain(() => {
          assert.equal(mock.deliveries({ eventId: id, status: 401, duplicate: false }).length, 1);
        });
      }
      assert.deepEqual(worked, []);
    });

    test('an event that comes twice is worked off once', async () => {
      mock.faults.add({ duplicate: '1s' });
      const { id } = await mock.publish('product.updated', product);
      await finish();
      await mock.explain(() => {
        assert.ok(mock.attempts({ eventId: id }).length > 1);
        assert.deepEqual(worked, [id]);
      });
    });

    test('an update that arrives after a later deletion does not bring the product back', async () => {
      await mock.publish('product.deleted', { ...product, time: '2026-01-05T08:00:02Z' });
      await mock.publish('product.updated', { ...product, time: '2026-01-05T08:00:01Z' });
      await finish();
      await mock.explain(() => assert.deepEqual(catalogue.products(), { [uuid]: 'deleted' }));
    });

    test('what could not be kept is sent again five minutes later', async () => {
      isDatabaseUp = false;
      await mock.publish('product.updated', product);
      await mock.drain();
      assert.deepEqual(catalogue.products(), {});

      isDatabaseUp = true;
      await finish();
      await mock.explain(() => {
        assert.deepEqual(catalogue.products(), { [uuid]: 'to refresh' });
        const [first] = mock.attempts({ type: 'product.updated', duplicate: false });
        assert.ok(first?.verdict?.do === 'retry');
        assert.equal(first.verdict.delayMs, 5 * 60_000);
      });
    });

    test('an event type that we do not know is taken and left alone', async () => {
      const { id } = await mock.publish('workflow.task.created');
      await finish();
      await mock.explain(() => {
        assert.deepEqual(worked, [id]);
        assert.deepEqual(inbox.parked, []);
        assert.deepEqual(catalogue.products(), {});
      });
    });

    test('an event that cannot be worked off does not stop the others', async () => {
      await mock.publish('product.updated', { data: { product: undefined } });
      await mock.publish('product.updated', product);
      await finish();
      await mock.explain(() => {
        assert.equal(inbox.parked.length, 1);
        assert.deepEqual(catalogue.products(), { [uuid]: 'to refresh' });
      });
    });

    test('while a secret is being changed, either one will do', async () => {
      mock.reset();
      await mock.subscribe({ url, secret: 'the-secret-that-comes-next', secondarySecret: secret });
      await mock.publish('product.updated', product);
      await finish();
      await mock.explain(() => assert.deepEqual(catalogue.products(), { [uuid]: 'to refresh' }));
    });

    test('two hundred events in disorder end as the PIM has them', async () => {
      const published = [];
      for (let n = 0; n < 200; n++) {
        const time = new Date(Date.parse('2026-01-05T08:00:00Z') + n * 1_000).toISOString();
        const data = { product: { uuid: `00000000-0000-4000-8000-${String(n % 20).padStart(12, '0')}` } };
        const { id } = await mock.publish(n % 7 === 6 ? 'product.deleted' : 'product.updated', { time, data });
        published.push({ id, uuid: data.product.uuid, state: n % 7 === 6 ? 'deleted' : 'to refresh' });
      }
      await finish();
      // A hostile platform signs a delivery wrongly now and then; that one is refused, and lost.
      const taken = published.filter(({ id }) => worked.includes(id));
      await mock.explain(() => {
        assert.deepEqual(catalogue.products(), Object.fromEntries(taken.map(({ uuid, state }) => [uuid, state])));
        assert.equal(worked.length, taken.length);
        for (const { eventId } of mock.deliveries({ state: 'delivered' })) assert.ok(worked.includes(eventId));
      });
    });
  });
}
