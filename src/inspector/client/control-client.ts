/** Calls of the control API. The browser adds the token by itself once it has asked for it. */
import type { ErrorBody } from '../../http/control-api.ts';

/** Why a call failed, in the mock's own words. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  /** Every problem with its way out; one at least. */
  readonly problems: { message: string; hint: string }[];
  /** 0 when the mock could not be reached. */
  readonly status: number;

  constructor(status: number, problems: CallFailed['problems']) {
    super(problems.map(({ message }) => message).join('; '));
    this.status = status;
    this.problems = problems;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** @throws CallFailed */
export async function call<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(path, {
      method,
      ...(text !== undefined && { body: text, headers: { 'Content-Type': 'application/json' } }),
      ...(signal && { signal }),
    });
    // The mock may end in the middle of an answer, too. What is no JSON comes from somebody before it, and is none of its errors.
    answer = response.ok ? await response.json() : await response.json().catch(() => undefined);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CallFailed(0, [{ message: 'the mock does not answer', hint: 'is it still running?' }]);
  }
  if (response.ok) return answer as Answer;
  throw new CallFailed(response.status, problemsOf(response, answer as Partial<ErrorBody> | undefined));
}

export const get = <Answer>(path: string, signal?: AbortSignal): Promise<Answer> =>
  call<Answer>('GET', path, undefined, signal);
export const post = <Answer>(path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> =>
  call<Answer>('POST', path, body, signal);

const problemsOf = ({ status }: Response, answer: Partial<ErrorBody> | undefined): CallFailed['problems'] =>
  answer?.errors ?? [{ message: `the mock answered with ${status}`, hint: 'its own log may say more' }];
