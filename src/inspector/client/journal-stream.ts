/** What happens in the mock, as it happens: one connection for the whole page. */
import { signal } from '@preact/signals';
import type { StreamMessage } from '../../http/inspect-api.ts';

/** How the connection is. Sampled: there is more than a page can show, and only every so many-th delivery comes. */
export type StreamState = { kind: 'connecting' | 'connected' | 'lost' } | { kind: 'sampled'; oneIn: number };

export const streamState = signal<StreamState>({ kind: 'connecting' });
/** The mock's time when it last said something. */
export const mockTime = signal<string | undefined>(undefined);

export type StreamListener = (message: StreamMessage) => void;
const listeners = new Set<StreamListener>();

/** Calls `listener` with every message from now on. Returns the end of it. */
export function onStream(listener: StreamListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The browser gives up at an answer that is an error, such as that of a proxy before a mock that restarts. */
const retryMs = 1_000;
let lastEventId = '';
let source: EventSource | undefined;

/**
 * Listens while somebody can see the page. A browser has six connections to a server, for all of its tabs: a few in the background
 * would leave none to ask anything with. Where one left off it goes on, so that nothing is missed.
 */
export function openStream(): void {
  document.addEventListener('visibilitychange', look);
  look();
}

function look(): void {
  if (document.visibilityState === 'visible') connect();
  else {
    source?.close();
    source = undefined;
  }
}

function connect(): void {
  if (source || document.visibilityState !== 'visible') return;
  const after = lastEventId === '' ? '' : `?last_event_id=${encodeURIComponent(lastEventId)}`;
  const opened = new EventSource(`/_mock/stream${after}`);
  source = opened;
  opened.addEventListener('open', () => {
    streamState.value = { kind: 'connected' };
  });
  opened.addEventListener('entries', ({ data, lastEventId: id }: MessageEvent<string>) => {
    lastEventId = id;
    take(JSON.parse(data) as StreamMessage);
  });
  opened.addEventListener('error', () => {
    streamState.value = { kind: 'lost' };
    if (opened.readyState !== EventSource.CLOSED) return;
    source = undefined;
    setTimeout(connect, retryMs);
  });
}

function take(message: StreamMessage): void {
  mockTime.value = message.now;
  const { sampled } = message;
  streamState.value = sampled ? { kind: 'sampled', oneIn: sampled.one_in } : { kind: 'connected' };
  for (const listener of listeners) listener(message);
}
