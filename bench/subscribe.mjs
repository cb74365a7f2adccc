import { secret, type } from './events.mjs';

const https = (url) => ({ type: 'https', config: { url, secret: { primary: secret } } });

/** Gets a token, makes a subscriber and a subscription, as a user's program does: to a URL, or to `{ type, config }`. */
export async function subscribe(mock, destination) {
  const { clientId, clientSecret, username, password } = mock.credentials;
  const call = async (path, headers, body) => {
    const response = await fetch(mock.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const grant = { grant_type: 'password', username, password };
  const token = await call('/api/oauth/v1/token', { Authorization: basic }, grant);
  const headers = { 'X-PIM-URL': mock.url, 'X-PIM-TOKEN': token.access_token, 'X-PIM-CLIENT-ID': clientId };
  const contact = { technical_email: 'bench@example.com' };
  const subscriber = await call('/api/v1/subscribers', headers, { name: 'bench', contact });
  await call(`/api/v1/subscribers/${subscriber.id}/subscriptions`, headers, {
    events: [type],
    ...(typeof destination === 'string' ? https(destination) : destination),
  });
}
