import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appConnection, connection, createTestApp, otherConnection } from './test-app.ts';

const tokenPath = '/api/oauth/v1/token';
const appTokenPath = '/connect/apps/v1/oauth2/token';
const password = { grant_type: 'password', username: connection.username, password: connection.password };
const form = (fields: object) => ({
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(Object.entries(fields)).toString(),
});

describe('the token endpoint of the PIM', () => {
  it('answers the tokens in the documented order for a JSON body', async () => {
    const { signIn } = createTestApp();
    const { status, body } = await signIn();
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['access_token', 'expires_in', 'token_type', 'scope', 'refresh_token']);
    expect(body).toMatchObject({ expires_in: 3600, token_type: 'bearer', scope: null });
    expect(body.access_token).toMatch(/^[A-Za-z0-9]{86}$/);
    expect(body.refresh_token).not.toBe(body.access_token);
  });

  it('takes a form body as well', async () => {
    const { send, basic } = createTestApp();
    const { headers, body } = form(password);
    const answer = await send('POST', tokenPath, { headers: { ...headers, ...basic(connection) }, body });
    expect(answer.status).toBe(200);
  });

  it('gives the same tokens for the same seed', async () => {
    const [first, second] = [await createTestApp().signIn(), await createTestApp().signIn()];
    expect(second.body).toEqual(first.body);
  });

  const wrong = 'Parameter "client_id" is missing or does not match any client, or secret is invalid';
  const missing = 'Parameter "grant_type", "username" or "password" is missing, empty or invalid';
  it.each([
    ['no client credentials', {}, password, wrong],
    ['an unknown client', { clientId: 'nobody' }, password, wrong],
    ['a wrong client secret', { clientSecret: 'wrong' }, password, wrong],
    [
      'a wrong password',
      connection,
      { ...password, password: 'wrong' },
      'No user found for the given username and password',
    ],
    ['an app, which has no user', appConnection, password, 'No user found for the given username and password'],
    ['no grant type', connection, { ...password, grant_type: undefined }, missing],
    ['an unknown grant type', connection, { ...password, grant_type: 'magic' }, missing],
    ['no username', connection, { ...password, username: undefined }, missing],
    [
      'no refresh token',
      connection,
      { grant_type: 'refresh_token' },
      'Parameter "grant_type" or "refresh_token" is missing, empty or invalid',
    ],
    [
      'a wrong refresh token',
      connection,
      { grant_type: 'refresh_token', refresh_token: 'x' },
      'Refresh token is invalid or has expired',
    ],
  ])('refuses %s with 422 in the style of the PIM', async (_name, client, body, message) => {
    const { send, basic } = createTestApp();
    const headers = Object.keys(client).length > 0 ? basic({ ...connection, ...client }) : {};
    const answer = await send('POST', tokenPath, { headers, body });
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual({ code: 422, message });
  });

  it('answers 400 to a body that says it is JSON and is not', async () => {
    const { send } = createTestApp();
    const answer = await send('POST', tokenPath, { headers: { 'Content-Type': 'application/json' }, body: '{' });
    expect(answer.body).toEqual({ code: 400, message: 'Invalid json message received' });
  });

  it('exchanges a refresh token once, and for its own client only', async () => {
    const { send, basic, signIn } = createTestApp();
    const { refresh_token } = (await signIn()).body;
    const refresh = (client = connection) =>
      send('POST', tokenPath, { headers: basic(client), body: { grant_type: 'refresh_token', refresh_token } });
    expect((await refresh(otherConnection)).status).toBe(422);
    expect((await refresh()).status).toBe(200);
    expect((await refresh()).status).toBe(422);
  });
});

describe('the token endpoint for apps', () => {
  const request = (change: object = {}) => ({
    grant_type: 'authorization_code',
    code: 'the-code',
    client_id: 'app',
    code_identifier: 'random',
    code_challenge: createHash('sha256').update('randomapp-secret').digest('hex'),
    ...change,
  });

  it.each([
    ['JSON', (fields: object) => ({ headers: {}, body: fields })],
    ['form', form],
  ])('exchanges an authorization code sent as %s', async (_name, encode) => {
    const { send } = createTestApp();
    const { status, body } = await send('POST', appTokenPath, encode(request()));
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'bearer', access_token: expect.any(String) });
  });

  it.each([
    ['a wrong code', { code: 'other' }, 'invalid_grant'],
    ['a wrong challenge', { code_challenge: 'ab' }, 'invalid_client'],
    ['an unknown app', { client_id: 'nobody' }, 'invalid_client'],
    ['a connection, which is no app', { client_id: 'erp' }, 'invalid_client'],
    ['another grant type', { grant_type: 'password' }, 'invalid_request'],
    ['a missing code', { code: undefined }, 'invalid_request'],
  ])('refuses %s', async (_name, change, error) => {
    const { send } = createTestApp();
    const answer = await send('POST', appTokenPath, { body: request(change) });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error, error_description: expect.any(String) });
  });

  it('takes any code when none was declared', async () => {
    const { authorizationCode: _, ...anyCode } = appConnection;
    const { send } = createTestApp({ connections: [anyCode] });
    expect((await send('POST', appTokenPath, { body: request({ code: 'whatever' }) })).status).toBe(200);
  });
});

describe('token-info', () => {
  const path = '/api/rest/v1/token-info';
  const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

  it('names the client of a valid token and its remaining life', async () => {
    const { send, signIn, time } = createTestApp();
    const { access_token } = (await signIn()).body;
    time.now += 600_000;
    expect((await send('GET', path, bearer(access_token))).body).toEqual({ client_id: 'erp', expires_in: 3000 });
  });

  it('refuses a missing, an unknown, an expired and a refresh token with 401', async () => {
    const { send, signIn, time } = createTestApp();
    const { access_token, refresh_token } = (await signIn()).body;
    expect((await send('GET', path)).body).toEqual({ code: 401, message: 'Authentication is required' });
    for (const token of ['unknown', refresh_token]) {
      const { status, body } = await send('GET', path, bearer(token));
      expect([status, body.message]).toEqual([401, 'The access token provided is invalid.']);
    }
    time.now += 3_600_000;
    const expired = await send('GET', path, bearer(access_token));
    expect(expired.body).toEqual({ code: 401, message: 'The access token provided has expired.' });
  });

  it('takes every token when the mock accepts any', async () => {
    const { send } = createTestApp({ auth: 'any' });
    expect((await send('GET', path, bearer('whatever'))).body).toEqual({ client_id: null, expires_in: 3600 });
  });
});
