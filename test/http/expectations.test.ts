import { describe, expect, it } from 'vitest';
import type { Mock } from '../../src/mock.ts';
import { Integration, start } from '../mock/integration.ts';
import { startHandler } from '../runtime/handler.ts';

interface Refusal {
  errors: { message: string; code: string; hint: string }[];
}

/** A mock in virtual time with a handler that first answers `status`, and an event for it. */
async function world(status = 200, failures = 1) {
  const mock = await start({ clock: 'virtual', allowHttp: true });
  let left = failures;
  const handler = await startHandler((request, response) => {
    const fails = request.method !== 'HEAD' && left-- > 0;
    response.writeHead(fails ? status : 200).end();
  });
  const shop = await Integration.connect(mock);
  const { id } = await shop.subscribe(handler.url);
  const [event] = await mock.generate({ types: ['product.updated'], count: 1, set: { 'data.product.uuid': 'mine' } });
  return { mock, subscriptionId: id, eventId: event?.id };
}

async function post<Body>({ url }: Mock, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${url}/_mock/${path}`, {
    method: 'POST',
    ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

describe('POST /_mock/expect/delivered', () => {
  it('drains, and answers the deliveries that match in every field', async () => {
    const { mock, subscriptionId, eventId } = await world();
    const body = {
      type: 'product.*',
      event_id: eventId,
      subscription_id: subscriptionId,
      state: 'delivered',
      duplicate: false,
      attempts: 1,
      status: 200,
      data: { product: { uuid: 'mine' } },
      count: 1,
    };
    const expected = { status: 200, body: { items: [{ event_id: eventId, state: 'delivered' }] } };
    expect(await post(mock, 'expect/delivered', body)).toMatchObject(expected);
  });

  it('fails with 409, what is near, and the timeline', async () => {
    const { mock } = await world(503);
    const failed = await post<Refusal>(mock, 'expect/delivered', { type: 'product.updated', timeout_ms: 0 });
    const [error] = failed.body.errors;
    expect(failed.status).toBe(409);
    expect(error).toMatchObject({ code: 'EXPECTATION_FAILED', hint: expect.stringMatching(/\w/) });
    expect(error?.message).toMatch(/^expected a delivery .* got none/);
    expect(error?.message.split('\n').length).toBeGreaterThan(3);
    expect(error?.message).toContain('seed 1');
    expect(error?.message).toContain('[503]');
  });

  it('waits for a retry that somebody else lets happen', async () => {
    const { mock, eventId } = await world(503);
    await post(mock, 'drain');
    const expected = post(mock, 'expect/delivered', { event_id: eventId, timeout_ms: 30_000 });
    await post(mock, 'clock/advance', { by: '5m' });
    expect(await expected).toMatchObject({ status: 200, body: { items: [{ attempts: [{}, {}] }] } });
  });
});

describe('POST /_mock/expect/never', () => {
  it('is content when nothing that matches was acknowledged or still may be', async () => {
    const { mock, eventId } = await world(503);
    expect(await post(mock, 'expect/never', { type: 'family.*' })).toEqual({ status: 200, body: { items: [] } });
    const failed = await post<Refusal>(mock, 'expect/never', { event_id: eventId });
    expect(failed).toMatchObject({ status: 409, body: { errors: [{ code: 'EXPECTATION_FAILED' }] } });
  });
});

describe('POST /_mock/expect/all-delivered', () => {
  it('answers them all, or fails when one waits', async () => {
    const { mock } = await world(503);
    expect(await post(mock, 'expect/all-delivered')).toMatchObject({ status: 409 });
    await post(mock, 'clock/advance', { by: '5m' });
    expect(await post(mock, 'expect/all-delivered')).toMatchObject({ status: 200, body: { items: [{ id: 'd1' }] } });
    await mock.publish('family.created');
    const { status, body } = await post<Refusal>(mock, 'expect/all-delivered');
    expect(status).toBe(409);
    expect(body.errors[0]?.message).toContain('1 event was taken by nobody');
  });
});

it.each([
  ['expect/delivered', { tpye: 'product.updated' }, 'the body must not have "tpye"'],
  ['expect/delivered', { type: 'product.updatd' }, 'unknown event type "product.updatd"'],
  ['expect/delivered', { state: 'lost' }, 'state: must be one of "queued"'],
  ['expect/delivered', { timeout_ms: 30_001 }, 'timeout_ms: must be at most 30000, got 30001'],
  ['expect/delivered', { count: 0 }, 'count: must be at least 1, got 0'],
  ['expect/never', { count: 1 }, 'the body must not have "count"'],
  ['expect/all-delivered', { type: 'product.*' }, 'the body must not have "type"'],
  ['drain', { timeout: 5 }, 'the body must not have "timeout"'],
  ['clock/advance', { by: '5m', mss: 1 }, 'the body must not have "mss"'],
  ['publish', { types: ['product.updated'], cuont: 2 }, 'the body must not have "cuont"'],
])('POST /_mock/%s refuses %j: what is misspelt must not pass', async (path, body, message) => {
  const mock = await start({ clock: 'virtual' });
  const { status, body: answered } = await post<Refusal>(mock, path, body);
  expect({ status, message: answered.errors[0]?.message }).toEqual({
    status: 400,
    message: expect.stringContaining(message),
  });
});

describe('POST /_mock/drain', () => {
  it('answers when everything that can be sent was answered, with what happened meanwhile', async () => {
    const { mock } = await world();
    await mock.generate({ types: ['product.updated'], count: 100 });
    const { status, body } = await post<{ delivered: number; moved_ms: number }>(mock, 'drain');
    expect(status).toBe(200);
    expect(mock.deliveries({ state: 'delivered' })).toHaveLength(101);
    expect(body.moved_ms).toBeGreaterThan(0);
  });

  it('gives up after the time that it was given, and says where things stand', async () => {
    const mock = await start({ allowHttp: true });
    let release = (): void => {};
    const handler = await startHandler((request, response) => {
      if (request.method === 'HEAD') response.end();
      else release = () => response.end();
    });
    await (await Integration.connect(mock)).subscribe(handler.url);
    await mock.generate({ types: ['product.updated'], count: 1 });
    await handler.waitFor(2);
    const { status, body } = await post<Refusal>(mock, 'drain', { timeout_ms: 10 });
    expect(status).toBe(409);
    expect(body.errors[0]).toMatchObject({ code: 'WAIT_TIMEOUT', message: expect.stringContaining('is under way') });
    release();
  });
});

describe('what a test reads', () => {
  it('lists deliveries and attempts by type, in either order', async () => {
    const { mock } = await world(503);
    await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.clock.advance(5 * 60_000);
    const list = async (path: string) => {
      const { items } = (await (await fetch(`${mock.url}/_mock/${path}`)).json()) as {
        items: Record<string, unknown>[];
      };
      return items.map(({ id, delivery_id, attempt }) => id ?? `${delivery_id}/${attempt}`);
    };
    expect(await list('deliveries')).toEqual(['d2', 'd1']);
    expect(await list('deliveries?order=asc&type=product.updated')).toEqual(['d1', 'd2']);
    expect(await list('deliveries?type=family.*')).toEqual([]);
    expect(await list('attempts?order=asc')).toEqual(['d1/1', 'd2/1', 'd1/2']);
    expect(await list('attempts?limit=1')).toEqual(['d1/2']);
    expect(await list('deliveries?duplicate=true')).toEqual([]);
    expect(await list('deliveries?duplicate=false&attempts=2')).toEqual(['d1']);
    expect(await list('attempts?attempts=1&status=200')).toEqual(['d2/1']);
    const refused = await fetch(`${mock.url}/_mock/attempts?subscription=x`);
    expect(await refused.json()).toMatchObject({ errors: [{ message: 'the query must not have "subscription"' }] });
  });

  it.each([
    ['duplicate=yes', 'duplicate: must be true or false, got "yes"'],
    ['attempts=-1', 'attempts: must be a whole number from 0 to 999, got "-1"'],
    ['status=ok', 'status: must be a whole number from 100 to 999, got "ok"'],
    ['data=x', 'the query must not have "data"'],
  ])('refuses the condition %s', async (query, message) => {
    const mock = await start();
    for (const path of ['deliveries', 'attempts']) {
      const response = await fetch(`${mock.url}/_mock/${path}?${query}`);
      expect({ status: response.status, ...((await response.json()) as Refusal) }).toMatchObject({
        status: 400,
        errors: [{ message }],
      });
    }
  });

  it('takes every field of an expectation in a query, but for the data', async () => {
    const mock = await start();
    const document = (await (await fetch(`${mock.url}/openapi.json`)).json()) as {
      paths: Record<string, { get: { parameters: { name: string; schema: object }[] } }>;
      components: { schemas: { DeliveryMatcher: { properties: object } } };
    };
    const fields = Object.keys(document.components.schemas.DeliveryMatcher.properties).filter(
      (name) => name !== 'data',
    );
    for (const path of ['/_mock/deliveries', '/_mock/attempts']) {
      const parameters = document.paths[path]?.get.parameters ?? [];
      expect(parameters.map(({ name }) => name)).toEqual([...fields, 'order', 'limit']);
      expect(parameters.find(({ name }) => name === 'duplicate')?.schema).toEqual({
        type: 'boolean',
        description: expect.any(String),
      });
      expect(parameters.find(({ name }) => name === 'status')?.schema).toMatchObject({ type: 'integer', minimum: 100 });
    }
  });

  it('shows an event as it was published, with its deliveries', async () => {
    const { mock, eventId } = await world();
    const body = await (await fetch(`${mock.url}/_mock/events/${eventId}`)).json();
    expect(body).toMatchObject({
      event: { specversion: '1.0', id: eventId, data: { product: { uuid: 'mine' } } },
      deliveries: [{ id: 'd1', event_id: eventId }],
    });
    expect((await fetch(`${mock.url}/_mock/events/nothing`)).status).toBe(404);
  });

  it('shows the logs of every PIM', async () => {
    const { mock, subscriptionId } = await world(503);
    await mock.drain();
    const logs = async (query: string) =>
      ((await (await fetch(`${mock.url}/_mock/logs?${query}`)).json()) as { items: { operation: string }[] }).items;
    expect(await logs(`log_type=error&subscription_id=${subscriptionId}`)).toMatchObject([
      { operation: 'failed_to_deliver_event', error_code: 503 },
    ]);
    expect(await logs('order=asc&limit=1')).toMatchObject([{ operation: 'subscriber_created_by_the_user' }]);
    expect((await fetch(`${mock.url}/_mock/logs?subscription=x`)).status).toBe(400);
  });

  it('has the timeline as plain text', async () => {
    const { mock } = await world(503);
    await mock.drain();
    const response = await fetch(`${mock.url}/_mock/timeline`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toBe(mock.timeline());
  });
});
