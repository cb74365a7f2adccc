import { describe, expect, it } from 'vitest';
import type { StateBody } from '../../src/http/control-api.ts';
import { cloudEvent } from '../core/world.ts';
import { Integration, start } from '../mock/integration.ts';
import { answer, startHandler } from '../runtime/handler.ts';

interface Errors {
  errors: { message: string; code: string; hint: string }[];
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the control API', () => {
  it('answers on /_mock/health once the mock is ready', async () => {
    const mock = await start({ seed: 42 });
    const health = await (await fetch(`${mock.url}/_mock/health`)).json();
    expect(health).toMatchObject({ status: 'ok', name: 'aep-mock', url: mock.url, seed: 42, profile: '2024-09' });
  });

  it('generates and publishes, and says how many subscriptions take each event', async () => {
    const mock = await start();
    const wish = { types: ['product.created', 'family.*'], count: 2, set: { 'data.author.identifier': 'me' } };
    const response = await post(`${mock.url}/_mock/publish`, wish);
    expect(response.status).toBe(202);
    const { published } = (await response.json()) as { published: { type: string; deliveries: number }[] };
    expect(published).toHaveLength(2 + 3 * 2);
    expect(published.every(({ deliveries }) => deliveries === 0)).toBe(true);
  });

  it('publishes given events: under new ids, or under their own', async () => {
    const mock = await start();
    const publish = async (keep_ids: boolean) => {
      const response = await post(`${mock.url}/_mock/publish`, { events: [cloudEvent('my-own-id')], keep_ids });
      return ((await response.json()) as { published: { id: string }[] }).published[0]?.id;
    };
    expect(await publish(true)).toBe('my-own-id');
    expect(await publish(false)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('publishes all of a batch or nothing', async () => {
    const mock = await start();
    const response = await post(`${mock.url}/_mock/publish`, { events: [cloudEvent('good'), { specversion: '0.3' }] });
    expect(response.status).toBe(400);
    expect((await response.json()) as Errors).toMatchObject({ errors: [{ code: 'INVALID_EVENT' }] });
    expect([...mock.journal.entries()].filter(({ type }) => type === 'event.published')).toEqual([]);
  });

  it.each([
    ['no JSON', '{', 'INVALID_JSON', 'not valid JSON'],
    ['nothing asked for', {}, 'VALIDATION', 'types'],
    ['a count of 0', { types: ['product.updated'], count: 0 }, 'VALIDATION', 'count: must be at least 1, got 0'],
    [
      'a fractional count',
      { types: ['product.updated'], count: 1.5 },
      'VALIDATION',
      'count: must be a whole number, got 1.5',
    ],
    [
      'data that is nested too deep',
      `{"events":[{"specversion":"1.0","id":"a","source":"s","type":"t","data":${'['.repeat(50_000)}${']'.repeat(50_000)}}]}`,
      'INVALID_EVENT',
      'event data: "{…}" is not nested at most 100 levels deep',
    ],
    ['an unknown type', { types: ['product.update'] }, 'UNKNOWN_EVENT_TYPE', 'product.updated'],
    ['an author without a type', { types: ['product.updated'], as: 'julia' }, 'INVALID_OPTION', 'julia'],
    ['a path to nowhere', { types: ['product.updated'], set: { 'id.x': 1 } }, 'INVALID_OPTION', 'id.x'],
    [
      'a path into what every object has',
      { types: ['product.updated'], set: { '__proto__.x': 1 } },
      'INVALID_OPTION',
      '__proto__',
    ],
    ['a value that breaks the envelope', { types: ['product.updated'], set: { id: '' } }, 'INVALID_EVENT', 'id'],
  ])('refuses %s with a code and a way out', async (_name, body, code, words) => {
    const mock = await start();
    const response = await post(`${mock.url}/_mock/publish`, body);
    expect(response.status).toBe(400);
    const [error] = ((await response.json()) as Errors).errors;
    expect(error).toMatchObject({ code, message: expect.stringContaining(words), hint: expect.stringMatching(/\w/) });
  });

  it('takes a body that does not say how long it is, up to the same limit', async () => {
    const mock = await start();
    const stream = (chunk: string, times: number) => {
      const headers = { 'Content-Type': 'application/json' };
      const body = new ReadableStream({
        start(controller) {
          for (let n = 0; n < times; n++) controller.enqueue(new TextEncoder().encode(chunk));
          controller.close();
        },
      });
      return fetch(`${mock.url}/_mock/publish`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    };
    expect((await stream('{"types":["product.updated"]}', 1)).status).toBe(202);
    expect((await stream(' '.repeat(1024 * 1024), 9)).status).toBe(413);
  });

  it('does so where a body may be left out, too', async () => {
    const mock = await start({ allowHttp: true });
    const { id } = await (await Integration.connect(mock)).subscribe((await startHandler()).url);
    const rotate = (body: string) => {
      const { body: stream } = new Response(body);
      const headers = { 'Content-Type': 'application/json' };
      const wish = { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit;
      return fetch(`${mock.url}/_mock/subscriptions/${id}/rotate-secret`, wish);
    };
    expect(await (await rotate('{"keep_previous":false}')).json()).toMatchObject({ has_secondary: false });
    expect((await rotate('')).status).toBe(200);
    expect((await rotate(' '.repeat(1024 * 1024 + 1))).status).toBe(413);
  });

  it('refuses a body over 8 MiB', async () => {
    const mock = await start();
    const response = await post(`${mock.url}/_mock/publish`, ' '.repeat(8 * 1024 * 1024 + 1));
    expect(response.status).toBe(413);
    expect((await response.json()) as Errors).toMatchObject({ errors: [{ code: 'BODY_TOO_LARGE' }] });
  });

  it('lists deliveries with their attempts, newest first, by subscription, event and state', async () => {
    const mock = await start({ allowHttp: true });
    const shop = await Integration.connect(mock);
    const handler = await startHandler((request, response, n) =>
      response.writeHead(request.method === 'HEAD' || n > 2 ? 200 : 503).end(),
    );
    const { id } = await shop.subscribe(handler.url);
    const published = await mock.generate({ types: ['product.updated'], count: 1 });
    await mock.drain();
    published.push(...(await mock.generate({ types: ['product.updated'], count: 1 })));
    await mock.drain();
    const list = async (query: string) => {
      const response = await fetch(`${mock.url}/_mock/deliveries?${query}`);
      return ((await response.json()) as { items: { id: string }[] }).items;
    };
    expect(await list('')).toMatchObject([
      { id: 'd2', event_id: published[1]?.id, subscription_id: id, destination: handler.url, state: 'delivered' },
      {
        id: 'd1',
        state: 'scheduled',
        attempts: [{ attempt: 1, outcome: { status: 503 }, verdict: { do: 'retry', attempt: 1, of: 3 } }],
      },
    ]);
    expect(await list('state=scheduled')).toMatchObject([{ id: 'd1', due_at: expect.any(String) }]);
    expect(await list(`event_id=${published[1]?.id}`)).toMatchObject([{ id: 'd2' }]);
    expect(await list('subscription_id=other')).toEqual([]);
    expect(await list('limit=1')).toHaveLength(1);
    expect((await fetch(`${mock.url}/_mock/deliveries?state=lost`)).status).toBe(400);
    for (const limit of ['-1', 'abc', '10001']) {
      const refused = await fetch(`${mock.url}/_mock/deliveries?limit=${limit}`);
      const message = `limit: must be a whole number from 1 to 10000, got "${limit}"`;
      expect(await refused.json()).toMatchObject({ errors: [{ message }] });
    }
  });

  it('shows the state: counters, and every subscription with its queue', async () => {
    const mock = await start({ allowHttp: true, policy: { concurrency: 1 } });
    const shop = await Integration.connect(mock);
    let release = (): void => {};
    const handler = await startHandler((request, response) => {
      if (request.method === 'HEAD') response.end();
      else release = () => response.end();
    });
    const filter = 'user_type in ["user", "api", "job", "system"]';
    const { id } = await shop.subscribe(handler.url, { filter });
    await mock.generate({ types: ['product.updated'], count: 3 });
    await handler.waitFor(2);
    const state = await (await fetch(`${mock.url}/_mock/state`)).json();
    expect(state).toMatchObject({
      ack_deadline_ms: 3_000,
      counters: { published: 3, attempts: 1, delivered: 0 },
      subscriptions: [{ id, status: 'active', filter, queued: 2, in_flight: 1, scheduled: 0, held: false }],
      tunnels: [],
    });
    release();
  });

  it('shows of a suspended subscription how it did by then, and of a resumed one a fresh window', async () => {
    const mock = await start({ allowHttp: true });
    const shop = await Integration.connect(mock);
    const handler = await startHandler((request, response) => {
      response.statusCode = request.method === 'HEAD' ? 200 : 503;
      response.end();
    });
    const { id } = await shop.subscribe(handler.url);
    const seen = async () => ((await (await fetch(`${mock.url}/_mock/state`)).json()) as StateBody).subscriptions[0];
    await mock.generate({ types: ['product.updated'], count: 30 });
    await mock.drain();
    const nearest = { measure: '5xx', value: 1, limit: 0.05 };
    expect(await seen()).toMatchObject({
      status: 'suspended',
      stopped: { by: 'system', reason: 'failure_share' },
      health: { successRate: 0, suspends: true, nearest },
    });
    await fetch(`${mock.url}/_mock/subscriptions/${id}/resume`, { method: 'POST' });
    expect(await seen()).toMatchObject({ status: 'active', health: { requests: 0, suspends: false } });
    await fetch(`${mock.url}/_mock/subscriptions/${id}/suspend`, { method: 'POST' });
    expect((await seen())?.health).toBeUndefined();
  });

  it('starts over', async () => {
    const mock = await start({ allowHttp: true });
    const handler = await startHandler(answer(200));
    const shop = await Integration.connect(mock);
    await shop.subscribe(handler.url);
    expect((await post(`${mock.url}/_mock/reset`, '')).status).toBe(200);
    expect(mock.deliveries()).toEqual([]);
    expect((await shop.call('GET', '/subscribers')).status).toBe(401);
    const again = await Integration.connect(mock);
    expect((await again.call('GET', '/subscribers')).body).toEqual([]);
  });

  it('says no to unknown paths and wrong methods', async () => {
    const mock = await start();
    const missing = await fetch(`${mock.url}/_mock/nothing`);
    expect(missing.status).toBe(404);
    expect((await missing.json()) as Errors).toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
    const wrong = await fetch(`${mock.url}/_mock/publish`);
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('POST');
  });
});

describe('the open paths', () => {
  it('serve the schema of every event type', async () => {
    const mock = await start();
    const type = 'com.akeneo.pim.v1.product.updated';
    const schema = await (await fetch(`${mock.url}/spec/${type}.schema.json`)).json();
    expect(schema).toMatchObject({ $id: `https://event.prd.sdk.akeneo.cloud/spec/${type}.schema.json` });
    expect((await fetch(`${mock.url}/spec/no.such.schema.json`)).status).toBe(404);
  });

  it('describe themselves', async () => {
    const mock = await start();
    const document = (await (await fetch(`${mock.url}/openapi.json`)).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/_mock/publish', '/api/v1/subscribers', '/api/oauth/v1/token']),
    );
  });
});
