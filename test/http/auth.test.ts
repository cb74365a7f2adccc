import { describe, expect, it } from 'vitest';
import { connection, createTestApp, messagesOf, otherConnection, type TestOptions } from './test-app.ts';

describe('authentication of the management API', () => {
  async function listWith(change: Record<string, string | undefined>, options: TestOptions = {}) {
    const mock = createTestApp(options);
    const { headers } = await mock.as();
    return mock.send('GET', '/api/v1/subscribers', { headers: { ...headers, ...change } });
  }

  it('lets a valid token of its own client through', async () => {
    expect((await listWith({})).status).toBe(200);
  });

  it.each([
    ['a missing X-PIM-URL', { 'X-PIM-URL': undefined }, /^X-PIM-URL: the header is missing/],
    [
      'an X-PIM-URL that is no URL',
      { 'X-PIM-URL': 'pim.example.com' },
      /^X-PIM-URL: must be an http or https URL, got "pim/,
    ],
    ['an X-PIM-URL of another scheme', { 'X-PIM-URL': 'ftp://pim' }, /^X-PIM-URL: must be an http/],
    ['a missing X-PIM-TOKEN', { 'X-PIM-TOKEN': undefined }, /^X-PIM-TOKEN: the header is missing/],
    ['an empty X-PIM-TOKEN', { 'X-PIM-TOKEN': ' ' }, /^X-PIM-TOKEN: the header is missing/],
    ['a token behind Bearer', { 'X-PIM-TOKEN': 'Bearer abc' }, /^X-PIM-TOKEN: must be the raw token, without "Bearer"/],
    ['an unknown token', { 'X-PIM-TOKEN': 'abc' }, /^X-PIM-TOKEN: the token is not known/],
    ['a missing X-PIM-CLIENT-ID', { 'X-PIM-CLIENT-ID': undefined }, /^X-PIM-CLIENT-ID: the header is missing/],
    [
      'an unknown client id',
      { 'X-PIM-CLIENT-ID': 'nobody' },
      /^X-PIM-CLIENT-ID: no connection or app has the client id "nobody"/,
    ],
    [
      'the client id of another',
      { 'X-PIM-CLIENT-ID': 'dam' },
      /^X-PIM-TOKEN: the token does not belong to the client id "dam"/,
    ],
  ])('refuses %s with 401 and says so', async (_name, change, message) => {
    const { status, body } = await listWith(change);
    expect(status).toBe(401);
    expect(messagesOf(body)).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    [{ 'X-PIM-URL': undefined }, 'send the base URL of your PIM, such as http://127.0.0.1:8090'],
    [{ 'X-PIM-URL': 'pim.example.com' }, 'send the base URL of your PIM, such as http://127.0.0.1:8090'],
    [{ 'X-PIM-CLIENT-ID': undefined }, 'send the client id with which the token was got'],
    [
      { 'X-PIM-CLIENT-ID': 'nobody' },
      'declare it under "connections" in the config file, or start the mock with --auth any',
    ],
    [
      { 'X-PIM-CLIENT-ID': 'dam' },
      'send the client id with which the token was got, or a token that was got with this one',
    ],
    [{ 'X-PIM-TOKEN': 'Bearer abc' }, 'send what the PIM answered as access_token, and nothing else'],
    [{ 'X-PIM-TOKEN': undefined }, 'get a token with POST /api/oauth/v1/token, or start the mock with --auth any'],
    [{ 'X-PIM-TOKEN': 'abc' }, 'get a token with POST /api/oauth/v1/token, or start the mock with --auth any'],
  ])('names the way out of %j', async (change, wayOut) => {
    const [message] = messagesOf((await listWith(change)).body);
    expect(message?.endsWith(`; ${wayOut}`), message).toBe(true);
  });

  it('refuses a refresh token and, after an hour, the access token', async () => {
    const mock = createTestApp();
    const { access_token, refresh_token } = (await mock.signIn()).body;
    const list = (token: string) =>
      mock.send('GET', '/api/v1/subscribers', {
        headers: { 'X-PIM-URL': 'https://pim', 'X-PIM-TOKEN': token, 'X-PIM-CLIENT-ID': 'erp' },
      });
    expect(messagesOf((await list(refresh_token)).body)[0]).toMatch(/refresh token/);
    mock.time.now += 3_599_999;
    expect((await list(access_token)).status).toBe(200);
    mock.time.now += 1;
    expect(messagesOf((await list(access_token)).body)[0]).toMatch(/the token has expired/);
  });

  it('refuses a connection without the permission with 403, whatever the mode', async () => {
    for (const auth of ['connection', 'any'] as const) {
      const { status, body } = await listWith({}, { auth, connections: [{ ...connection, permission: false }] });
      expect(status).toBe(403);
      expect(messagesOf(body)[0]).toMatch(/the connection "erp" has no "Event Platform" permission/);
    }
  });

  it('holds a connection to the PIM it was declared for, with or without a trailing slash', async () => {
    const connections = [{ ...connection, pimUrl: 'https://pim.example.com/' }];
    expect((await listWith({}, { connections })).status).toBe(200);
    expect((await listWith({ 'X-PIM-URL': 'https://pim.example.com//' }, { connections })).status).toBe(200);
    const elsewhere = await listWith({ 'X-PIM-URL': 'https://other.example.com' }, { connections });
    expect(elsewhere.status).toBe(401);
    expect(messagesOf(elsewhere.body)[0]).toMatch(
      /^X-PIM-URL: "https:\/\/other.example.com" is not the PIM of "erp".*; send that URL, or declare/,
    );
  });

  it('accepts every token and client id when the mock accepts any, but not a malformed header', async () => {
    const any = { auth: 'any' } as const;
    expect((await listWith({ 'X-PIM-TOKEN': 'x', 'X-PIM-CLIENT-ID': 'nobody' }, any)).status).toBe(200);
    expect((await listWith({ 'X-PIM-TOKEN': 'Bearer x' }, any)).status).toBe(401);
    expect((await listWith({ 'X-PIM-TOKEN': undefined }, any)).status).toBe(401);
  });

  it('scopes every read by PIM and client id', async () => {
    const mock = createTestApp();
    const owner = await mock.as();
    const { id } = await owner.createSubscriber();
    for (const stranger of [await mock.as(otherConnection), await mock.as(connection, 'https://other.example.com')]) {
      expect((await stranger.call('GET', '/subscribers')).body).toEqual([]);
      for (const path of [`/subscribers/${id}`, `/subscribers/${id}/subscriptions`]) {
        expect((await stranger.call('GET', path)).status).toBe(404);
      }
      expect((await stranger.call('DELETE', `/subscribers/${id}`)).status).toBe(404);
    }
    const sameWithSlash = await mock.as(connection, 'https://pim.example.com/');
    expect((await sameWithSlash.call('GET', `/subscribers/${id}`)).status).toBe(200);
  });
});
