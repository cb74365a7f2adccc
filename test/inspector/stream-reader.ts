import { onTestFinished } from 'vitest';
import type { StreamMessage } from '../../src/http/inspect-api.ts';

export interface Told {
  id: string;
  message: StreamMessage;
}

/** A page's end of `GET /_mock/stream`: reads when the test asks for more, and not before. */
export class StreamReader {
  readonly #frames: AsyncGenerator<string>;
  readonly #client: AbortController;
  /** The id of the last message, as a browser keeps it. */
  lastEventId = '';

  private constructor(body: ReadableStream<Uint8Array>, client: AbortController) {
    this.#frames = framesOf(body);
    this.#client = client;
  }

  static async open(url: string, headers: Record<string, string> = {}, query = ''): Promise<StreamReader> {
    const client = new AbortController();
    onTestFinished(() => client.abort());
    const response = await fetch(`${url}/_mock/stream${query}`, { headers, signal: client.signal });
    if (response.status !== 200 || !response.body) throw new Error(`${response.status} ${await response.text()}`);
    return new StreamReader(response.body, client);
  }

  /** The next message; undefined when the stream has ended. */
  async next(): Promise<Told | undefined> {
    for (;;) {
      const { value: frame, done } = await this.#frames.next();
      if (done) return undefined;
      const fields = new Map(frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), afterColon(line)]));
      if (fields.get('event') !== 'entries') continue;
      this.lastEventId = fields.get('id') ?? '';
      return { id: this.lastEventId, message: JSON.parse(fields.get('data') ?? '') as StreamMessage };
    }
  }

  /** Reads until an entry is told that passes, and answers the messages until then. */
  until(passes: (entry: StreamMessage['entries'][number]) => boolean): Promise<StreamMessage[]> {
    return this.#untilMessage(({ entries }) => entries.some(passes));
  }

  /** Reads everything up to an entry, told or left out. */
  upTo(seq: number): Promise<StreamMessage[]> {
    return this.#untilMessage((message) => message.last_seq >= seq);
  }

  async #untilMessage(isLast: (message: StreamMessage) => boolean): Promise<StreamMessage[]> {
    const messages: StreamMessage[] = [];
    for (;;) {
      const told = await this.next();
      if (!told) throw new Error(`the stream ended after ${messages.length} messages`);
      messages.push(told.message);
      if (isLast(told.message)) return messages;
    }
  }

  abort(): void {
    this.#client.abort();
  }
}

const afterColon = (line: string): string => line.slice(line.indexOf(':') + 1).trimStart();

async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    yield* frames;
  }
}
