import { type IncomingHttpHeaders, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { start } from '../mock/integration.ts';

/** A request with the headers exactly as given: fetch would not let Host and Origin through. */
function get(
  url: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}

/** Tries to open a tunnel: 101, or the status of the refusal. */
function upgrade(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/_mock/relay`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}

const page = ['/', '/_mock/inspector/inspector.js', '/_mock/inspector/inspector-styles.css', '/_mock/stream'];
const paths = ['/_mock/health', '/_mock/state', '/_mock/deliveries', '/_mock/relay', ...page];

describe('a web page cannot drive the mock', () => {
  it.each(paths)('%s refuses a foreign Origin, also one on another port of localhost', async (path) => {
    const { url } = await start();
    for (const origin of ['https://evil.example', 'http://localhost:1', 'null', 'not a url']) {
      const { status, body } = await get(url + path, { origin });
      expect(status).toBe(403);
      expect(JSON.parse(body).errors[0].code).toBe('FOREIGN_ORIGIN');
    }
  });

  it.each(paths)('%s refuses a foreign Host: a name that somebody pointed at this machine', async (path) => {
    const { url } = await start();
    for (const host of ['evil.example', 'evil.example:8090', '127.0.0.1.evil.example']) {
      expect((await get(url + path, { host })).status).toBe(403);
    }
  });

  it('lets its own origin and every name of loopback through', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    const origin = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    expect((await get(`${url}/_mock/health`, origin)).status).toBe(200);
    expect((await get(`${url}/_mock/health`, { host: `127.0.0.1:${port}` })).status).toBe(200);
    expect((await get(`${url}/_mock/health`, { host: '[::1]' })).status).toBe(200);
  });

  it.each([
    ['POST', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['POST', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 403],
    ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
    ['POST', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 200],
    ['GET', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, 200],
  ])('answers a %s with %j with %d: another site may link to it and no more', async (method, headers, status) => {
    const { url } = await start();
    const path = method === 'POST' ? '/_mock/reset' : '/_mock/state';
    expect((await get(url + path, headers, method)).status).toBe(status);
  });

  it('refuses a WebSocket upgrade in the same way, and does not leave it hanging', async () => {
    const { url } = await start();
    expect(await upgrade(url, {})).toBe(101);
    expect(await upgrade(url, { origin: 'https://evil.example' })).toBe(403);
    expect(await upgrade(url, { host: 'evil.example' })).toBe(403);
  });
});

describe('a mock with a token', () => {
  it('asks for it on the control API and the relay, whatever the Host', async () => {
    const { url } = await start({ token: 'open-sesame', host: '0.0.0.0' });
    const authorization = 'Bearer open-sesame';
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'open-sesame' }]) {
      expect((await get(`${url}/_mock/health`, headers as Record<string, string>)).status).toBe(401);
      expect(await upgrade(url, headers as Record<string, string>)).toBe(401);
    }
    expect((await get(`${url}/_mock/health`, { authorization, host: 'mock:8090' })).status).toBe(200);
    expect(await upgrade(url, { authorization, host: 'mock:8090' })).toBe(101);
    expect((await get(`${url}/_mock/health`, { authorization, origin: 'https://evil.example' })).status).toBe(403);
  });

  it.each(page)('has %s for a browser whose user gives it as a password, whatever the name', async (path) => {
    const { url } = await start({ token: 'open:sesame' });
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    const asked = await get(url + path, { accept: 'text/html' });
    expect([asked.status, asked.headers['www-authenticate']]).toEqual([401, 'Basic realm="aep-mock", charset="UTF-8"']);
    for (const wrong of [':open', 'open:sesame', 'sesame', ':']) {
      const refused = await get(url + path, { ...basic(wrong), accept: 'text/html' });
      expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, asked.headers['www-authenticate']]);
    }
    for (const name of ['', 'anybody'])
      expect((await get(url + path, basic(`${name}:open:sesame`), 'HEAD')).status).toBe(200);
    const { status } = await get(url + path, { ...basic(':open:sesame'), origin: 'https://evil.example' });
    expect(status).toBe(403);
  });

  it('says to a program what it lacks, without a question for a password', async () => {
    const { url } = await start({ token: 'open-sesame' });
    const { headers, body } = await get(`${url}/`, { authorization: 'Bearer wrong' });
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(JSON.parse(body).errors[0].code).toBe('TOKEN_MISSING');
    const answer = await get(`${url}/`, { authorization: 'Bearer open-sesame' });
    expect(JSON.parse(answer.body)).toMatchObject({ name: 'aep-mock' });
  });

  it('leaves the platform and the PIM to their own credentials', async () => {
    const { url } = await start({ token: 'open-sesame' });
    expect((await get(`${url}/api/v1/subscribers`, {})).status).toBe(401);
    expect((await get(`${url}/openapi.json`, {})).status).toBe(200);
  });
});
