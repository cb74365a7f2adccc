/** What happens in the mock, as it happens: one connection for the whole page. */
import { signal } from '@preact/signals';
import type { StreamMessage } from '../../http/inspect-api.ts';

/** How the connection is. Sampled: there is more than a page can show, and only every so many-th delivery comes. */
export type StreamState = { kind: 'connecting' | 'connected' | 'lost' } | { kind: 'sampled'; oneIn: number };

export const streamState = signal<StreamState>({ kind: 'connecting' });

type StreamListener = (message: StreamMessage) => void;
const listeners = new Set<StreamListener>();

/** Calls `listener` with every message from now on. Returns the end of it. */
export function onStream(listener: StreamListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The browser gives up at an answer that is an error, such as that of a proxy before a mock that restarts. */
const retryMs = 1_000;
let lastEventId = '';

export function openStream(): void {
  const after = lastEventId === '' ? '' : `?last_event_id=${encodeURIComponent(lastEventId)}`;
  const source = new EventSource(`/_mock/stream${after}`);
  source.addEventListener('open', () => {
    streamState.value = { kind: 'connected' };
  });
  source.addEventListener('entries', ({ data, lastEventId: id }: MessageEvent<string>) => {
    lastEventId = id;
    take(JSON.parse(data) as StreamMessage);
  });
  source.addEventListener('error', () => {
    streamState.value = { kind: 'lost' };
    if (source.readyState === EventSource.CLOSED) setTimeout(openStream, retryMs);
  });
}

function take(message: StreamMessage): void {
  const { sampled } = message;
  streamState.value = sampled ? { kind: 'sampled', oneIn: sampled.one_in } : { kind: 'connected' };
  for (const listener of listeners) listener(message);
}
