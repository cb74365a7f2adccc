import { fail } from '../errors.ts';
import type { ErrorBody } from '../http/control-api.ts';

export interface ClientOptions {
  /** The URL of a running mock. */
  server: string;
  token?: string | undefined;
}

/** What the mock refused, in its own words. */
export class ServerError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly exitCode = 2;

  constructor({ code, message, hint }: ErrorBody['errors'][number]) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Calls the control API of a running mock. */
export class ControlClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get<T>(path: string, query: Record<string, string | undefined> = {}): Promise<T> {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return this.#call('GET', given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call('POST', path, JSON.stringify(body));
  }

  /** @throws SERVER_UNREACHABLE, SERVER_REFUSED, ServerError */
  async #call<T>(method: 'GET' | 'POST', path: string, body?: string): Promise<T> {
    const url = this.#options.server + path;
    const { status, text } = await this.#send(method, url, body);
    const answer = parse(text);
    if (status >= 200 && status < 300 && answer !== undefined) return answer as T;
    const problem = (answer as Partial<ErrorBody> | undefined)?.errors?.[0];
    if (problem?.code !== undefined) throw new ServerError(problem);
    throw fail('SERVER_REFUSED', { url, status, reason: problem?.message ?? 'that is no answer of an aep-mock' });
  }

  async #send(method: 'GET' | 'POST', url: string, body?: string): Promise<{ status: number; text: string }> {
    const { request } = await import('../runtime/http-client.ts');
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    if (this.#options.token !== undefined) headers.authorization = `Bearer ${this.#options.token}`;
    try {
      const answer = await request(url, { method, headers, ...(body === undefined ? {} : { body }) });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      const { transportReason } = await import('../runtime/transport-error.ts');
      const { reason } = transportReason(error);
      throw fail('SERVER_UNREACHABLE', { url: this.#options.server, reason: reason.replaceAll('_', ' ') });
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
