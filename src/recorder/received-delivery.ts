import type { IncomingMessage } from 'node:http';
import { isObject } from '../core/is-object.ts';
import { isSecretName, redacted } from '../core/redacted.ts';
import { type CaptureRecord, captureLine, type Verification } from '../recordings/capture-record.ts';
import { decodeUtf8 } from '../recordings/decode-utf8.ts';
import { type JsonPath, redactJson } from '../recordings/redact-json.ts';

/** A delivery as it arrived. */
export interface ReceivedDelivery {
  /** Milliseconds since the epoch. */
  receivedAt: number;
  /** Path and query. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  bytes: Buffer;
  /** Undefined when the bytes are no UTF-8. */
  text: string | undefined;
  /** What it says that it is; undefined when it is no event. */
  event: { id: string; type: string } | undefined;
  verification: Verification | undefined;
}

/** The path and query that are asked for. A request through a proxy may name the whole URL (RFC 9112, 3.2.2). */
export function targetOf({ url = '/' }: IncomingMessage): string {
  const target = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
  return target.startsWith('/') ? target : `/${target}`;
}

/** The headers of a request, those that came several times joined by commas. */
export const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]));

export function receivedDelivery(
  given: Pick<ReceivedDelivery, 'receivedAt' | 'url' | 'headers' | 'bytes' | 'verification'>,
): ReceivedDelivery {
  const text = decodeUtf8(given.bytes);
  return { ...given, text, event: text === undefined ? undefined : eventOf(text) };
}

function eventOf(text: string): ReceivedDelivery['event'] {
  try {
    const event: unknown = JSON.parse(text);
    if (!isObject(event) || typeof event.id !== 'string' || typeof event.type !== 'string') return undefined;
    const { id, type } = event;
    // They are shown on a terminal, and anybody may post.
    return /\p{Cc}/u.test(id + type) ? undefined : { id, type };
  } catch {
    return undefined;
  }
}

/** The whole body, where parts of it must not be written and it is not known where they are. */
export const everything = '*';

/** The line of a capture for a delivery, without what is secret and without what is to be redacted; and at which paths that was. */
export function recordLine(delivery: ReceivedDelivery, redact: readonly JsonPath[]): { line: string; paths: string[] } {
  const { receivedAt, url, headers, bytes, text, verification } = delivery;
  const record: CaptureRecord = {
    received_at: new Date(receivedAt).toISOString(),
    method: 'POST',
    url: withoutValues(url),
    headers: withoutSecrets(headers),
    ...(verification && { verification }),
  };
  if (redact.length === 0) {
    const body = text === undefined ? { body_base64: bytes.toString('base64') } : { body: text };
    return { line: captureLine({ ...record, ...body }), paths: [] };
  }
  const kept = text === undefined ? undefined : redactJson(text, redact);
  const { paths, text: body } = kept ?? { paths: [everything], text: '' };
  return { line: captureLine({ ...record, ...(paths.length > 0 && { redacted: paths }), body }), paths };
}

const withoutSecrets = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? redacted : withoutValues(value)]),
  );

/**
 * Takes out of the URLs and paths in a text whom they name, and the values of their queries: a token may stand there under any name.
 * Proxies repeat the URL in headers of theirs, some of them encoded.
 */
const withoutValues = (text: string): string =>
  /[?@]|%3f/i.test(text) ? text.replace(/\S+/g, withoutValuesInWord) : text;

function withoutValuesInWord(word: string): string {
  const text = word.replace(/\/\/[^/?#]*@/g, `//${redacted}@`);
  const [, before = '', query] = /^([^?]*)\?(.+)$/.exec(text) ?? [];
  if (query !== undefined && (before === '' ? query.includes('=') : before.includes('/')))
    return `${before}?${withoutQueryValues(query)}`;
  const encoded = text.search(/%3f/i);
  return encoded > 0 && /%2f/i.test(text.slice(0, encoded)) ? `${text.slice(0, encoded + 3)}${redacted}` : text;
}

const withoutQueryValues = (query: string): string =>
  query
    .split('&')
    .map((part) => (part.includes('=') ? `${part.slice(0, part.indexOf('='))}=${redacted}` : redacted))
    .join('&');
