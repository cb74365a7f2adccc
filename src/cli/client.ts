import { fail } from '../errors.ts';
import type { ErrorBody } from '../http/control-api.ts';

export interface ClientOptions {
  /** The URL of a running mock. */
  server: string;
  token?: string | undefined;
  /** How long the mock has to answer; 30 seconds. */
  patienceMs?: number | undefined;
}

interface Call {
  method: Method;
  path: string;
  body?: string;
  /** How long the mock has to answer, other than as a rule; 0 is however long it takes. */
  patienceMs?: number | undefined;
  /** Ends the wait with its reason. */
  signal?: AbortSignal | undefined;
}

/** What the mock refused, in its own words. */
class ServerError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly exitCode = 2;

  constructor({ code, message, hint }: ErrorBody['errors'][number]) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Whoever has not answered by then most likely never will. */
const patienceMs = 30_000;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Calls the control API of a running mock. */
export class ControlClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get<T>(path: string, query: Record<string, string | undefined> = {}): Promise<T> {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return this.#call({ method: 'GET', path: given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path });
  }

  /** Reads what is plain text. */
  async text(path: string): Promise<string> {
    const { status, text } = await this.#send(this.#options.server + path, { method: 'GET', path });
    return status === 200 ? text : this.#refused(path, status, text);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call({ method: 'POST', path, body: JSON.stringify(body) });
  }

  /** The same for what takes its time: moving a virtual clock takes as long as the handlers do on the way. */
  postPatiently<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call({ method: 'POST', path, body: JSON.stringify(body), patienceMs: 0 });
  }

  /** The same with a body that is JSON text already, until the signal comes. */
  postText<T>(path: string, body: string, signal: AbortSignal): Promise<T> {
    return this.#call({ method: 'POST', path, body, patienceMs: 0, signal });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#call({ method: 'PUT', path, body: JSON.stringify(body) });
  }

  delete<T>(path: string, patienceMs?: number): Promise<T> {
    return this.#call({ method: 'DELETE', path, patienceMs });
  }

  /** @throws SERVER_UNREACHABLE, SERVER_SLOW, SERVER_REFUSED, ServerError */
  async #call<T>(call: Call): Promise<T> {
    const url = this.#options.server + call.path;
    const { status, text } = await this.#send(url, call);
    const answer = parse(text);
    if (status >= 200 && status < 300 && answer !== undefined) return answer as T;
    return this.#refused(call.path, status, text);
  }

  #refused(path: string, status: number, text: string): never {
    const problem = (parse(text) as Partial<ErrorBody> | undefined)?.errors?.[0];
    if (problem?.code !== undefined) throw new ServerError(problem);
    const url = this.#options.server + path;
    throw fail('SERVER_REFUSED', { url, status, reason: problem?.message ?? 'that is no answer of an aep-mock' });
  }

  async #send(url: string, { method, body, signal, ...call }: Call): Promise<{ status: number; text: string }> {
    const { request } = await import('../runtime/http-client.ts');
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    if (this.#options.token !== undefined) headers.authorization = `Bearer ${this.#options.token}`;
    const givenMs = call.patienceMs ?? this.#options.patienceMs ?? patienceMs;
    try {
      const answer = await request(url, {
        method,
        headers,
        headersTimeout: givenMs,
        bodyTimeout: givenMs,
        ...(body === undefined ? {} : { body }),
        ...(signal && { signal }),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const { code } = error as { code?: unknown };
      if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
        throw fail('SERVER_SLOW', { url: this.#options.server, seconds: givenMs / 1000 });
      const { failureWords, transportReason } = await import('../runtime/transport-error.ts');
      throw fail('SERVER_UNREACHABLE', { url: this.#options.server, reason: failureWords(transportReason(error)) });
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
