/** Calls of the control API. The browser adds the token by itself once it has asked for it. */
import type { ErrorBody } from '../../http/control-api.ts';

/** Why a call failed, in the mock's own words. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  /** Every problem with its way out; one at least. */
  readonly problems: { message: string; hint: string }[];

  constructor(problems: CallFailed['problems']) {
    super(problems.map(({ message }) => message).join('; '));
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
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      ...(signal && { signal }),
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CallFailed([{ message: 'the mock does not answer', hint: 'is it still running?' }]);
  }
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer;
  throw new CallFailed(problemsOf(response.status, text));
}

export const get = <Answer>(path: string, signal?: AbortSignal): Promise<Answer> =>
  call<Answer>('GET', path, undefined, signal);
export const post = <Answer>(path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> =>
  call<Answer>('POST', path, body, signal);

/** A proxy in between answers with a page of its own. */
function problemsOf(status: number, text: string): CallFailed['problems'] {
  const unexplained = [{ message: `the mock answered with ${status}`, hint: 'its own log may say more' }];
  try {
    return (JSON.parse(text) as Partial<ErrorBody>).errors ?? unexplained;
  } catch {
    return unexplained;
  }
}
