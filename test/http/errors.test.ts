import { describe, expect, it } from 'vitest';
import { createTestApp, createTestClient, messagesOf, subscriberBody } from './test-app.ts';

describe('requests that no endpoint takes', () => {
  it.each(['/nothing', '/api/v1', '/api/v1/subscriber'])('%s is 404', async (path) => {
    const { status, headers, body } = await createTestApp().send('GET', path);
    expect(status).toBe(404);
    expect(headers.get('Content-Type')).toBe('application/json');
    expect(messagesOf(body)).toEqual([`no such path: ${path}; GET /openapi.json lists them all`]);
  });

  it.each([
    ['PUT', '/api/v1/subscribers', 'POST, GET, HEAD'],
    ['POST', '/api/v1/subscribers/x', 'GET, HEAD, PATCH, DELETE'],
    ['PUT', '/api/v1/subscribers/x/subscriptions', 'POST, GET, HEAD'],
    ['GET', '/api/v1/subscribers/x/subscriptions/y/suspend', 'POST'],
    ['GET', '/api/oauth/v1/token', 'POST'],
  ])('%s %s is 405 and names the methods', async (method, path, allow) => {
    const { status, headers, body } = await createTestApp().send(method, path);
    expect(status).toBe(405);
    expect(headers.get('Allow')?.split(', ').sort()).toEqual(allow.split(', ').sort());
    expect(messagesOf(body)[0]).toMatch(`${method} is not allowed on ${path}`);
  });
});

describe('bodies that cannot be read', () => {
  const json = 'application/json';

  it.each([
    ['no JSON', json, '{"name": tiny-secret}', /^the body is not valid JSON: (?!.*tiny-secret)/],
    ['empty', json, '', /^the body is not valid JSON: it is empty/],
    [
      'a form',
      'application/x-www-form-urlencoded',
      'name=x',
      /its Content-Type is "application\/x-www-form-urlencoded"/,
    ],
    ['text', 'text/plain;charset=UTF-8', JSON.stringify(subscriberBody), /its Content-Type is "text\/plain/],
  ])('a body that is %s is 400', async (_name, type, body, message) => {
    const { send, headers } = await createTestClient();
    const answer = await send('POST', '/api/v1/subscribers', { headers: { ...headers, 'Content-Type': type }, body });
    expect(answer.status).toBe(400);
    expect(messagesOf(answer.body)).toEqual([expect.stringMatching(message)]);
  });

  it('a body without a Content-Type is 400 and says so', async () => {
    const { app, headers } = await createTestClient();
    const body = new TextEncoder().encode(JSON.stringify(subscriberBody));
    const response = await app.request('/api/v1/subscribers', { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(messagesOf((await response.json()) as Parameters<typeof messagesOf>[0])[0]).toMatch(
      /the Content-Type header is missing; send Content-Type: application\/json/,
    );
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON', 'application/vnd.api+json'])(
    '%s is JSON',
    async (type) => {
      const { send, headers } = await createTestClient();
      const body = JSON.stringify(subscriberBody);
      expect(
        (await send('POST', '/api/v1/subscribers', { headers: { ...headers, 'Content-Type': type }, body })).status,
      ).toBe(201);
    },
  );

  it('a body over 1 MiB is 413, and one of exactly 1 MiB is read', async () => {
    const { call } = await createTestClient();
    const name = (bytes: number) => ({
      ...subscriberBody,
      name: 'x'.repeat(bytes - JSON.stringify({ ...subscriberBody, name: '' }).length),
    });
    expect((await call('POST', '/subscribers', name(1_048_576))).status).toBe(201);
    const { status, body } = await call('POST', '/subscribers', name(1_048_577));
    expect(status).toBe(413);
    expect(messagesOf(body)).toEqual([expect.stringMatching(/^the body is larger than 1048576 bytes/)]);
  });

  it('who asks is checked before what is asked', async () => {
    const { send } = createTestApp();
    expect((await send('POST', '/api/v1/subscribers', { body: '{' })).status).toBe(401);
  });
});

describe('a bug of the mock', () => {
  it('is 500, and leaves a trace in the journal that names the request and none of its secrets', async () => {
    const { ctx, create, path, headers } = await createTestClient();
    ctx.probe = async () => {
      throw new TypeError('undefined is not a function');
    };
    const { status, body } = await create();
    expect(status).toBe(500);
    expect(messagesOf(body)[0]).toMatch(/^internal error: undefined is not a function/);
    const facts = [...ctx.journal.entries()].filter(({ type }) => type === 'mock.warning');
    expect(facts).toEqual([
      expect.objectContaining({
        message: `POST /api/v1${path}: internal error: undefined is not a function; this is a bug of aep-mock; please report it with the command and the seed`,
      }),
    ]);
    expect(JSON.stringify(facts)).not.toContain(headers['X-PIM-TOKEN']);
  });
});
