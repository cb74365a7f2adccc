import { onTestFinished } from 'vitest';
import { type Mock, type StartOptions, startMock } from '../../src/mock.ts';

/** A mock on a free port, closed when the test ends. */
export async function start(options: StartOptions = {}): Promise<Mock> {
  const mock = await startMock({ port: 0, seed: 1, ...options });
  onTestFinished(() => mock.close());
  return mock;
}

export interface Answer<T> {
  status: number;
  body: T;
}

/** Somebody's integration code: it talks to the PIM and to the platform over HTTP and knows nothing of the mock. */
export class Integration {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  private constructor(url: string, headers: Record<string, string>) {
    this.#url = url;
    this.#headers = headers;
  }

  static async connect({ url, credentials }: Pick<Mock, 'url' | 'credentials'>): Promise<Integration> {
    const { clientId, clientSecret, username, password } = credentials;
    const response = await fetch(`${url}/api/oauth/v1/token`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
      body: JSON.stringify({ grant_type: 'password', username, password }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    return new Integration(url, { 'X-PIM-URL': url, 'X-PIM-TOKEN': token, 'X-PIM-CLIENT-ID': clientId });
  }

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: { ...this.#headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  /** Makes a subscriber and an https subscription; answers the path of the subscription. */
  async subscribe(
    url: string,
    changes: Record<string, unknown> = {},
  ): Promise<{ id: string; path: string; secret: string }> {
    const contact = { technical_email: 'dev@example.com' };
    const subscriber = await this.call<{ id: string }>('POST', '/subscribers', { name: 'shop', contact });
    const secret = 'a-secret-of-the-integration';
    const subscriptions = `/subscribers/${subscriber.body.id}/subscriptions`;
    const { status, body } = await this.call<{ id: string }>('POST', subscriptions, {
      type: 'https',
      events: ['com.akeneo.pim.v1.product.updated'],
      config: { url, secret: { primary: secret } },
      ...changes,
    });
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return { id: body.id, path: `${subscriptions}/${body.id}`, secret };
  }
}
